// One person with a browser: walks, types, looks at each page with all checks, takes pictures.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { axe } from './axe.mjs';
import { Bytes } from './bytes.mjs';
import * as wcag from './wcag.mjs';

const PICTURES = process.env.LIENTHONG_PICTURES;
const TABS_MAX = 150;
const LEAVE_MS_MAX = 1500;
const SESSION = '__Host-lt';
const PICTURE_SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } };

export class Visitor {
  static async in(context, { base, targets, shared, scripts }) {
    const visitor = new Visitor();
    Object.assign(visitor, { context, base, targets, shared, scripts, typed: {}, noise: [] });
    visitor.page = await context.newPage();
    // Not through the context's own switch: the checks must be able to turn scripts on again.
    visitor.cdp = await context.newCDPSession(visitor.page);
    await visitor.cdp.send('Emulation.setScriptExecutionDisabled', { value: !scripts });
    visitor.bytes = await Bytes.of(visitor.page);
    visitor.page.on('console', (m) => { if (m.type() === 'error') visitor.noise.push(m.text()); });
    visitor.page.on('pageerror', (e) => visitor.noise.push(e.message));
    return visitor;
  }

  /** Goes to a path and waits until it stands. Fails on 500; gives the response. */
  async open(where) {
    const response = await this.page.goto(where, { waitUntil: 'load' });
    assert.ok(response.status() < 500, `${where} answered ${response.status()}`);
    return response;
  }

  /** Signs in as one of the demo's cast: citizen, parent, owner, officer, head, clerk, next-door,
   *  auditor, viewer, operator. */
  async signInAs(person) {
    await this.open('/trinh-dien');
    const button = this.page.locator(`[data-demo-person="${person}"]`).first();
    assert.equal(await button.count(), 1, `The demo has no person «${person}»`);
    await this.follow(() => button.click());
    const cookies = await this.context.cookies();
    assert.ok(cookies.some((c) => c.name === SESSION), `${person} is not signed in: no session cookie`);
  }

  /** Types an answer; remembers it for 3.3.7 (never asked again). */
  async fill(name, value) {
    await this.page.locator(`[name="${name}"]:visible`).first().fill(value);
    this.typed[name] = new URL(this.page.url()).pathname;
  }

  /** Types a date into its three fields: `2028-11-22`. */
  async fillDate(name, date) {
    const [year, month, day] = date.split('-');
    await this.fill(`${name}.day`, String(Number(day)));
    await this.fill(`${name}.month`, String(Number(month)));
    await this.fill(`${name}.year`, year);
  }

  /** Chooses a radio button or ticks a box. */
  async choose(name, value) {
    await this.page.locator(`[name="${name}"][value="${value}"]`).check();
  }

  /** Presses the button or link with these words and waits for the page after it. */
  async press(words) {
    const target = this.page.locator('main').locator('button, a, input[type=submit]').filter({ hasText: words }).first();
    await this.follow(() => target.click());
  }

  /** Does something that may lead to another page, and waits until that one stands. */
  async follow(act) {
    const { page } = this;
    const own = (r) => r.isNavigationRequest() && r.frame() === page.mainFrame();
    const leaving = page.waitForEvent('request', { predicate: own, timeout: LEAVE_MS_MAX }).catch(() => null);
    const there = page.waitForEvent('load').catch((e) => e);
    await act();
    if (!(await leaving)) return; // it stayed on the page
    const outcome = await there;
    if (outcome instanceof Error) throw outcome;
  }

  /** Every check on the page as it stands; fails with the list of faults. */
  async look(what) {
    const faults = await this.withScripts(() => this.faults());
    const where = new URL(this.page.url()).pathname;
    assert.equal(faults.length, 0, `${what} (${where}): ${faults.length} faults\n  ${faults.join('\n  ')}`);
  }

  async faults() {
    const { page } = this;
    const faults = [];
    const add = (group, list) => faults.push(...list.map((line) => `[${group}] ${line}`));
    add('axe', await axe(page));
    add('focus 2.4.11', await wcag.focus(page));
    add('dragging 2.5.7', await wcag.dragging(page));
    add('target 2.5.8', await wcag.targets(page, this.targets));
    add('entry 3.3.7', await wcag.redundantEntry(page, this.typed));
    add('sign-in 3.3.8', await wcag.authentication(page));
    add('reflow 1.4.10', await wcag.reflow(page));
    add('text 1.4.4', await wcag.largeText(page));
    const help = await wcag.help(page);
    const key = `help of ${this.base}`;
    this.shared[key] ??= help;
    add('help 3.2.6', wcag.sameHelp(this.shared[key], help));
    add('words', await missingWords(page));
    add('console', this.noise.splice(0));
    return faults;
  }

  /** The checks are scripts themselves: where pages may run none, the checks still may. The page's
   *  own scripts were not loaded and stay away. */
  async withScripts(act) {
    if (this.scripts) return act();
    await this.cdp.send('Emulation.setScriptExecutionDisabled', { value: false });
    try {
      return await act();
    } finally {
      await this.cdp.send('Emulation.setScriptExecutionDisabled', { value: true });
    }
  }

  /** Presses Tab until the element has the focus, as a person without a mouse would. */
  async tabTo(selector) {
    const passed = [];
    for (let n = 0; n < TABS_MAX; n += 1) {
      await this.page.keyboard.press('Tab');
      const found = await this.page.evaluate((selector) => {
        const e = document.activeElement;
        return { here: e?.matches(selector), name: `${e?.tagName} ${(e?.innerText || e?.name || '').slice(0, 30)}` };
      }, selector);
      if (found.here) return;
      passed.push(found.name);
    }
    assert.fail(`${TABS_MAX} tabs did not reach ${selector}; passed: ${passed.slice(0, 30).join(' → ')}`);
  }

  /** Keys one after the other: `keys('Enter')`, `keys('ArrowDown', 'Space')`. */
  async keys(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** A picture for docs/pictures at phone and desk size; only when they are being taken. */
  async picture(name, { sizes = ['phone', 'desk'], full = false } = {}) {
    if (!PICTURES) return;
    await mkdir(PICTURES, { recursive: true });
    const before = this.page.viewportSize();
    for (const size of sizes) {
      await this.page.setViewportSize(PICTURE_SIZES[size] ?? { width: 3840, height: 2160 });
      await this.page.evaluate(() => { document.activeElement?.blur?.(); window.scrollTo(0, 0); });
      await this.page.screenshot({
        path: path.join(PICTURES, `${name}-${size}.png`), fullPage: full, animations: 'disabled', caret: 'hide',
      });
    }
    await this.page.setViewportSize(before);
  }

  async close() {
    await this.context.close();
  }
}

/** A key without a sentence shows itself as ⟦key⟧. */
function missingWords(page) {
  return page.evaluate(() => [...new Set(document.documentElement.outerHTML.match(/⟦[^⟧]*⟧/g) ?? [])]
    .map((key) => `no sentence for ${key}`));
}
