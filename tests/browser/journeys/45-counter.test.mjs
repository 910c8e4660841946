// At the one-stop counter: a clerk acts for a person who confirmed it, collects the fee, hands out the
// receipt; level 2 and lost accounts, with the person present.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { suite, test, visit } from '../lib/bed.mjs';
import { startProgram } from '../lib/program.mjs';
import { agree, approve, cast, letter, words } from '../lib/services.mjs';

const NEW_PASSWORD = 'gạo nếp cái hoa vàng';
const DESK_TARGETS = 24;
const UNTIL = '2028-11-22';

suite('The counter', () => {
  let province;
  let all;
  let filed;
  const citizen = (as, more) => visit({ as, size: 'phone', address: province.address, ...more });
  const desk = (as, more) => visit({ as, targets: DESK_TARGETS, address: province.address, ...more });
  before(async () => { province = await startProgram(); });
  after(() => province.stop());

  /** The person makes a code on the phone and tells it to the clerk. */
  async function codeOf(person) {
    await person.open('/tai-khoan/lam-thay');
    await person.look('acting');
    await person.press('Tạo mã');
    await person.look('code');
    return (await words(person, '#ma')).trim();
  }

  /** Grown members of the owner's household besides the owner; nobody of them has an account. */
  async function adults(owner, own) {
    await owner.open('/so-ho-khau');
    const rows = await owner.page.locator('main table tbody tr').evaluateAll((trs) => trs.map((tr) => tr.innerText));
    return rows.map((text) => ({
      name: text.split('\n')[0].trim(),
      number: text.match(/\d{3} \d{3} \d{3} \d{3}/)[0].replaceAll(' ', ''),
      year: Number(text.match(/\d\d\/\d\d\/(\d{4})/)?.[1]),
    })).filter((m) => m.number !== own && m.year > 1930 && m.year < 2008);
  }

  async function begin(clerk, number, how) {
    await clerk.open('/quay/lam-thay');
    await clerk.fill('person', number);
    if (how.code) {
      await clerk.choose('how', 'code');
      await clerk.fill('otp', how.code);
    } else {
      await clerk.choose('how', 'presence');
      for (const tick of how.ticked) await clerk.choose('presence', tick);
    }
    await clerk.press('Bắt đầu làm thay');
  }

  test('without the person’s word nothing opens, and nothing typed is lost', async () => {
    const clerk = await desk('clerk');
    all = await cast(clerk);
    await clerk.open('/quay');
    await clerk.look('counter');
    await clerk.press('Làm giúp người dân');
    await clerk.look('whose word');
    await begin(clerk, all.citizen.number, { code: 'AAAA-BBBB-CCCC' });
    assert.match(await words(clerk), /chưa xác nhận/);
    assert.equal((await clerk.page.inputValue('[name=person]')).replaceAll(' ', ''), all.citizen.number);
    clerk.noise.length = 0;
    await clerk.look('wrong code');
    await begin(clerk, all.citizen.number, { ticked: ['card'] });
    assert.match(await words(clerk), /chưa xác nhận/);
    await clerk.open('/quay');
    assert.doesNotMatch(await words(clerk), /Đang làm giúp/);
    const closed = await clerk.open('/cu-tru/xac-nhan-thong-tin-cu-tru/khai');
    assert.equal(closed.status(), 403);
  });

  test('with the person’s code: choose, answer, send, cash, receipt', async () => {
    const owner = await citizen('owner');
    await owner.open('/so-ho-khau');
    const [line, ...place] = (await owner.page.locator('main .facts dd').first().innerText()).split(/, (?=(?:Xã|Phường|xã|phường) )/);
    const lan = await citizen('citizen', { scripts: false });
    const code = await codeOf(lan);
    const clerk = await desk('clerk');
    await begin(clerk, all.citizen.number, { code });
    assert.equal(new URL(clerk.page.url()).pathname, '/quay');
    assert.ok((await words(clerk)).includes(`Đang làm giúp ${all.citizen.name}`));
    await clerk.look('helping');
    await clerk.picture('counter');
    await clerk.press('Đăng ký tạm trú');
    await clerk.look('start, at the counter');
    await clerk.press('Bắt đầu');
    await clerk.fill('abode.commune', place.join(', '));
    await clerk.fill('abode.line', line);
    await clerk.press('Tiếp tục');
    await clerk.choose('join', 'new');
    await clerk.fillDate('until', UNTIL);
    await clerk.press('Tiếp tục');
    assert.match(await words(clerk), /15\.000 đ/, 'the fee of the counter');
    await clerk.look('check, at the counter');
    await clerk.press('Gửi hồ sơ');
    const url = new URL(clerk.page.url());
    assert.equal(url.pathname, '/quay');
    filed = url.searchParams.get('xong');
    await clerk.look('filed');
    await clerk.press('Đã thu 15.000 đ');
    assert.match(await words(clerk, 'body'), /Đã nhận lệ phí/);
    await clerk.look('paid');
    const link = clerk.page.locator(`main a[href="/ho-so/${filed}/van-ban/receipt/1"]`).first();
    await link.waitFor();
    const receipt = await letter(clerk, filed, 'receipt');
    assert.ok(receipt.includes(filed) && receipt.includes(all.citizen.name));
    assert.match(receipt, /15\.000/);
  });

  test('the record says who filed for whom and that it was confirmed', async () => {
    const lan = await citizen('citizen');
    await lan.open(`/ho-so/${filed}`);
    const timeline = await words(lan, '#timeline');
    assert.match(timeline, /Đã nộp tại quầy, người dân xác nhận bằng mã/);
    assert.ok(timeline.includes(all.clerk.name), timeline);
    await lan.look('dossier filed at the counter');
    await lan.open('/du-lieu-cua-toi/ai-da-doc');
    assert.match(await words(lan, '#nhat-ky'), /làm thay có xác nhận của người dân/);
    await lan.look('log');
    await lan.open('/tai-khoan/lam-thay');
    assert.ok((await words(lan)).includes(all.clerk.name));
    const owner = await citizen('owner');
    await agree(owner);
    await lan.open(`/ho-so/${filed}`);
    assert.match(await words(lan, '#state'), /muộn nhất/, 'paid and agreed: the clock runs');
  });

  test('for somebody without an account or a telephone: by name once it is read, and the result on paper', async () => {
    const owner = await citizen('owner');
    const [person] = await adults(owner, all.owner.number);
    const clerk = await desk('clerk');
    await begin(clerk, person.number, { ticked: ['card', 'agreed'] });
    await clerk.press('Xác nhận thông tin về cư trú');
    await clerk.press('Bắt đầu');
    await clerk.choose('scope', 'me');
    await clerk.press('Tiếp tục');
    assert.ok((await words(clerk)).includes(person.name));
    await clerk.press('Gửi hồ sơ');
    const code = new URL(clerk.page.url()).searchParams.get('xong');
    await clerk.press('Xong, thôi làm giúp');
    await approve(await desk('officer'), await desk('head'), code);
    const result = clerk.page.locator(`#filed a[href="/ho-so/${code}/van-ban/result/1"]`);
    await result.waitFor(); // it comes by itself
    await clerk.look('a result to hand out');
    const paper = await letter(clerk, code);
    assert.ok(paper.includes(person.name) && paper.includes(person.number));
    assert.match(await letter(clerk, code, 'receipt'), /tại quầy nơi nộp hồ sơ/);
  });

  test('the person ends it; so does the clerk, and cannot take it up again', async () => {
    const lan = await citizen('citizen');
    const clerk = await desk('clerk');
    await begin(clerk, all.citizen.number, { ticked: ['card', 'agreed'] });
    await clerk.open('/cu-tru/xac-nhan-thong-tin-cu-tru');
    assert.equal((await clerk.open('/cu-tru/xac-nhan-thong-tin-cu-tru/khai')).status(), 200);
    await lan.open('/tai-khoan/lam-thay');
    while (await lan.page.locator('form[action$="/het"] button').count()) {
      await lan.follow(() => lan.page.locator('form[action$="/het"] button').first().click());
    }
    assert.equal((await clerk.open('/cu-tru/xac-nhan-thong-tin-cu-tru/khai')).status(), 403);
    clerk.noise.length = 0;
    await clerk.look('ended by the person');
    await begin(clerk, all.citizen.number, { ticked: ['card', 'agreed'] });
    await clerk.press('Xong, thôi làm giúp');
    assert.equal(new URL(clerk.page.url()).pathname, '/quay');
    assert.doesNotMatch(await words(clerk), /Đang làm giúp/);
    await clerk.open('/tai-khoan/lam-thay');
    assert.equal(await clerk.page.locator('form[action$="/chon"]').count(), 0, 'nobody left to take up');
  });

  test('another counter’s clerk sees and collects nothing of it; an officer has no counter', async () => {
    const operator = await desk('operator');
    await operator.open('/quan-tri/nhan-su/phan-cong');
    await operator.fill('person', all.viewer.number);
    const other = await operator.page.locator('[name=agency] option').evaluateAll((options) => options
      .map((o) => o.value).find((v) => v.startsWith('HCC.') && !v.endsWith('13594')));
    await operator.page.selectOption('[name=agency]', other);
    await operator.page.selectOption('main select[name=post]', 'one-stop.clerk');
    await operator.follow(() => operator.page.locator('main form button').click());
    const clerk = await desk('viewer');
    await clerk.open('/vai-tro');
    await clerk.page.locator('main label', { hasText: 'một cửa' }).click();
    await clerk.press('Tiếp tục');
    await clerk.open('/quay');
    assert.ok(!(await words(clerk)).includes(filed));
    assert.equal((await clerk.open(`/ho-so/${filed}/van-ban/receipt/1`)).status(), 404);
    assert.equal((await clerk.open(`/ho-so/${filed}`)).status(), 403);
    await clerk.open(`/quay?xong=${filed}`);
    assert.ok(!(await words(clerk)).includes(filed), 'an address tells nothing either');
    clerk.noise.length = 0;
    const officer = await desk('officer');
    assert.equal((await officer.open('/quay')).status(), 403);
    assert.equal((await officer.open('/quay/lam-thay')).status(), 403);
  });

  test('level 2 is granted by the police to the person present, who sets the password', async () => {
    const owner = await citizen('owner');
    const [, adult] = await adults(owner, all.owner.number);
    const officer = await desk('officer');
    await officer.follow(() => officer.page.locator('.main-nav a', { hasText: 'Định danh' }).click());
    await officer.look('identity');
    const start = async () => {
      await officer.open('/quay/dinh-danh');
      await officer.fill('person', adult.number);
      await officer.choose('action', 'muc-2');
      await officer.press('Tiếp tục');
    };
    await start();
    await officer.look('who stands here');
    await officer.choose('checked', 'card');
    await officer.press('Cấp mức độ 2');
    assert.match(await words(officer), /Chưa kiểm tra đủ/);
    officer.noise.length = 0;
    await officer.look('not all checked');
    await start();
    for (const check of ['card', 'biometrics', 'consent']) await officer.choose('checked', check);
    await officer.press('Cấp mức độ 2');
    await officer.look('granted');
    const code = (await words(officer, '#ma')).trim();
    const person = await visit({ size: 'phone', address: province.address, scripts: false });
    await person.open('/dang-nhap');
    await person.press('Tôi đã có mã');
    await person.look('with the code');
    await person.fill('pid', adult.number);
    await person.fill('otp', code);
    await person.page.fill('[name=password_new]', NEW_PASSWORD);
    await person.page.fill('[name=password_again]', NEW_PASSWORD);
    await person.press('Đặt mật khẩu');
    assert.match(await words(person), /Mức độ 2/);
    assert.equal((await person.open('/du-lieu-cua-toi')).status(), 200);
    await person.open('/du-lieu-cua-toi/ai-da-doc');
    assert.match(await words(person, '#nhat-ky'), /Công an/);
  });

  test('a lost account comes back at the counter: old machines are out, the code works once', async () => {
    const lan = await citizen('citizen');
    const clerk = await desk('clerk');
    await clerk.open('/quay/dinh-danh');
    assert.equal(await clerk.page.locator('[name=action][value="muc-2"]').count(), 0, 'level 2 is for the police');
    await clerk.fill('person', all.citizen.number);
    await clerk.choose('action', 'khoi-phuc');
    await clerk.press('Tiếp tục');
    await clerk.look('recovery');
    await clerk.choose('checked', 'card');
    await clerk.press('Cấp mã khôi phục');
    const code = (await words(clerk, '#ma')).trim();
    await clerk.look('recovery code');
    const fresh = await visit({ size: 'phone', address: province.address });
    const use = async () => {
      await fresh.open('/khoi-phuc');
      await fresh.fill('pid', all.citizen.number);
      await fresh.fill('otp', code.toLowerCase());
      await fresh.page.fill('[name=password_new]', NEW_PASSWORD);
      await fresh.page.fill('[name=password_again]', NEW_PASSWORD);
      await fresh.press('Đặt mật khẩu');
    };
    await use();
    assert.equal(new URL(fresh.page.url()).pathname, '/tai-khoan');
    await lan.open('/tai-khoan');
    assert.equal(new URL(lan.page.url()).pathname, '/dang-nhap', 'the lost telephone is out');
    await fresh.open('/dang-xuat');
    await fresh.press('Đăng xuất');
    await use();
    assert.match(await words(fresh), /mã đã dùng hay hết hạn/);
    fresh.noise.length = 0;
    await fresh.look('used code');
  });
});
