// Two records that may be one person: an officer sees both side by side and parts them, the head makes
// them one and takes it back; at a desk and on a phone.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { suite, test, visit } from '../lib/bed.mjs';
import { runProgram, startProgram } from '../lib/program.mjs';

const LIST = '/tra-cuu/co-the-trung';
const COMMUNE = '13594';
const spaced = (pid) => pid.replace(/(...)(?=.)/g, '$1 ');

/** Somebody of the commune a second time: another number, day and month of birth swapped. */
function twin(person, n) {
  const [year, month, day] = person.birth.split('-');
  const { name, sex, birth_place, native_place, old_id, relatives } = person;
  return { pid: `${person.pid.slice(0, 6)}99000${n}`, name: name.toUpperCase(), birth: `${year}-${day}-${month}`, sex, birth_place, native_place, old_id, relatives };
}

suite('Records that may be one person', () => {
  let folder, province, twins;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lien-thong-'));
    const first = await startProgram({ data: folder });
    await first.stop();
    const all = path.join(folder, 'all.jsonl');
    await runProgram('export', 'population', all, '--data', folder);
    const people = (await readFile(all, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
    const fits = (p) => {
      const [, month, day] = p.birth.split('-');
      return p.permanent?.commune === COMMUNE && p.old_id && day && Number(day) <= 12 && day !== month;
    };
    const found = people.filter(fits).slice(0, 3);
    assert.equal(found.length, 3, 'three people whose day and month can be swapped');
    twins = found.map((person, n) => [person, twin(person, n)]);
    const list = path.join(folder, 'twins.jsonl');
    await writeFile(list, twins.map(([, t]) => `${JSON.stringify(t)}\n`).join(''));
    await runProgram('import', 'population', list, '--data', folder);
    await runProgram('match', 'population', '--data', folder);
    province = await startProgram({ data: folder });
  });
  after(async () => {
    await province?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const as = (who, size) => visit({ as: who, size, targets: 24, address: province.address });
  const rows = (visitor) => visitor.page.locator('main table').first().locator('tbody tr').count();
  const open = (visitor, n = 0) => visitor.follow(() => visitor.page.locator(`main table a[href^="${LIST}/"]`).nth(n).click());
  /** Which of our pairs is on the page, and in which order. */
  async function pair(visitor) {
    const text = await visitor.page.locator('main').innerText();
    const shown = twins.find((both) => both.every((p) => text.includes(spaced(p.pid))));
    assert.ok(shown, `one of our pairs is shown: ${text}`);
    const [lives, other] = shown;
    return { lives, keep: lives.pid < other.pid ? 'first' : 'second', text };
  }

  test('an officer compares them at a desk and says that they are two people', async () => {
    const officer = await as('officer', 'desk');
    await officer.open('/tra-cuu');
    await officer.press('Xem các bản ghi có thể trùng');
    await officer.look('the list');
    await officer.picture('duplicates');
    assert.equal(await rows(officer), 3);
    await open(officer);
    await officer.look('both records');
    await officer.picture('duplicates-pair', { full: true });
    const { text } = await pair(officer);
    assert.ok(text.includes('Khác'), 'what differs is marked');
    assert.equal(await officer.page.locator('button[value=merge]').count(), 0, 'an officer does not merge');
    await officer.press('Là hai người khác nhau');
    officer.noise.length = 0; // the browser itself reports the 422
    await officer.look('without a reason');
    assert.equal(await officer.page.locator('#f-basis-error').count(), 1);
    await officer.fill('basis', 'Đã gặp cả hai người ngày 20/11/2026');
    await officer.press('Là hai người khác nhau');
    await officer.look('the list afterwards');
    assert.equal(await rows(officer), 2);
  });

  for (const size of ['phone', 'desk']) {
    test(`the head makes them one and takes it back, ${size}`, async () => {
      const head = await as('head', size);
      await head.open(LIST);
      await head.look('the list');
      await open(head);
      await head.look('both records, with the way to merge');
      await head.picture('duplicates-merge', { sizes: [size], full: true });
      const { keep, lives } = await pair(head);
      await head.fill('basis', 'Biên bản xác minh số 4');
      // Whose record may not end: the one that lives somewhere.
      await head.choose('keep', keep === 'first' ? 'second' : 'first');
      await head.press('Là một người');
      head.noise.length = 0;
      await head.look('the one who lives here cannot be the one that ends');
      await head.choose('keep', keep);
      await head.press('Là một người');
      await head.look('the list with what was merged');
      await head.picture('duplicates-merged', { sizes: [size] });
      // The record that ended is found no more.
      await head.open('/tra-cuu');
      await head.fill('name', lives.name);
      await head.follow(() => head.page.locator('form[role=search] button').first().click());
      const found = await head.page.locator('main table tbody tr').allInnerTexts();
      assert.equal(found.filter((row) => row.toLowerCase().includes(lives.name.toLowerCase())).length, 1, found.join('\n'));
      await head.open(LIST);
      const merged = head.page.locator('main table').last();
      await head.follow(() => merged.locator('a').first().click());
      await head.look('the way back');
      await head.picture('duplicates-back', { sizes: [size] });
      await head.fill('basis', 'Hai anh em họ, đã đối chiếu giấy khai sinh');
      await head.press('Tách lại');
      await head.look('the list after parting them again');
      assert.equal(await head.page.getByText('Cặp đã gộp').count(), 0);
    });
  }
});
