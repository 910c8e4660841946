// The desk of the commune police: the officer's and the head's side of temporary residence.
import assert from 'node:assert/strict';
import { suite, test, visit } from '../lib/bed.mjs';
import * as story from '../lib/residence.mjs';

const UNTIL = '2027-11-22';

/** Everybody, in a province of their own, with a dossier that waits for the officer. */
async function waiting(t, { join = 'join' } = {}) {
  const address = await story.ownProvince(t);
  const at = (as, size = 'desk', targets = 44) => visit({ as, size, targets, address });
  const owner = await at('owner');
  const line = await story.dwellingLine(owner);
  const citizen = await at('citizen', 'phone');
  const officer = await at('officer', 'desk', 24);
  const head = await at('head', 'desk', 24);
  const code = await story.accepted({ citizen, owner }, { line, until: UNTIL, join });
  return { address, at, owner, citizen, officer, head, code };
}

const row = (visitor, code) => visitor.page.locator(`[id="q-${code}"]`);
const main = (visitor) => visitor.page.locator('main').innerText();

/** The form of a decision as the open page would send it, with another action or other words. */
async function post(visitor, code, changes) {
  const form = await visitor.page.locator('.act form').first().locator('input[type=hidden]')
    .evaluateAll((all) => Object.fromEntries(all.map((e) => [e.name, e.value])));
  return visitor.page.request.post(`${visitor.base}/ban-lam-viec/${code}`, {
    form: { ...form, ...changes }, maxRedirects: 0, headers: { origin: visitor.base, accept: 'text/html' },
  });
}

suite('The desk', () => {
  test('shows a new dossier by itself; the officer next door never sees it', async (t) => {
    const address = await story.ownProvince(t);
    const owner = await visit({ as: 'owner', address });
    const line = await story.dwellingLine(owner);
    const officer = await visit({ as: 'officer', address, targets: 24 });
    const nextDoor = await visit({ as: 'next-door', address, targets: 24 });
    for (const who of [officer, nextDoor]) await who.open('/ban-lam-viec');
    await officer.look('an empty desk');
    const citizen = await visit({ as: 'citizen', size: 'phone', address });
    const code = await story.accepted({ citizen, owner }, { line, until: UNTIL });
    await row(officer, code).waitFor();
    assert.match(await officer.page.locator('#queue-tabs').innerText(), /Chờ tôi\s*1/);
    await officer.look('a dossier came');
    await officer.follow(() => row(officer, code).locator('a').click());
    assert.match(await main(officer), /Dữ liệu|Người đăng ký/);
    await officer.look('the dossier at the desk');
    await officer.picture('temporary-residence-desk');
    // The same desk on a phone.
    const pocket = await visit({ as: 'officer', size: 'phone', address });
    await story.atDesk(pocket, code);
    await pocket.look('the desk on a phone');

    await nextDoor.page.waitForTimeout(1000); // what would have come has come
    assert.equal(await row(nextDoor, code).count(), 0);
    for (const tab of ['', '?xem=mo', '?xem=xong', `?q=${code}`]) {
      await nextDoor.open(`/ban-lam-viec${tab}`);
      assert.equal(await row(nextDoor, code).count(), 0, tab);
    }
    for (const path of [`/ban-lam-viec/${code}`, `/ho-so/${code}/van-ban/receipt/1`]) {
      assert.equal((await nextDoor.page.request.get(nextDoor.base + path)).status(), 404, path);
    }
    // The citizens' side is closed at work, the same for a dossier that is there and one that is not.
    for (const one of [code, code.replace(/\d{4}$/, '9999')]) {
      assert.equal((await nextDoor.page.request.get(`${nextDoor.base}/ho-so/${one}`)).status(), 403);
    }
    await nextDoor.open(`/ban-lam-viec/${code}`);
    nextDoor.noise.length = 0;
    await nextDoor.look('not here');
    // Found by name without marks, by code, and told when nothing fits.
    const name = await citizen.page.locator('.menu .name').textContent();
    for (const typed of [name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase(), code.slice(4).toLowerCase()]) {
      await officer.open('/ban-lam-viec');
      await officer.fill('q', typed);
      await officer.follow(() => officer.keys('Enter'));
      assert.equal(await row(officer, code).count(), 1, typed);
    }
    await officer.open('/ban-lam-viec?q=khong+co+ai');
    await officer.look('nothing found');
    assert.match(await main(officer), /Không có hồ sơ nào khớp/);
  });

  test('asks for more once; the citizen answers with a file; proposed, approved', async (t) => {
    const { citizen, officer, head, code } = await waiting(t);
    await citizen.open(`/ho-so/${code}`);
    await story.write(officer, code, 'ask-more', { note: '' });
    assert.match(await officer.page.locator('.summary').innerText(), /viết rõ người dân cần bổ sung/);
    officer.noise.length = 0;
    await officer.look('nothing was written');
    await story.sendWords(officer, 'ask-more', { note: 'Gửi bản chụp hợp đồng ở nhờ.\nGhi rõ quan hệ.' });
    assert.match(await main(officer), /Đã thực hiện: Yêu cầu bổ sung/);
    await citizen.page.locator('#state').filter({ hasText: 'Cán bộ cần bạn bổ sung' }).waitFor();
    await citizen.look('more is asked');
    await citizen.press('Bổ sung ngay');
    await citizen.look('the form for a supplement');
    await citizen.press('Gửi bổ sung');
    assert.match(await citizen.page.locator('.summary').innerText(), /chưa bổ sung gì/);
    citizen.noise.length = 0;
    await citizen.fill('note', 'Tôi gửi hợp đồng.');
    await citizen.page.setInputFiles('[name=other]', { ...story.PDF, buffer: Buffer.from('PK\u0003\u0004 no pdf') });
    await citizen.press('Gửi bổ sung');
    assert.match(await citizen.page.locator('.summary').innerText(), /“hop-dong\.pdf” không phải PDF/);
    assert.equal(await citizen.page.inputValue('[name=note]'), 'Tôi gửi hợp đồng.');
    citizen.noise.length = 0;
    await citizen.look('a supplement with a wrong file');
    await citizen.page.setInputFiles('[name=other]', story.PDF);
    await citizen.press('Gửi bổ sung');
    assert.match(await main(citizen), /Đã gửi bổ sung/);
    await citizen.look('the supplement was sent');

    await row(officer, code).waitFor();
    await story.atDesk(officer, code);
    assert.match(await main(officer), /hop-dong\.pdf/);
    assert.match(await main(officer), /Tôi gửi hợp đồng\./);
    assert.match(await officer.page.locator('.act').innerText(), /Đã yêu cầu bổ sung 1 lần/);
    assert.equal(await officer.page.locator('.act [name=action][value="ask-more"]').count(), 0);
    const again = await post(officer, code, { action: 'ask-more', note: 'Còn nữa.' });
    assert.equal(again.status(), 422);
    assert.match(await again.text(), /chỉ được yêu cầu bổ sung 1 lần, và đã yêu cầu rồi/);
    await officer.look('no more to be asked');
    await officer.follow(() => officer.page.locator('.act button[value=propose]').click());
    await story.decide(head, code, 'approve');
    await citizen.page.locator('#state').filter({ hasText: 'Đã có kết quả' }).waitFor();
  });

  test('a supplement cannot change what others agreed to', async (t) => {
    const { citizen, officer, code } = await waiting(t);
    await story.write(officer, code, 'ask-more', { note: 'Ghi rõ quan hệ.' });
    await citizen.open(`/ho-so/${code}`);
    assert.equal(await citizen.page.locator('[name="abode.line"], [name="until.day"], [name="join"]').count(), 0);
    const form = await citizen.page.locator('form[action$="/bo-sung"] input[type=hidden]')
      .evaluateAll((all) => Object.fromEntries(all.map((e) => [e.name, e.value])));
    const forged = { ...form, _asked: 'until', 'until.day': '1', 'until.month': '1', 'until.year': '2028', note: 'Lâu hơn.' };
    const answer = await citizen.page.request.post(`${citizen.base}/ho-so/${code}/bo-sung`, { multipart: forged, maxRedirects: 0 });
    assert.equal(answer.status(), 303);
    await citizen.open(`/ho-so/${code}`);
    assert.match(await main(citizen), /22\/11\/2027/);
    assert.doesNotMatch(await main(citizen), /01\/01\/2028/);
  });

  test('a refusal needs reason and law, is proposed, sent back, and signed', async (t) => {
    const { citizen, officer, head, code } = await waiting(t);
    await citizen.open(`/ho-so/${code}`);
    await story.write(officer, code, 'propose-refuse', { reason: 'Chỗ ở đang sửa chữa, không ở được.', basis: '' });
    assert.match(await officer.page.locator('.summary').innerText(), /căn cứ pháp lý/);
    assert.equal(await officer.page.locator('.act details[open] [name=reason]').inputValue(), 'Chỗ ở đang sửa chữa, không ở được.');
    officer.noise.length = 0;
    await officer.look('a refusal without its law');
    await story.sendWords(officer, 'propose-refuse', { reason: '', basis: 'Điều 28 Luật Cư trú' });
    assert.match(await officer.page.locator('.summary').innerText(), /nêu lý do/);
    assert.equal(await officer.page.locator('.act details[open] [name=basis]').inputValue(), 'Điều 28 Luật Cư trú');
    officer.noise.length = 0;
    await officer.look('a refusal without its reason');
    await story.sendWords(officer, 'propose-refuse', { reason: 'Chỗ ở đang sửa chữa.', basis: 'Điều 28 Luật Cư trú' });

    await story.atDesk(head, code);
    assert.match(await main(head), /Cán bộ đề xuất từ chối[\s\S]*Chỗ ở đang sửa chữa\.[\s\S]*Điều 28 Luật Cư trú/);
    await head.look('a refusal proposed');
    await story.sendWords(head, 'return', { note: '' });
    assert.equal(await head.page.locator('.summary').count(), 1);
    head.noise.length = 0;
    await story.sendWords(head, 'return', { note: 'Hãy hỏi lại chủ chỗ ở.' });
    await row(officer, code).waitFor();
    await story.atDesk(officer, code);
    assert.match(await main(officer), /Hãy hỏi lại chủ chỗ ở\./);
    await officer.look('sent back');
    await story.sendWords(officer, 'propose-refuse', { reason: 'Chủ chỗ ở xác nhận đang sửa chữa.', basis: 'Điều 28 Luật Cư trú' });
    await story.write(head, code, 'refuse', { reason: 'Chủ chỗ ở xác nhận đang sửa chữa.', basis: 'Điều 28 Luật Cư trú' });
    await citizen.page.locator('#state').filter({ hasText: 'không được giải quyết' }).waitFor();
    const timeline = await citizen.page.locator('#timeline').innerText();
    assert.match(timeline, /Lý do: Chủ chỗ ở xác nhận đang sửa chữa\./);
    assert.match(timeline, /Căn cứ: Điều 28 Luật Cư trú/);
    const link = citizen.page.locator('#letters a').filter({ hasText: 'Thông báo từ chối' });
    await link.waitFor();
    const { text, signature } = await story.readLetter(citizen, await link.getAttribute('href'));
    assert.match(signature, /Signature is Valid/);
    for (const words of ['Chủ chỗ ở xác nhận', 'Điều 28', code]) assert.ok(text.includes(words), `«${words}» in\n${text}`);
    await head.open('/ban-lam-viec?xem=xong');
    await head.look('what has ended');
    assert.equal(await row(head, code).count(), 1);
  });

  test('nobody approves their own proposal, also not in a second post', async (t) => {
    const { at, officer, code } = await waiting(t);
    await story.atDesk(officer, code);
    assert.equal(await officer.page.locator('.act button[value=approve]').count(), 0);
    const sealed = await officer.page.locator('.act form').first().innerHTML();
    assert.ok(sealed);
    const early = await post(officer, code, { action: 'approve' });
    assert.equal(early.status(), 409, 'no such step yet');
    await story.decide(officer, code, 'propose');
    await story.atDesk(officer, code);
    assert.equal(await officer.page.locator('.act').count(), 0);
    await officer.look('proposed; nothing to do here');
    // The same person is made head as well.
    const operator = await at('operator', 'desk', 24);
    await appoint(operator, await numberOf(officer), 'commune-police.head', 'CA.13594');
    await takePost(officer, /Trưởng Công an xã/);
    await story.atDesk(officer, code);
    assert.match(await main(officer), /Người đề xuất không được tự phê duyệt/);
    assert.equal(await officer.page.locator('.act button').count(), 0);
    await officer.look('four eyes');
  });

  test('of two who decide at once the second sees what the first did', async (t) => {
    const { address, officer, code } = await waiting(t);
    const second = await visit({ as: 'officer', address, targets: 24 });
    await story.atDesk(officer, code);
    await story.atDesk(second, code);
    const box = second.page.locator('.act details').filter({ has: second.page.locator('[value="ask-more"]') });
    await box.locator('summary').click();
    await box.locator('[name=note]').fill('Gửi hợp đồng.');
    await officer.follow(() => officer.page.locator('.act button[value=propose]').click());
    // Told by itself, and told again when the decision is sent all the same.
    await second.page.locator('#stale').filter({ hasText: 'Hồ sơ này vừa thay đổi' }).waitFor();
    await second.look('it changed meanwhile');
    assert.equal(await box.locator('[name=note]').inputValue(), 'Gửi hợp đồng.', 'what is typed is left alone');
    const answer = second.page.waitForResponse((r) => r.request().method() === 'POST');
    await second.follow(() => box.locator('form button').click());
    assert.equal((await answer).status(), 409);
    second.noise.length = 0; // the browser itself reports the 409
    assert.match(await second.page.locator('.summary').innerText(), /Người khác vừa thay đổi/);
    assert.match(await main(second), /Chờ lãnh đạo ký/);
    assert.match(await main(second), /Gửi hợp đồng\./, 'what was typed is not lost');
    await second.look('somebody was quicker');
    await second.press('Về hàng việc');
    assert.match(second.page.url(), /\/ban-lam-viec$/);
  });

  test('is worked by keys alone', async (t) => {
    const { at, citizen, owner, officer, head, code } = await waiting(t);
    const parent = await at('parent', 'phone');
    const other = await story.accepted({ citizen: parent, owner }, { line: await story.dwellingLine(owner), until: UNTIL });
    const { page } = officer;
    await officer.open('/ban-lam-viec');
    await row(officer, other).waitFor();
    const ready = (on = 'on') => page.locator(`.desk[data-keys=${on}]`).waitFor();
    await ready();
    const focused = () => page.evaluate(() => document.activeElement?.closest('li')?.id);
    await officer.keys('j');
    const first = await focused();
    await officer.keys('j');
    assert.notEqual(await focused(), first);
    await officer.keys('k');
    assert.equal(await focused(), first);
    const mine = first.slice(2);
    await officer.follow(() => officer.keys('Enter'));
    assert.ok(page.url().includes(mine));
    await ready();
    await officer.keys('?');
    assert.ok(await page.locator('.keys').evaluate((e) => e.open));
    await officer.look('the list of keys');
    await officer.keys('?', 'r');
    await officer.tabTo('.act details[open] [name=reason]');
    await officer.keys('Escape', 'r', 's');
    await officer.tabTo('.act details[open] [name=note]');
    await page.keyboard.type('Gui hop dong.');
    await officer.tabTo('.act details[open] button');
    await officer.follow(() => officer.keys('Enter'));
    const next = mine === code ? other : code;
    assert.ok(page.url().includes(next), 'the next dossier opens by itself');
    await ready();
    await officer.follow(() => officer.keys('a'));
    await head.open('/ban-lam-viec');
    await head.page.locator('.desk[data-keys=on]').waitFor();
    await head.keys('j');
    await head.follow(() => head.keys('Enter'));
    await head.page.locator('.desk[data-keys=on]').waitFor();
    await head.follow(() => head.keys('a'));
    await head.open(`/ban-lam-viec/${next}`);
    assert.match(await main(head), /Lãnh đạo đã phê duyệt/);
    // The keys can be switched off, and stay off.
    await officer.open(`/ban-lam-viec/${mine}`);
    await ready();
    await officer.keys('?');
    await officer.tabTo('[data-keys-switch]');
    await officer.keys('Space');
    await officer.open('/ban-lam-viec?xem=mo');
    await ready('off');
    await officer.keys('j');
    assert.equal(await focused(), undefined);
  });
});

/** The number on a person's own page, without spaces; the officer is a citizen for that moment. */
async function numberOf(visitor) {
  await takePost(visitor, /Công dân/);
  await visitor.open('/du-lieu-cua-toi');
  const shown = await visitor.page.locator('#muc-pid dd').first().innerText();
  return shown.match(/[\d ]{12,}/)[0].replaceAll(' ', '');
}

/** Chooses a role in the menu. */
async function takePost(visitor, name) {
  await visitor.open('/vai-tro');
  await visitor.page.locator('main label').filter({ hasText: name }).click();
  await visitor.follow(() => visitor.page.locator('main form button.btn').click());
}

/** The operator appoints somebody. */
async function appoint(operator, pid, post, agency) {
  await operator.open('/quan-tri/nhan-su/phan-cong');
  await operator.fill('person', pid);
  await operator.page.locator('select[name=post]').selectOption(post);
  await operator.page.locator('select[name=agency]').selectOption(agency);
  await operator.fillDate('from', '2026-11-23');
  await operator.follow(() => operator.page.locator('main form button.btn').first().click());
}
