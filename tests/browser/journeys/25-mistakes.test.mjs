// Temporary residence with wrong answers and wrong files: each is said beside its box and in the list at
// the top, leads to the box, and loses nothing that was typed.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test, visit } from '../lib/bed.mjs';
import * as story from '../lib/residence.mjs';

const FORM = `${story.SERVICE}/khai`;
const LINE = 'Số 99, thôn Không Có Trong Sổ';
const UPLOAD_BYTES_MAX = await limit('UPLOAD_BYTES_MAX');

/** A limit as the program has it. */
async function limit(name) {
  const source = await readFile(new URL('../../../foundation/kernel/src/limits.rs', import.meta.url), 'utf8');
  const [, product] = source.match(new RegExp(`${name}: usize = ([\\d_ *]+);`));
  return product.replaceAll('_', '').split('*').reduce((n, factor) => n * Number(factor), 1);
}

/** A form of one's own, empty. */
async function form(size = 'phone') {
  const lan = await visit({ as: 'citizen', size });
  await lan.open(story.SERVICE);
  const discard = lan.page.locator('form[action$="/bo-nhap"] button');
  if (await discard.count()) await lan.follow(() => discard.click());
  await lan.open(FORM);
  return lan;
}

/** The list of mistakes has the focus, says this, and its link leads to this box. */
async function saysAt(lan, words, box) {
  const { page } = lan;
  assert.ok(await page.locator('.summary').evaluate((e) => e === document.activeElement), 'the list has the focus');
  const link = page.locator('.summary a').filter({ hasText: words });
  assert.equal(await link.count(), 1, `«${words}» in: ${await page.locator('.summary').innerText()}`);
  await link.click();
  assert.equal(await page.evaluate(() => document.activeElement?.name), box);
  assert.match(await page.locator('.q.err').filter({ has: page.locator(`[name="${box}"]`) }).innerText(), words);
}

suite('Temporary residence, mistakes', () => {
  test('a day that does not exist', async () => {
    const lan = await form();
    await story.chooseCommune(lan);
    await lan.fill('abode.line', LINE);
    await lan.fillDate('until', '2027-02-31');
    await lan.press('Tiếp tục');
    await saysAt(lan, /không có trong lịch/, 'until.day');
    const typed = await lan.page.locator('.date input').evaluateAll((all) => all.map((e) => e.value));
    assert.deepEqual(typed, ['31', '2', '2027']);
    assert.equal(await lan.page.inputValue('[name="abode.line"]'), LINE);
    await lan.look('31 February');
  });

  test('longer than two years, and nothing at all', async () => {
    const lan = await form('desk');
    await lan.fillDate('until', '2028-11-24');
    await lan.press('Tiếp tục');
    await saysAt(lan, /nhiều nhất 2 năm.+22\/11\/2028|nhiều nhất 2 năm.+23\/11\/2028/, 'until.day');
    await saysAtAgain(lan, /Hãy gõ tên xã/, 'abode.commune');
    await lan.look('two years and a day');
  });

  test('a commune that is typed and not chosen', async () => {
    const lan = await form();
    await lan.page.locator('[name="abode.commune"]').pressSequentially('Tran Hung Dao');
    await lan.page.locator('[role=option]').first().waitFor();
    await lan.fill('abode.line', LINE);
    await lan.press('Tiếp tục');
    await saysAt(lan, /chọn một nơi trong danh sách/, 'abode.commune');
    assert.equal(await lan.page.inputValue('[name="abode.commune"]'), 'Tran Hung Dao');
    const choices = await lan.page.locator('.picks label').filter({ hasText: /Trần Hưng Đạo/ }).allInnerTexts();
    assert.ok(choices.some((c) => /Xã Trần Thương[\s\S]*xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam/.test(c)), choices.join('\n'));
    await lan.look('which Trần Hưng Đạo');
    await lan.page.locator('.picks label').filter({ hasText: 'Xã Trần Thương' }).click();
    await lan.press('Tiếp tục');
    assert.match(lan.page.url(), /kiem-tra$/);
  });

  test('a commune that does not exist', async () => {
    const lan = await form();
    await lan.fill('abode.commune', 'Xã Không Có');
    await lan.fill('abode.line', LINE);
    await lan.press('Tiếp tục');
    await saysAt(lan, /chọn một nơi trong danh sách/, 'abode.commune');
    await lan.look('no such commune');
  });

  test('the commune where one lives already', async () => {
    const lan = await form();
    const home = await lan.page.locator('.facts').innerText();
    const [, commune] = home.match(/((?:xã|phường) [^,\n]+), tỉnh Ninh Bình/i);
    await lan.page.locator('[name="abode.commune"]').pressSequentially(commune);
    await lan.page.locator('[role=option]').filter({ hasText: new RegExp(commune, 'i') }).first().click();
    await lan.fill('abode.line', LINE);
    await lan.press('Tiếp tục');
    await saysAt(lan, /cùng xã với nơi thường trú.+Căn cứ: Luật Cư trú/, 'abode.commune');
    assert.equal(await lan.page.inputValue('[name="abode.line"]'), LINE);
    await lan.look('the same commune');
    await lan.picture('temporary-residence-mistake');
  });

  test('files that lie, are empty, broken or too large', async (t) => {
    const lan = await form();
    await story.chooseCommune(lan);
    await lan.fill('abode.line', LINE);
    await lan.press('Tiếp tục');
    assert.match(lan.page.url(), /kiem-tra$/);
    const file = (name, bytes) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from(bytes) });
    const zip = [0x50, 0x4b, 3, 4, ...Array(200).fill(0)];
    for (const [what, wrong, words] of [
      ['nothing', null, /Cần có giấy tờ này/],
      ['a zip', file('hop-dong.pdf', zip), /“hop-dong\.pdf” không phải PDF/],
      ['a web page', file('hop-dong.pdf', '<!doctype html><script>alert(1)</script>'), /“hop-dong\.pdf” không phải PDF/],
      ['a picture', file('hop-dong.pdf', [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0xff, 0xd9]), /không khớp với nội dung, thực ra là JPG/],
      ['empty', file('hop-dong.pdf', ''), /không có nội dung/],
      ['cut off', file('hop-dong.pdf', '%PDF-1.7\n1 0 obj'), /bị cắt hoặc hỏng/],
      ['too large', file('hop-dong.pdf', Buffer.alloc(UPLOAD_BYTES_MAX + 1, '%PDF-1.7\n')), /lớn quá 10 MB/],
    ]) {
      if (wrong) await lan.page.setInputFiles('[name="abode_proof"]', wrong);
      await lan.press('Gửi hồ sơ');
      await saysAt(lan, words, 'abode_proof');
      lan.noise.length = 0; // the browser itself reports the 422
      await lan.look(what);
    }
    assert.match(await lan.page.locator('.answers').innerText(), new RegExp(LINE));
    // A good file beside a bad one is kept.
    await lan.page.setInputFiles('[name="abode_proof"]', [story.PDF, file('khac.pdf', zip)]);
    await lan.press('Gửi hồ sơ');
    await saysAt(lan, /“khac\.pdf” không phải PDF/, 'abode_proof');
    assert.match(await lan.page.locator('.kept').innerText(), /hop-dong\.pdf/);
    // More than the form takes at all: a page that leads back, where everything still is.
    const folder = await mkdtemp(path.join(tmpdir(), 'lien-thong-upload-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const large = [1, 2, 3].map((n) => path.join(folder, `to-${n}.pdf`));
    for (const name of large) await writeFile(name, Buffer.alloc(UPLOAD_BYTES_MAX, 'x'));
    await lan.page.setInputFiles('[name="abode_proof"]', large);
    await lan.press('Gửi hồ sơ');
    assert.match(await lan.page.locator('main').innerText(), /quá lớn/);
    lan.noise.length = 0;
    await lan.look('much too large');
    await lan.press('Quay lại trang trước');
    assert.match(await lan.page.locator('.kept').innerText(), /hop-dong\.pdf/);
    await lan.press('Gửi hồ sơ');
    const code = story.codeOf(lan);
    await lan.open(`/ho-so/${code}`);
    await lan.page.locator('.withdraw summary').click();
    await lan.follow(() => lan.page.locator('.withdraw button').click());
  });
});

/** As `saysAt`, for a further mistake on the same page: the focus is in a box by now. */
async function saysAtAgain(lan, words, box) {
  await lan.page.locator('.summary a').filter({ hasText: words }).click();
  assert.equal(await lan.page.evaluate(() => document.activeElement?.name), box);
}
