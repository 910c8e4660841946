// What axe-core does not know: the criteria that WCAG 2.2 added, reflow, large text, print. Each
// function returns a list of sentences, empty when the page is right.
//
// 2.4.11 Focus not obscured · 2.5.7 Dragging · 2.5.8 Target size · 3.2.6 Consistent help ·
// 3.3.7 Redundant entry · 3.3.8 Accessible authentication

/** 2.4.11, and 2.4.7: whatever has the focus can be seen, and one sees that it has the focus. */
export async function focus(page) {
  await page.keyboard.press('Tab'); // so that the page shows focus as for a keyboard
  return page.evaluate(() => {
    const name = (e) => `${e.tagName.toLowerCase()} «${(e.innerText || e.value || e.name || e.id || '').replace(/\s+/g, ' ').trim().slice(0, 40)}»`;
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
      .filter((e) => !e.disabled && e.tabIndex >= 0 && e.type !== 'hidden' && e.checkVisibility({ visibilityProperty: true }));
    const around = (e) => [e, e.closest('label'), e.parentElement, e.nextElementSibling, e.labels?.[0]].filter(Boolean);
    const look = (e) => around(e).map((x) => {
      const s = getComputedStyle(x);
      return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.borderWidth,
        s.backgroundColor, s.textDecorationLine, s.clipPath, s.position, s.left].join('|');
    }).join('//');
    const wrong = [];
    for (const e of all) {
      document.activeElement?.blur?.();
      const before = look(e);
      e.focus();
      if (document.activeElement !== e) continue;
      if (look(e) === before) wrong.push(`${name(e)}: one cannot see that it has the focus`);
      const own = e.getBoundingClientRect();
      const shown = own.width > 1 && own.height > 1 ? e : (e.labels?.[0] ?? e);
      const r = shown.getBoundingClientRect();
      const xs = [r.left + 2, (r.left + r.right) / 2, r.right - 2];
      const ys = [r.top + 2, (r.top + r.bottom) / 2, r.bottom - 2];
      const seen = xs.some((x) => ys.some((y) => {
        const top = document.elementFromPoint(x, y);
        return top && (e.contains(top) || top.contains(e) && top.matches('label, a, button') || shown.contains(top));
      }));
      if (!seen) wrong.push(`${name(e)}: hidden behind something else when it has the focus`);
    }
    document.activeElement?.blur?.();
    return wrong;
  });
}

/** 2.5.8 (24 px, or room around), and our own rule of 44 px. Links inside a sentence are free. */
export function targets(page, least = 44) {
  return page.evaluate((least) => {
    const name = (e) => `${e.tagName.toLowerCase()} «${(e.innerText || e.value || e.name || e.id || '').replace(/\s+/g, ' ').trim().slice(0, 40)}»`;
    const box = (e) => {
      const rects = [e, ...(e.labels ?? [])].map((x) => x.getBoundingClientRect());
      return {
        left: Math.min(...rects.map((r) => r.left)), right: Math.max(...rects.map((r) => r.right)),
        top: Math.min(...rects.map((r) => r.top)), bottom: Math.max(...rects.map((r) => r.bottom)),
      };
    };
    const inSentence = (e) => {
      if (e.tagName !== 'A' || getComputedStyle(e).display !== 'inline') return false;
      let block = e.parentElement;
      while (block && getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
      const words = (s) => s.replace(/[\s·|,.;:›]+/g, '');
      return words(block?.textContent ?? '').length > words(e.textContent).length;
    };
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button], [role=option], [role=tab]')]
      .filter((e) => !e.disabled && e.type !== 'hidden' && e.checkVisibility({ visibilityProperty: true }))
      .map((e) => ({ e, b: box(e) }))
      .filter(({ b }) => b.right > 0 && b.bottom + scrollY > 0 && b.right - b.left > 1 && b.bottom - b.top > 1);
    const apart = (one) => all.every((other) => {
      if (other === one || other.e.contains(one.e) || one.e.contains(other.e)) return true;
      const x = (one.b.left + one.b.right) / 2, y = (one.b.top + one.b.bottom) / 2;
      const dx = Math.max(other.b.left - x, 0, x - other.b.right);
      const dy = Math.max(other.b.top - y, 0, y - other.b.bottom);
      return Math.hypot(dx, dy) >= 12;
    });
    const wrong = [];
    for (const one of all) {
      const w = one.b.right - one.b.left, h = one.b.bottom - one.b.top;
      if (inSentence(one.e)) continue;
      const size = `${Math.round(w)}×${Math.round(h)} px`;
      if ((w < 23.5 || h < 23.5) && !apart(one)) wrong.push(`${name(one.e)}: ${size}, under 24 and too near to another`);
      else if (least > 24 && (w < least - 0.5 || h < least - 0.5)) wrong.push(`${name(one.e)}: ${size}, under ${least}`);
    }
    return wrong;
  }, least);
}

/** 2.5.7: nothing asks for dragging without another way (named by data-drag-otherwise="#id"). */
export function dragging(page) {
  return page.evaluate(() => [...document.querySelectorAll('[draggable=true], [ondragstart]')]
    .filter((e) => !document.querySelector(e.dataset.dragOtherwise || 'no-such-element'))
    .map((e) => `${e.tagName.toLowerCase()}#${e.id}: can only be dragged; name the other way in data-drag-otherwise`));
}

/** 3.2.6: where help stands on this page: compared with the other pages by `sameHelp`. */
export function help(page) {
  return page.evaluate(() => [...document.querySelectorAll('[data-help], a[href^="tel:"], a[href^="mailto:"]')]
    .filter((e) => e.checkVisibility())
    .map((e) => `${e.closest('header, footer, aside, main, nav')?.tagName.toLowerCase() ?? 'body'}: ${e.getAttribute('href') ?? e.dataset.help}`));
}

/** 3.2.6: the same help in the same order on every page. */
export function sameHelp(first, now) {
  return JSON.stringify(first) === JSON.stringify(now) ? []
    : [`help stands elsewhere than on the first page: [${now.join(', ')}] instead of [${first.join(', ')}]`];
}

/** 3.3.7: what was typed earlier in this journey (name -> page path) is not asked again, empty. */
export function redundantEntry(page, typed) {
  return page.evaluate((typed) => [...document.querySelectorAll('input, textarea, select')]
    .filter((e) => e.name in typed && typed[e.name] !== location.pathname)
    .filter((e) => !['password', 'hidden', 'search', 'submit', 'file', 'checkbox', 'radio'].includes(e.type))
    .filter((e) => e.checkVisibility() && e.value === '')
    .map((e) => `«${e.name}» was answered on ${typed[e.name]} and is asked again, empty`), typed);
}

/** 3.3.8: signing in asks nobody to remember, copy or solve anything a browser could do. */
export function authentication(page) {
  return page.evaluate(() => {
    const wrong = [];
    for (const e of document.querySelectorAll('input[type=password]')) {
      if (!/\b(current|new)-password\b/.test(e.autocomplete)) wrong.push(`password «${e.name}»: autocomplete lets no password manager fill it`);
      const paste = new ClipboardEvent('paste', { bubbles: true, cancelable: true });
      if (!e.dispatchEvent(paste)) wrong.push(`password «${e.name}»: pasting is blocked`);
      const form = e.closest('form');
      if (/current-password/.test(e.autocomplete) && form?.querySelector('input:not([type=hidden]):not([type=password])')
        && !form.querySelector('[autocomplete~=username]')) wrong.push('the sign-in form has no field with autocomplete="username"');
    }
    if (document.querySelector('canvas, [class*=captcha i], [id*=captcha i], img[alt*=captcha i]')) wrong.push('a puzzle stands in the way');
    return wrong;
  });
}

/** 1.4.10: at 320 px nothing makes the page scroll sideways. Changes the window's size. */
export async function reflow(page, width = 320) {
  const before = page.viewportSize();
  await page.setViewportSize({ width, height: 640 });
  const wrong = await tooWide(page, `at ${width} px`);
  await page.setViewportSize(before);
  return wrong;
}

/** 1.4.4: with text at 200 % nothing is cut off and nothing scrolls sideways. */
export async function largeText(page) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1280, height: 800 });
  const fixed = await page.evaluate(() => {
    const size = (e) => parseFloat(getComputedStyle(e).fontSize);
    const texts = [...document.body.querySelectorAll('*')]
      .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
    const before = texts.map(size);
    document.documentElement.style.fontSize = `${2 * size(document.documentElement)}px`;
    return texts.filter((e, n) => size(e) < 1.5 * before[n]).slice(0, 5).map((e) => e.textContent.trim().slice(0, 30));
  });
  const wrong = fixed.map((text) => `«${text}» does not follow the reader's text size: use rem`);
  wrong.push(...await tooWide(page, 'with text at 200 %'));
  wrong.push(...await page.evaluate(() => [...document.querySelectorAll('main *, header *, footer *')]
    .filter((e) => {
      const s = getComputedStyle(e);
      return e.checkVisibility() && e.clientHeight > 2 && ['hidden', 'clip'].includes(s.overflowY)
        && e.scrollHeight > e.clientHeight + 4 && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    })
    .map((e) => `with text at 200 %: «${e.textContent.trim().slice(0, 40)}» is cut off`)));
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  await page.setViewportSize(size);
  return wrong;
}

function tooWide(page, when) {
  return page.evaluate((when) => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width + 1) return [];
    const scrolls = (e) => e && (['auto', 'scroll'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const wide = [...document.body.querySelectorAll('*')]
      .filter((e) => e.getBoundingClientRect().right > width + 1 && e.checkVisibility() && !scrolls(e.parentElement))
      .slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.className || ''} «${(e.textContent || '').replace(/\s+/g, ' ').trim().slice(0, 30)}»`);
    return [`${when} the page scrolls sideways: ${wide.join('; ')}`];
  }, when);
}

/** On paper: no menus, no buttons, nothing that floats. */
export async function print(page) {
  await page.emulateMedia({ media: 'print' });
  const wrong = await page.evaluate(() => [...document.querySelectorAll('nav, button, [role=dialog], *')]
    .filter((e) => e.checkVisibility() && e.getClientRects().length > 0)
    .filter((e) => e.matches('nav, button') || ['fixed', 'sticky'].includes(getComputedStyle(e).position))
    .slice(0, 5)
    .map((e) => `${e.tagName.toLowerCase()} «${(e.innerText ?? '').trim().slice(0, 30)}» is printed`));
  await page.emulateMedia({ media: null });
  return wrong;
}
