// Temporary residence, the citizen's side and the whole life of a dossier: from the start page on a
// phone to the letter that anybody can verify.
import assert from 'node:assert/strict';
import { suite, test, visit } from '../lib/bed.mjs';
import * as story from '../lib/residence.mjs';

const JOURNEY_BYTES_MAX = 60 * 1024;
const UNTIL = '2027-11-22';
/** Three working days after Monday 23/11/2026, of which 24/11 is a holiday. */
const DUE = '27/11/2026';

/** Waits until the state box of a dossier's page says this, without reload. */
async function moved(visitor, words) {
  await visitor.page.locator('#state').filter({ hasText: words }).waitFor();
}

/** Waits until the letter stands among those of the dossier whose page is open; gives its address. */
async function letterCame(visitor, name) {
  const link = visitor.page.locator('#letters a').filter({ hasText: name });
  await link.waitFor();
  return link.getAttribute('href');
}

/** The people of the story and the place, in a province of their own. */
async function people(t, { size = 'phone', scripts = true } = {}) {
  const address = await story.ownProvince(t);
  const owner = await visit({ as: 'owner', address });
  const line = await story.dwellingLine(owner);
  const citizen = await visit({ as: 'citizen', size, scripts, address });
  return { address, owner, line, citizen };
}

suite('Temporary residence, the citizen', () => {
  test('sends it from a phone in three pages, and within 60 KB', async (t) => {
    const { citizen: lan, line } = await people(t);
    await lan.open('/');
    await lan.open(story.SERVICE);
    assert.match(await lan.page.locator('aside').innerText(), /7\.000 đ[\s\S]*15\.000 đ/, 'the fee by channel');
    await lan.look('start');
    await lan.picture('temporary-residence-start');
    let pages = 0;
    lan.page.on('framenavigated', (frame) => { if (frame === lan.page.mainFrame()) pages += 1; });
    await lan.press('Bắt đầu');
    assert.match(await lan.page.locator('.facts').innerText(), /Theo Cơ sở dữ liệu dân cư, đọc lúc \d\d:\d\d/);
    await lan.look('questions');
    await lan.picture('temporary-residence-questions');
    await story.answerWhere(lan, { line, until: UNTIL, child: true });
    await lan.look('the household');
    await story.answerHousehold(lan);
    const check = await lan.page.locator('main').innerText();
    assert.match(check, new RegExp(`muộn nhất thứ Sáu ${DUE}`));
    assert.match(check, /Lệ phí phải nộp: 7\.000 đ/);
    await lan.look('check');
    await lan.picture('temporary-residence-check');
    assert.ok(pages <= 3, `${pages} pages between the start page and «send»`);
    await lan.press('Gửi hồ sơ');
    const code = story.codeOf(lan);
    assert.match(await lan.page.locator('main').innerText(), new RegExp(`Đã gửi hồ sơ[\\s\\S]*${code}`));
    const receipt = await letterCame(lan, 'Giấy tiếp nhận và hẹn trả');
    lan.bytes.within(JOURNEY_BYTES_MAX, 'from signing in to «sent»');
    await lan.look('sent');
    await lan.picture('temporary-residence-dossier');
    const { text } = await story.readLetter(lan, receipt);
    assert.ok(text.includes(code) && text.includes(DUE), text);
  });

  test('keeps what was typed: later, signed out and in, and with the browser’s «back»', async (t) => {
    const { address, citizen: lan, line } = await people(t);
    const answers = async (who) => [await who.page.inputValue('[name="abode.line"]'), await who.page.inputValue('[name="abode.commune"]'),
      await who.page.inputValue('[name="until.day"]'), await who.page.inputValue('[name="until.year"]')];
    await lan.open(`${story.SERVICE}/khai`);
    await story.chooseCommune(lan);
    await lan.fill('abode.line', line);
    await lan.fill('until.day', '31');
    await lan.fill('until.month', '2');
    await lan.page.locator('[data-draft-state]').filter({ hasText: 'Đã lưu bản nháp' }).waitFor();
    await lan.look('a draft that keeps itself');
    await lan.follow(() => lan.page.locator('form[action="/dang-xuat"] button').dispatchEvent('click'));
    const again = await visit({ as: 'citizen', size: 'phone', address });
    await again.open('/ho-so');
    await again.look('my dossiers, with a draft');
    await again.press('Khai tiếp');
    assert.deepEqual(await answers(again), [line, `Xã ${story.COMMUNE}, tỉnh Ninh Bình`, '31', '2028']);
    await again.fillDate('until', UNTIL);
    await again.press('Lưu, làm tiếp sau');
    assert.match(await again.page.locator('main').innerText(), /Đã lưu bản nháp/);
    await again.press('Khai tiếp');
    await again.press('Tiếp tục');
    await story.answerHousehold(again);
    assert.match(again.page.url(), /kiem-tra$/);
    await again.page.goBack({ waitUntil: 'load' });
    assert.deepEqual(await answers(again), [line, `Xã ${story.COMMUNE}, tỉnh Ninh Bình`, '22', '2027']);
    assert.ok(await again.page.locator('[name=join][value=join]').isChecked());
    assert.equal(await again.page.inputValue('select[name=relation]'), 'not_related');
  });

  test('pays, is agreed to, is approved; everything moves by itself, and the letter is good', async (t) => {
    const { address, owner, citizen: lan, line } = await people(t);
    const parent = await visit({ as: 'parent', address });
    const officer = await visit({ as: 'officer', address, targets: 24 });
    const head = await visit({ as: 'head', address, targets: 24 });
    const viewer = await visit({ as: 'viewer', address, targets: 24 });
    await viewer.open('/dieu-hanh');
    const code = await story.file(lan, { line, until: UNTIL, child: true });
    await lan.press('Nộp lệ phí');
    await lan.look('payment');
    await lan.picture('temporary-residence-payment');
    await lan.press('Giả như đã trả');
    assert.match(await lan.page.locator('#timeline').innerText(), /Đã nộp lệ phí 7\.000 đ/);

    await story.openConsent(owner);
    await owner.look('the owner is asked');
    await owner.picture('temporary-residence-consent');
    assert.match(await owner.page.locator('main').innerText(), /Tôi đồng ý cho .+ vào hộ của tôi và tạm trú đến ngày 22\/11\/2027/);
    await owner.press('Tôi đồng ý');
    await owner.look('the owner agreed');
    await moved(lan, 'Đang chờ ý kiến của');
    await story.consent(parent);
    await moved(lan, `Kết quả muộn nhất thứ Sáu ${DUE}`);

    await story.decide(officer, code, 'propose');
    await moved(lan, 'Chờ lãnh đạo ký');
    await story.decide(head, code, 'approve');
    await moved(lan, 'Đã có kết quả');
    const result = await letterCame(lan, 'Kết quả giải quyết');
    await lan.look('the dossier at its end');
    await lan.picture('temporary-residence-result');

    const { bytes, text, signature } = await story.readLetter(lan, result);
    assert.match(signature, /Signature Validation: Signature is Valid\./);
    assert.match(signature, /Total document signed/);
    for (const words of ['THÔNG BÁO', line, story.COMMUNE, '22/11/2027', code]) assert.ok(text.includes(words), `«${words}» in\n${text}`);
    await lan.open('/hop-thu');
    await lan.look('inbox');
    assert.match(await lan.page.locator('main').innerText(), new RegExp(`${code} đã có kết quả`));

    await lan.open('/du-lieu-cua-toi');
    const own = await lan.page.locator('#muc-temporary').innerText();
    assert.ok(own.includes(line) && own.includes('22/11/2027'), own);
    await owner.open('/so-ho-khau');
    const name = await nameOf(lan);
    assert.ok((await owner.page.locator('main').innerText()).includes(name), `${name} in the household’s book`);
    await owner.look('the household’s book with a new member');

    const stranger = await visit({ address });
    await stranger.open('/xac-minh');
    await stranger.page.setInputFiles('[name=file]', { name: 'ket-qua.pdf', mimeType: 'application/pdf', buffer: bytes });
    await stranger.follow(() => stranger.page.locator('form[method=post][action="/xac-minh"] button').click());
    assert.match(await stranger.page.locator('#ket-qua').innerText(), /Văn bản có thật[\s\S]*Đăng ký tạm trú/);

    await viewer.page.locator('#m-dossier-done .big').filter({ hasText: /^1\b/ }).waitFor();
    await viewer.look('the province counted it');
    await viewer.picture('temporary-residence-province', { sizes: ['phone', 'desk', 'wall'] });
    await saysWhoRead(lan, code);
  });

  test('ends refused when the owner does not agree, with reason and letter', async (t) => {
    const { owner, citizen: lan, line } = await people(t);
    const code = await story.file(lan, { line, until: UNTIL });
    await story.pay(lan, code);
    await story.consent(owner, false, 'Nhà tôi sắp sửa chữa.');
    await owner.look('the owner refused');
    await moved(lan, 'Hồ sơ không được giải quyết');
    const letter = await letterCame(lan, 'Thông báo từ chối');
    const timeline = await lan.page.locator('#timeline').innerText();
    assert.match(timeline, /không đồng ý/);
    assert.match(timeline, /Nhà tôi sắp sửa chữa\./);
    await lan.look('refused');
    await lan.picture('temporary-residence-refused');
    const { text, signature } = await story.readLetter(lan, letter);
    assert.match(signature, /Signature is Valid/);
    assert.match(text, /không đồng ý/);
    await lan.open('/hop-thu');
    assert.match(await lan.page.locator('main').innerText(), new RegExp(`${code} không được tiếp nhận`));
  });

  test('takes it back; and a double press sends one dossier only', async (t) => {
    const { address, owner, citizen: lan, line } = await people(t);
    await lan.open(`${story.SERVICE}/khai`);
    await story.answerWhere(lan, { line, until: UNTIL });
    await story.answerHousehold(lan);
    await lan.follow(() => lan.page.locator('main form button.btn').filter({ hasText: 'Gửi hồ sơ' }).dblclick());
    const code = story.codeOf(lan);
    // Somebody without the script's guard sends the same form twice.
    const other = await visit({ as: 'parent', size: 'phone', scripts: false, address });
    await other.open(`${story.SERVICE}/khai`);
    await story.answerWhere(other, { line, until: UNTIL });
    await story.answerHousehold(other);
    const form = await other.page.locator('form[action$="/gui"] input[type=hidden]').evaluateAll((all) => Object.fromEntries(all.map((e) => [e.name, e.value])));
    const send = () => other.page.request.post(`${other.base}${story.SERVICE}/gui`, { multipart: form, maxRedirects: 0 });
    const [first, second] = await Promise.all([send(), send()]);
    assert.deepEqual([first.status(), second.status()], [303, 303]);
    assert.equal(first.headers().location, second.headers().location);
    for (const who of [lan, other]) {
      await who.open('/ho-so');
      assert.equal(await who.page.locator('main tbody tr').count(), 1);
    }
    await lan.look('my dossiers');
    await lan.open(`/ho-so/${code}`);
    await lan.page.locator('.withdraw summary').click();
    await lan.look('about to take it back');
    await lan.follow(() => lan.page.locator('.withdraw button').click());
    await moved(lan, 'Đã rút');
    assert.equal(await lan.page.locator('.withdraw').count(), 0);
    await lan.look('taken back');
    await owner.open('/hop-thu');
    assert.match(await owner.page.locator('main').innerText(), new RegExp(`${code} đã kết thúc, bạn không cần trả lời nữa`));
    await owner.follow(() => owner.page.locator('main a[href^="/y-kien/"]').last().click());
    assert.equal(await owner.page.locator('button[name=answer]').count(), 0);
    await owner.look('nothing left to answer');
  });

  test('does it without scripts', async (t) => {
    const { owner, citizen: lan, line } = await people(t, { scripts: false });
    await lan.open(story.SERVICE);
    await lan.look('start without scripts');
    await lan.press('Bắt đầu');
    // A name of before July 2025 that several communes could mean: the page comes back with choices.
    await lan.fill('abode.commune', story.COMMUNE_BEFORE);
    await lan.fill('abode.line', line);
    await lan.fillDate('until', UNTIL);
    await lan.press('Tiếp tục');
    await lan.look('which commune, without scripts');
    const commune = lan.page.locator('label.pick').filter({ hasText: `Xã ${story.COMMUNE}` });
    assert.match(await commune.innerText(), new RegExp(`xã ${story.COMMUNE_BEFORE}`, 'i'));
    await commune.locator('input').check();
    await lan.press('Tiếp tục');
    await lan.look('the household without scripts');
    await story.answerHousehold(lan);
    await lan.look('check without scripts');
    await lan.press('Gửi hồ sơ');
    const code = story.codeOf(lan);
    await story.pay(lan, code);
    await story.consent(owner);
    await lan.open(`/ho-so/${code}`);
    assert.match(await lan.page.locator('#state').innerText(), new RegExp(`Kết quả muộn nhất thứ Sáu ${DUE}`));
    await lan.look('the dossier without scripts');
  });

  test('does it by keyboard alone', async (t) => {
    const { citizen: lan, line } = await people(t, { size: 'desk' });
    const { page } = lan;
    await lan.open(story.SERVICE);
    await lan.tabTo('main form button.btn');
    await lan.follow(() => lan.keys('Enter'));
    await lan.tabTo('[name="abode.commune"]');
    await page.keyboard.type('tran hung dao');
    await page.locator('[role=option]').filter({ hasText: story.COMMUNE }).first().waitFor();
    const options = await page.locator('[role=option]').allInnerTexts();
    const at = options.findIndex((o) => o.includes(story.COMMUNE));
    for (let n = 0; n <= at; n += 1) await lan.keys('ArrowDown');
    await lan.keys('Enter');
    assert.equal(await page.inputValue('[name="abode.commune"]'), `Xã ${story.COMMUNE}, tỉnh Ninh Bình`);
    await lan.tabTo('[name="abode.line"]');
    await page.keyboard.type(line);
    await lan.tabTo('[name="until.year"]');
    await page.keyboard.type('2027'); // a box that is tabbed into is selected: typing replaces
    await lan.tabTo('main form[action$="/khai"] button.btn');
    await lan.follow(() => lan.keys('Enter'));
    await lan.tabTo('[name="join"]');
    await lan.keys('Space');
    await lan.tabTo('select[name="relation"]');
    await lan.keys('End');
    for (let n = 0; n < 10 && (await page.inputValue('select[name=relation]')) !== 'not_related'; n += 1) await lan.keys('ArrowUp');
    await lan.tabTo('main form[action$="/khai"] button.btn');
    await lan.follow(() => lan.keys('Enter'));
    await lan.tabTo('main form[action$="/gui"] button.btn');
    await lan.follow(() => lan.keys('Enter'));
    story.codeOf(lan);
    await lan.tabTo('main a[href$="/nop-phi"]');
    await lan.follow(() => lan.keys('Enter'));
    await lan.tabTo('main form button.btn');
    await lan.follow(() => lan.keys('Enter'));
    assert.match(await page.locator('#timeline').innerText(), /Đã nộp lệ phí/);
  });

  test('is alone with it: another person, a replayed cookie, nobody', async (t) => {
    const { address, owner, citizen: lan, line } = await people(t);
    const code = await story.file(lan, { line, until: UNTIL });
    const receipt = await letterCame(lan, 'Giấy tiếp nhận');
    for (const path of [`/ho-so/${code}`, receipt, `/ho-so/${code}/nop-phi`]) {
      assert.equal((await owner.page.request.get(owner.base + path)).status(), 404, path);
    }
    await owner.open(`/ho-so/${code}`);
    owner.noise.length = 0; // the browser itself reports the 404
    await owner.look('not mine');
    const cookies = await lan.context.cookies();
    await lan.open('/ho-so');
    await lan.follow(() => lan.page.locator('form[action="/dang-xuat"] button').dispatchEvent('click'));
    const thief = await visit({ address });
    await thief.context.addCookies(cookies);
    await thief.open(`/ho-so/${code}`);
    assert.match(thief.page.url(), /\/dang-nhap\?tiep=/);
    await thief.look('sign in first');
  });
});

async function nameOf(visitor) {
  return (await visitor.page.locator('.menu .name').textContent()).trim();
}

/** «Ai đã đọc dữ liệu của tôi»: who, agency and post, which items, what for, in which dossier. */
async function saysWhoRead(lan, code) {
  await lan.open('/du-lieu-cua-toi/ai-da-doc');
  await lan.look('who read it');
  const rows = await lan.page.locator('#nhat-ky tbody tr').allTextContents();
  for (const post of ['Cán bộ Công an xã', 'Trưởng Công an xã']) {
    const row = rows.find((r) => r.includes(post));
    assert.ok(row, `${post} in\n${rows.join('\n')}`);
    for (const words of ['Công an xã Trần Thương', 'Họ, chữ đệm và tên', 'Nơi thường trú', 'Đăng ký tạm trú', 'Luật Cư trú', code]) {
      assert.ok(row.includes(words), `«${words}» in ${row}`);
    }
  }
}
