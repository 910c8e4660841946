// What the State holds about a person, who read it, the household book, and whether a letter is real.
import assert from 'node:assert/strict';
import { suite, test, visit } from '../lib/bed.mjs';

const OWN = '/du-lieu-cua-toi';
const LOG = '/du-lieu-cua-toi/ai-da-doc';
const ITEMS = 26;

/** The number on a person's own data page, without its spaces. */
async function numberOf(person) {
  await person.open(OWN);
  const shown = await person.page.locator('#muc-pid dd').first().innerText();
  return shown.match(/[\d ]{12,}/)[0].replaceAll(' ', '');
}

/** An auditor looks a person up, with a reason. */
async function audit(auditor, pid) {
  await auditor.open('/kiem-toan');
  await auditor.fill('pid', pid);
  await auditor.fill('reason', 'Đơn khiếu nại 12/2026');
  await auditor.follow(() => auditor.page.locator('main form[method=post] button').first().click());
}

/** The signed extract of the person's first household: its bytes. */
async function extractOf(person) {
  await person.open('/so-ho-khau');
  const href = await person.page.locator('main a[href$="/trich.pdf"]').first().getAttribute('href');
  const answer = await person.page.request.get(new URL(href, person.base).href);
  assert.equal(answer.status(), 200);
  assert.equal(answer.headers()['content-type'], 'application/pdf');
  return answer.body();
}

/** A stranger uploads a file to the verification page. */
async function verify(stranger, bytes) {
  await stranger.open('/xac-minh');
  await stranger.page.setInputFiles('[name=file]', { name: 'van-ban.pdf', mimeType: 'application/pdf', buffer: bytes });
  await stranger.follow(() => stranger.page.locator('form[method=post][action="/xac-minh"] button').click());
  return stranger.page.locator('#ket-qua').innerText();
}

suite('My data', () => {
  test('shows every item, each with a way to say that it is wrong', async () => {
    for (const size of ['phone', 'desk']) {
      const citizen = await visit({ as: 'citizen', size });
      await citizen.open(OWN);
      assert.equal(await citizen.page.locator('dl.answers > div').count(), ITEMS);
      assert.equal(await citizen.page.locator('dl.answers .chg a[href*="?muc="]').count(), ITEMS);
      await citizen.look(`own data, ${size}`);
      if (size === 'desk') await citizen.picture('own-data');
      await citizen.follow(() => citizen.page.locator('.tabs a').last().click());
      await citizen.look(`own data, a law's list, ${size}`);
    }
  });

  test('a reading by somebody else appears by itself, and stays', async () => {
    const citizen = await visit({ as: 'citizen' });
    const pid = await numberOf(citizen);
    await citizen.open(LOG);
    await citizen.look('the log');
    const before = await citizen.page.locator('#nhat-ky tbody tr').count();
    const auditor = await visit({ as: 'auditor' });
    await audit(auditor, pid);
    await auditor.look('the log as the auditor sees it');
    const shown = await auditor.page.locator('main').innerText();
    assert.match(shown, /Đơn khiếu nại 12\/2026/);
    assert.ok(!auditor.page.url().includes(pid), 'the number stays out of the address');
    await citizen.page.locator('#nhat-ky tbody tr').nth(before).waitFor();
    assert.match(await citizen.page.locator('#nhat-ky tbody tr').first().innerText(), /Kiểm tra việc đọc dữ liệu/);
    await citizen.open(LOG);
    assert.match(await citizen.page.locator('#nhat-ky tbody tr').first().innerText(), /Kiểm tra việc đọc dữ liệu/);
    await citizen.look('the log with a row');
    await citizen.picture('access-log');
  });

  test('works without scripts, filter and files too', async () => {
    const citizen = await visit({ as: 'citizen', scripts: false, size: 'phone' });
    await citizen.open(OWN);
    await citizen.open(LOG);
    await citizen.page.locator('select[name=xem]').selectOption('ca-toi');
    await citizen.follow(() => citizen.page.locator('.filters button').click());
    assert.match(citizen.page.url(), /xem=ca-toi/);
    assert.ok(await citizen.page.locator('#nhat-ky tbody tr').count() > 0);
    await citizen.look('the log without scripts');
    for (const tail of ['tai-ve', 'bang-chung']) {
      const file = await citizen.page.request.get(`${citizen.base}${LOG}/${tail}?xem=ca-toi`);
      assert.match(file.headers()['content-disposition'], /^attachment/);
      assert.ok((await file.body()).length > 100, tail);
    }
  });

  test('the household book gives an extract that anybody can verify', async () => {
    const citizen = await visit({ as: 'citizen', size: 'phone' });
    const pid = await numberOf(citizen);
    await citizen.open('/so-ho-khau');
    await citizen.look('the household book');
    await citizen.picture('household-book');
    const pdf = await extractOf(citizen);
    const stranger = await visit();
    const real = await verify(stranger, pdf);
    assert.match(real, /Văn bản có thật/);
    assert.ok(!real.includes(pid), 'no number for strangers');
    await stranger.look('a real letter');
    await stranger.picture('verification');
    const code = real.match(/[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}/)[0];
    await stranger.open(`/xac-minh?ma=${code.toLowerCase()}`);
    assert.match(await stranger.page.locator('#ket-qua').innerText(), /Văn bản có thật/);
    const changed = Buffer.from(pdf);
    changed[Math.floor(pdf.indexOf('stream') + 40)] ^= 1;
    const false_ = await verify(stranger, changed);
    assert.match(false_, /đã bị sửa/);
    assert.doesNotMatch(false_, /Văn bản có thật/);
    await stranger.look('a changed letter');
  });

  test('is closed to somebody at work, and to another household', async () => {
    const officer = await visit({ as: 'officer' });
    for (const path of [OWN, LOG, '/so-ho-khau']) {
      assert.equal((await officer.open(path)).status(), 403, path);
    }
    assert.equal((await officer.open('/kiem-toan')).status(), 403);
    officer.noise.length = 0; // the browser itself reports the 403
    const citizen = await visit({ as: 'citizen' });
    const owner = await visit({ as: 'owner' });
    await citizen.open('/so-ho-khau');
    const href = await citizen.page.locator('main a[href$="/trich.pdf"]').first().getAttribute('href');
    const answer = await owner.page.request.get(new URL(href, owner.base).href);
    assert.equal(answer.status(), 404);
  });
});
