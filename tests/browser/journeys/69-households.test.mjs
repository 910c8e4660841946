// An officer splits the household of a dwelling, gives what is left another head, and merges the two
// again: at a desk, and on a phone without scripts; the books of those concerned tell it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { suite, test, visit } from '../lib/bed.mjs';
import { startProgram } from '../lib/program.mjs';
import { dwellingLine } from '../lib/residence.mjs';

const BASIS = 'Tờ khai CT01 ngày 20/11/2026';

suite('Households of a dwelling', () => {
  let province;
  before(async () => { province = await startProgram(); });
  after(async () => { await province.stop(); });
  const officer = (options) => visit({ as: 'officer', targets: 24, address: province.address, ...options });
  const selects = (who) => who.page.locator('main select');
  const titles = (who) => who.page.locator('main section h2').allInnerTexts();

  /** Finds the dwelling of the owner of the cast, by its address. */
  async function openDwelling(who, line) {
    await who.open('/tra-cuu');
    await who.fill('address', line);
    await who.follow(() => who.page.locator('form[role=search] button').first().click());
    await who.follow(() => who.page.locator('main table button[name=pid]').first().click());
    await who.press('Ai ở');
  }

  /** Each member's present relation, in the order of the page. */
  async function present(who) {
    return (await who.page.locator('main .people .hint').allInnerTexts()).slice(1)
      .map((text) => text.replace(/^hiện nay: /, '').trim());
  }

  async function answer(who, relations) {
    const boxes = selects(who);
    assert.equal(await boxes.count(), relations.length);
    for (const [i, relation] of relations.entries()) await boxes.nth(i).selectOption(relation);
    await who.fill('basis', BASIS);
    await who.press('Xem lại trước khi');
  }

  test('split, another head, merged again, at a desk', async () => {
    const owner = await visit({ as: 'owner', address: province.address, size: 'phone' });
    const line = await dwellingLine(owner);
    const desk = await officer({ size: 'desk' });
    await openDwelling(desk, line);
    await desk.look('the dwelling and what can be done');
    const before = await titles(desk);
    await desk.press('Tách hộ');
    await desk.look('who leaves');
    await desk.picture('split-ask', { full: true });
    const relations = await present(desk);
    const wife = relations.findIndex((r) => r === 'Vợ' || r === 'Chồng');
    assert.ok(wife > 0, `somebody to split off: ${relations}`);

    // Nobody heads those who leave: said at the questions, and nothing is lost.
    await answer(desk, relations.map((_, i) => (i === wife ? 'other_relative' : '')));
    desk.noise.length = 0; // the browser itself reports the 422
    await desk.look('no head was named');
    assert.equal(await desk.page.locator('#f-of-0-error').count(), 1);
    assert.equal(await desk.page.locator('[name=basis]').inputValue(), BASIS);
    assert.equal(await selects(desk).nth(wife).inputValue(), 'other_relative');
    await selects(desk).nth(wife).selectOption('head');
    await desk.press('Xem lại trước khi');
    await desk.look('before and after');
    await desk.picture('split-check', { full: true });
    const [now, then] = await Promise.all([0, 1].map((i) => desk.page.locator('.sides > section').nth(i).locator('.card').count()));
    assert.deepEqual([now, then], [1, 2]);
    await desk.press('Sửa lại');
    assert.equal(await selects(desk).nth(wife).inputValue(), 'head');
    await desk.press('Xem lại trước khi');
    await desk.follow(() => desk.page.locator('button[name=step][value=confirm]').click());
    await desk.look('two households');
    await desk.picture('households', { full: true });
    assert.match(await desk.page.locator('main, .flash').first().innerText(), /./);
    const apart = await titles(desk);
    assert.equal(apart.filter((t) => t.startsWith('Hộ của')).length, 2);

    // Merged again: everybody into the first household.
    desk.typed = {}; // another matter
    const last = desk.page.locator('main section').filter({ has: desk.page.locator('table') }).last();
    await desk.follow(() => last.locator('a', { hasText: 'Nhập vào hộ khác' }).click());
    await desk.look('what they become');
    await desk.picture('merge-ask');
    const spouse = relations[wife] === 'Vợ' ? 'wife' : 'husband';
    await answer(desk, [spouse]);
    await desk.look('before and after the merging');
    await desk.picture('merge-check', { full: true });
    await desk.follow(() => desk.page.locator('button[name=step][value=confirm]').click());
    await desk.look('one household again');
    assert.deepEqual(await titles(desk), before);

    await owner.open('/so-ho-khau');
    await owner.look('the book');
    await owner.picture('book-regrouped', { full: true });
  });

  test('another head, on a phone without scripts, by keyboard', async () => {
    const owner = await visit({ as: 'owner', address: province.address, size: 'phone' });
    const line = await dwellingLine(owner);
    const phone = await officer({ size: 'phone', scripts: false });
    await openDwelling(phone, line);
    await phone.press('Thay chủ hộ');
    await phone.look('who heads, phone');
    await phone.picture('head-ask', { full: true });
    const relations = await present(phone);
    const spouse = relations.findIndex((r) => r === 'Vợ' || r === 'Chồng');
    const old = relations[spouse] === 'Vợ' ? 'husband' : 'wife';
    const to = relations.map((_, i) => (i === spouse ? 'head' : i === 0 ? old : 'other_relative'));
    await answer(phone, to);
    await phone.look('before and after, phone');
    await phone.picture('head-check', { full: true });
    await phone.tabTo('button[name=step][value=confirm]');
    await phone.follow(() => phone.keys('Enter'));
    await phone.look('another head, phone');
    const first = await phone.page.locator('main section h2').first().innerText();
    await owner.open('/so-ho-khau');
    assert.ok((await owner.page.locator('main').innerText()).includes(first), first);
  });

  test('an officer of the next commune does not get there', async () => {
    const here = await officer({ size: 'desk' });
    const owner = await visit({ as: 'owner', address: province.address, size: 'phone' });
    await openDwelling(here, await dwellingLine(owner));
    const links = await here.page.locator('main section .row a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    assert.ok(links.length >= 2, `${links}`);
    const next = await visit({ as: 'next-door', address: province.address, targets: 24 });
    for (const where of links) {
      const response = await next.open(where);
      assert.equal(response.status(), 403, where.replace(/[0-9A-Z]{20,}/g, '…'));
      next.noise.length = 0;
      await next.look(`refused: ${where.split('?')[0].split('/').pop()}`);
    }
  });
});
