// An officer moves everybody of a dwelling by one act: what is asked, who moves, the act; at a desk, on a
// phone, without scripts; and those who moved find it in their book.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { suite, test, visit } from '../lib/bed.mjs';
import { startProgram } from '../lib/program.mjs';
import { dwellingLine } from '../lib/residence.mjs';

const BASIS = 'Quyết định tái định cư số 12/QĐ-UBND';
const heading = (visitor) => visitor.page.locator('main h1').innerText();

suite('Moving a whole dwelling', () => {
  let province;
  before(async () => { province = await startProgram(); });
  after(async () => { await province.stop(); });
  const officer = (options) => visit({ as: 'officer', targets: 24, address: province.address, ...options });

  /** Finds people at an address and opens the page of the dwelling of the first one. */
  async function openDwelling(who, words) {
    await who.open('/tra-cuu');
    for (const [name, value] of Object.entries(words)) await who.fill(name, value);
    await who.follow(() => who.page.locator('form[role=search] button').first().click());
    await who.follow(() => who.page.locator('main table button[name=pid]').first().click());
    await who.press('Ai ở');
  }

  /** Answers where to, when and on what paper. */
  async function answer(who, { line, date }) {
    const { page } = who;
    if (who.scripts) {
      await page.locator('[name="to.commune"]').pressSequentially('Trần Hưng Đạo');
      const suggestion = page.locator('[role=option]').filter({ hasText: 'Trần Thương' }).first();
      await suggestion.waitFor();
      await suggestion.click();
    } else {
      await who.fill('to.commune', 'Xã Trần Thương, Tỉnh Ninh Bình');
    }
    await who.fill('to.line', line);
    await who.fillDate('on', date);
    await who.fill('basis', BASIS);
    await who.press('Xem lại trước khi chuyển');
  }

  test('the owner of a house and everybody in it, at a desk', async () => {
    const owner = await visit({ as: 'owner', address: province.address, size: 'phone' });
    const line = await dwellingLine(owner);
    const desk = await officer({ size: 'desk' });
    await openDwelling(desk, { address: line });
    await desk.look('the dwelling');
    await desk.picture('dwelling');
    assert.match(await heading(desk), new RegExp(`^${line}, xã Trần Thương`));
    const people = await desk.page.locator('main table tbody tr').count();
    assert.ok(people > 0);
    // Who lived there on the day before the oldest of them came: fewer.
    await desk.fillDate('ngay', '1950-01-01');
    await desk.press('Xem');
    await desk.look('the dwelling long ago');
    assert.equal(await desk.page.locator('main table').count(), 0);
    await desk.press('Về hôm nay');
    await desk.press('Chuyển cả chỗ ở');
    await desk.look('what is asked');
    await desk.picture('move-ask');
    // A mistake is said at its field, and nothing is lost.
    const boxes = desk.page.locator('[name=household][type=checkbox]');
    const several = (await boxes.count()) > 0;
    await answer(desk, { line: 'Số 7, thôn 9', date: '2026-11-24' });
    desk.noise.length = 0; // the browser itself reports the 422
    await desk.look('a day to come');
    assert.equal(await desk.page.locator('#f-on-error').count(), 1);
    assert.equal(await desk.page.locator('[name="to.line"]').inputValue(), 'Số 7, thôn 9');
    desk.typed = {}; // asked again because it was wrong
    await desk.fillDate('on', '2026-11-23');
    await desk.press('Xem lại trước khi chuyển');
    await desk.look('who moves');
    await desk.picture('move-check', { full: true });
    assert.equal(await desk.page.locator('main table tbody tr').count(), people, `several: ${several}`);
    const facts = await desk.page.locator('main dl').first().innerText();
    for (const said of [line, 'Số 7, thôn 9, xã Trần Thương', '23/11/2026', BASIS]) assert.ok(facts.includes(said), facts);
    await desk.press('Sửa lại');
    assert.equal(await desk.page.locator('[name=basis]').inputValue(), BASIS);
    await desk.press('Xem lại trước khi chuyển');
    await desk.press(`Chuyển ${people} người`);
    await desk.look('the new dwelling');
    assert.match(await heading(desk), /^Số 7, thôn 9, xã Trần Thương/);
    assert.equal(await desk.page.locator('main table tbody tr').count(), people);
    // The book of the household tells where it lives and where from.
    await owner.open('/so-ho-khau');
    await owner.look('the book');
    await owner.picture('book-moved', { full: true });
    const book = await owner.page.locator('main').innerText();
    assert.ok(book.includes('Số 7, thôn 9') && book.includes('Cả hộ chuyển chỗ ở') && book.includes(`trước đó: ${line}`), book);
  });

  test('on a phone without scripts, by keyboard', async () => {
    const phone = await officer({ size: 'phone', scripts: false });
    await openDwelling(phone, { name: 'trần' });
    await phone.look('the dwelling, phone');
    const was = await heading(phone);
    await phone.press('Chuyển cả chỗ ở');
    await phone.look('what is asked, phone');
    await phone.fill('to.commune', 'Xã Trần Thương, Tỉnh Ninh Bình');
    await phone.fill('to.line', 'Số 8, thôn 9');
    await phone.fillDate('on', '2026-11-23');
    await phone.fill('basis', BASIS);
    await phone.follow(() => phone.page.keyboard.press('Enter'));
    await phone.look('who moves, phone');
    await phone.tabTo('button[name=step][value=confirm]');
    await phone.follow(() => phone.keys('Enter'));
    await phone.look('the new dwelling, phone');
    assert.match(await heading(phone), /^Số 8, thôn 9/);
    assert.notEqual(await heading(phone), was);
  });

  test('an officer of the next commune does not get there', async () => {
    const here = await officer({ size: 'desk' });
    await openDwelling(here, { name: 'nguyen' });
    const path = new URL(here.page.url()).pathname;
    const next = await visit({ as: 'next-door', address: province.address, targets: 24 });
    for (const where of [path, `${path}/chuyen`]) {
      const response = await next.open(where);
      assert.equal(response.status(), 403, where);
      next.noise.length = 0;
      await next.look(`refused: ${where.split('/').length}`);
    }
  });
});
