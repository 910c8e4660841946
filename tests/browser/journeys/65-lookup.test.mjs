// An officer finds people of the own commune: words in any order, page by page, by keyboard, without
// scripts, on a phone and at a desk; and whoever was found sees it.
import assert from 'node:assert/strict';
import { suite, test, visit } from '../lib/bed.mjs';

const LOOKUP = '/tra-cuu';
const RESULT = '#ket-qua';

/** Sends the search form. */
async function find(officer, words) {
  for (const [name, value] of Object.entries(words)) await officer.fill(name, value);
  await officer.follow(() => officer.page.locator('form[role=search] button').first().click());
}

suite('Looking people up', () => {
  test('an officer finds a household head by name and opens the record', async () => {
    for (const size of ['phone', 'desk']) {
      const officer = await visit({ as: 'officer', size, targets: 24 });
      await officer.open(LOOKUP);
      await officer.look(`the search, ${size}`);
      await find(officer, { name: 'nguyen' });
      await officer.look(`hits, ${size}`);
      const first = await officer.page.locator('main table tbody tr').count();
      assert.ok(first > 0, 'somebody is called Nguyễn');
      if (size === 'desk') await officer.picture('lookup');
      await officer.follow(() => officer.page.locator('main table button[name=pid]').first().click());
      await officer.look(`one person, ${size}`);
      assert.match(await officer.page.locator('main').innerText(), /\d{3} \d{3} \d{3} \d{3}/);
      // Never in an address.
      assert.equal(new URL(officer.page.url()).search, '');
    }
  });

  test('nobody fits: the page says what to try, and keeps what was typed', async () => {
    const officer = await visit({ as: 'officer', size: 'phone', targets: 24 });
    await officer.open(LOOKUP);
    await find(officer, { name: 'khong co ai ten nay', year: '1850' });
    await officer.look('nobody');
    assert.equal(await officer.page.locator('#f-name').inputValue(), 'khong co ai ten nay');
    assert.equal(await officer.page.locator('main table').count(), 0);
  });

  test('a mistake is said at its field', async () => {
    const officer = await visit({ as: 'officer', targets: 24 });
    await officer.open(LOOKUP);
    await find(officer, { name: 'nguyen', year: 'abc' });
    officer.noise.length = 0; // the browser itself reports the 422
    await officer.look('a mistake');
    assert.equal(await officer.page.locator('#f-name').inputValue(), 'nguyen');
    assert.equal(await officer.page.locator('#f-year-error').count(), 1);
  });

  test('by keyboard and without scripts, page by page', async () => {
    const officer = await visit({ as: 'head', scripts: false, size: 'desk', targets: 24 });
    await officer.open(LOOKUP);
    await officer.page.locator('[name=name]').focus();
    await officer.page.keyboard.type('a');
    await officer.page.keyboard.type('n');
    await officer.follow(() => officer.page.keyboard.press('Enter'));
    assert.equal(await officer.page.locator(RESULT).count(), 1);
    await find(officer, { name: 'nguyen' });
    const rows = await officer.page.locator('main table tbody tr').allInnerTexts();
    assert.equal(rows.length, 20, 'a page is full');
    const next = officer.page.locator('form:has([name=after]) button');
    await officer.follow(() => next.click());
    await officer.look('the second page');
    const more = await officer.page.locator('main table tbody tr').allInnerTexts();
    assert.ok(more.length > 0 && more.every((row) => !rows.includes(row)), 'others on the next page');
    // What was looked for still stands in the form; the way back leads to the first page.
    assert.equal(await officer.page.locator('#f-name').inputValue(), 'nguyen');
    await officer.follow(() => officer.page.locator('.pages form:not(:has([name=after])) button').click());
    assert.deepEqual(await officer.page.locator('main table tbody tr').allInnerTexts(), rows);
    // By address alone, everybody who lives there.
    await find(officer, { name: '', address: 'số nhà 1, thôn 1' });
    assert.ok((await officer.page.locator('main table tbody tr').count()) > 0);
  });

  test('the owner of the house sees that an officer found them', async () => {
    const owner = await visit({ as: 'owner' });
    await owner.open('/du-lieu-cua-toi');
    const shown = await owner.page.locator('#muc-pid dd').first().innerText();
    const pid = shown.match(/[\d ]{12,}/)[0].replaceAll(' ', '');
    const officer = await visit({ as: 'officer', size: 'desk', targets: 24 });
    await officer.open(LOOKUP);
    await find(officer, { name: pid });
    assert.equal(await officer.page.locator('main table tbody tr').count(), 1);
    await owner.open('/du-lieu-cua-toi/ai-da-doc');
    await owner.page.getByText('Tìm người', { exact: false }).first().waitFor();
    const next = await visit({ as: 'next-door', size: 'desk', targets: 24 });
    await next.open(LOOKUP);
    await find(next, { name: pid });
    assert.equal(await next.page.locator('main table').count(), 0);
  });
});
