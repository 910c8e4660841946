// One's own account: signing in and out, keys, machines, registering, losing and winning it back.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { suite, test, visit } from '../lib/bed.mjs';
import { addPasskeyDevice } from '../lib/passkey.mjs';
import { startProgram } from '../lib/program.mjs';
import { cast, words } from '../lib/services.mjs';

const PASSWORD = 'demo-lien-thong-2026';
const NEW_PASSWORD = 'gạo nếp cái hoa vàng';
const FREE_TRIES = 5;
const SESSION = '__Host-lt';

suite('Account', () => {
  let province;
  let all;
  const somebody = (more) => visit({ address: province.address, size: 'phone', ...more });
  before(async () => { province = await startProgram(); });
  after(() => province.stop());

  async function signIn(visitor, number, password = PASSWORD) {
    await visitor.open('/dang-nhap');
    await visitor.fill('pid', number);
    await visitor.page.fill('[name=password]', password);
    await visitor.follow(() => visitor.page.locator('main form').last().locator('button').click());
  }

  const signedIn = async (visitor) => (await visitor.open('/tai-khoan'), new URL(visitor.page.url()).pathname === '/tai-khoan');

  test('signs in with number and password, by keyboard and without scripts; leads back to where one was', async () => {
    const guest = await somebody({ scripts: false });
    all = await cast(guest);
    await guest.open('/ho-so');
    assert.match(guest.page.url(), /\/dang-nhap\?tiep=/);
    await guest.look('sign-in');
    await guest.tabTo('[name=pid]');
    await guest.page.keyboard.type(all.citizen.number.replace(/(...)/g, '$1 '));
    await guest.tabTo('[name=password]');
    await guest.page.keyboard.type(PASSWORD);
    await guest.follow(() => guest.keys('Enter'));
    assert.equal(new URL(guest.page.url()).pathname, '/ho-so');
    await guest.open('/tai-khoan');
    assert.ok((await words(guest)).includes(all.citizen.name));
    await guest.look('account without scripts');
  });

  test('a wrong password keeps the number, never the password, and does not say which was wrong', async () => {
    const guest = await somebody();
    await signIn(guest, all.citizen.number, 'không phải');
    assert.match(await words(guest), /không khớp/);
    assert.equal((await guest.page.inputValue('[name=pid]')).replaceAll(' ', ''), all.citizen.number);
    assert.equal(await guest.page.inputValue('[name=password]'), '');
    const known = await words(guest, '.errors, [role=alert]');
    guest.noise.length = 0; // the browser's own word about the status
    await guest.look('wrong password');
    await signIn(guest, '037000000000', 'không phải');
    assert.equal(await words(guest, '.errors, [role=alert]'), known, 'a number without account answers the same');
  });

  test('many wrong passwords make their sender wait, not the person', async () => {
    const lan = await somebody();
    await signIn(lan, all.parent.number);
    assert.ok(await signedIn(lan), 'this browser is known from now on');
    const stranger = await somebody();
    for (let n = 0; n <= FREE_TRIES; n += 1) await signIn(stranger, all.parent.number, `đoán ${n}`);
    assert.match(await words(stranger), /Hãy đợi \d+ phút/);
    stranger.noise.length = 0;
    await stranger.look('wait');
    await signIn(stranger, all.parent.number, PASSWORD);
    assert.match(await words(stranger), /Hãy đợi \d+ phút/, 'not even the right one, for a while');
    await lan.open('/dang-xuat');
    await lan.look('sign out');
    await lan.press('Đăng xuất');
    await signIn(lan, all.parent.number);
    assert.ok(await signedIn(lan), 'the person on the known machine notices nothing');
    await lan.open('/du-lieu-cua-toi/ai-da-doc');
  });

  test('a passkey: added after the password, signs in without a name, is taken away again', async () => {
    const owner = await somebody();
    await signIn(owner, all.owner.number);
    const device = await addPasskeyDevice(owner.page);
    await owner.open('/tai-khoan');
    if (await owner.page.locator('form[action="/tai-khoan/xac-nhan"]').count()) {
      await owner.page.fill('form[action="/tai-khoan/xac-nhan"] [name=password]', PASSWORD);
      await owner.follow(() => owner.page.locator('form[action="/tai-khoan/xac-nhan"] button').click());
    }
    await owner.page.fill('[name=label]', 'Điện thoại của tôi');
    await owner.page.locator('form[data-passkey=add] button').click();
    await owner.page.locator('td b', { hasText: 'Điện thoại của tôi' }).waitFor();
    assert.equal((await device.credentials()).length, 1);
    await owner.look('a passkey');
    await owner.picture('account');
    await owner.open('/dang-xuat');
    await owner.press('Đăng xuất');
    // A browser that offers the key by itself needs no button: this device says yes at once.
    await owner.page.goto('/dang-nhap?tiep=/ho-so');
    await owner.page.waitForURL((url) => url.pathname === '/ho-so');
    await owner.open('/dang-xuat');
    await owner.press('Đăng xuất');
    // An older browser only has the button.
    await owner.page.addInitScript(() => { delete PublicKeyCredential.isConditionalMediationAvailable; });
    await owner.open('/dang-nhap');
    await owner.look('sign-in with a passkey');
    await owner.page.locator('form[data-passkey="sign-in"] button').click();
    await owner.page.waitForURL((url) => url.pathname !== '/dang-nhap');
    await owner.open('/tai-khoan');
    assert.match(await words(owner), /bằng khóa truy cập/);
    await owner.follow(() => owner.page.locator('form[action$="/go"] button').click());
    assert.match(await words(owner), /Bạn chưa có khóa truy cập nào/);
  });

  test('a passkey that does not recognise the finger says so and the password still works', async () => {
    const owner = await somebody();
    const device = await addPasskeyDevice(owner.page);
    await device.refuse();
    await owner.open('/dang-nhap');
    await owner.page.locator('form[data-passkey="sign-in"] button').click();
    await owner.page.locator('[data-said]:not([hidden])').waitFor();
    owner.noise.length = 0;
    await owner.look('refused passkey');
    await signIn(owner, all.owner.number);
    assert.ok(await signedIn(owner));
  });

  test('every machine is listed; one is signed out from another, or all others at once', async () => {
    const here = await somebody();
    const there = await somebody({ size: 'desk' });
    const third = await somebody({ scripts: false });
    for (const machine of [here, there, third]) await signIn(machine, all.viewer.number);
    await here.open('/tai-khoan');
    const end = here.page.locator('form[action$="/ket-thuc"] button');
    const before = await end.count();
    assert.ok(before >= 2, 'the other two are listed');
    await here.look('machines');
    await here.follow(() => end.first().click());
    assert.equal(await here.page.locator('form[action$="/ket-thuc"] button').count(), before - 1);
    const left = [await signedIn(there), await signedIn(third)].filter(Boolean);
    assert.equal(left.length, 1, 'one of them is out');
    await here.open('/tai-khoan');
    await here.press('Đăng xuất mọi máy khác');
    assert.deepEqual([await signedIn(there), await signedIn(third)], [false, false]);
    assert.ok(await signedIn(here));
    await here.follow(() => here.page.locator('form[action$="/quen"] button').first().click());
    assert.match(await words(here, 'body'), /Đã quên thiết bị/);
  });

  test('signing out kills the session: a copy of the cookie opens nothing', async () => {
    const guest = await somebody();
    await signIn(guest, all.auditor.number);
    const cookie = (await guest.context.cookies()).find((c) => c.name === SESSION);
    const ask = () => fetch(`${province.address}/tai-khoan`, {
      headers: { cookie: `${SESSION}=${cookie.value}` }, redirect: 'manual',
    });
    assert.equal((await ask()).status, 200);
    await guest.open('/');
    await guest.page.locator('details.menu summary').click();
    await guest.follow(() => guest.page.locator('.menu-body form[action="/dang-xuat"] button').click());
    assert.ok([302, 303].includes((await ask()).status));
    assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite !== 'None');
  });

  test('English stays English through sign-in and out', async () => {
    const guest = await somebody();
    await guest.open('/dang-nhap');
    await guest.follow(() => guest.page.locator('form[action="/ngon-ngu"] button').first().click());
    assert.equal(new URL(guest.page.url()).pathname, '/dang-nhap', 'one stays where one was');
    await guest.look('sign-in, English');
    await signIn(guest, all.citizen.number);
    await guest.open('/tai-khoan');
    assert.equal(await guest.page.getAttribute('html', 'lang'), 'en');
    assert.match(await words(guest), /Level 2/);
    await guest.look('account, English');
    await guest.open('/dang-xuat');
    await guest.press('Sign out');
    assert.equal(await guest.page.getAttribute('html', 'lang'), 'en');
  });

  test('a new password signs the other machines out and has to be a good one', async () => {
    const here = await somebody();
    const there = await somebody();
    for (const machine of [here, there]) await signIn(machine, all.clerk.number);
    await here.open('/tai-khoan/mat-khau');
    await here.look('password');
    const send = async (old, one, two) => {
      await here.page.fill('[name=password_old]', old);
      await here.page.fill('[name=password_new]', one);
      await here.page.fill('[name=password_again]', two);
      await here.press('Lưu mật khẩu mới');
    };
    await send(PASSWORD, 'matkhau123', 'matkhau123');
    assert.match(await words(here), /nhiều người dùng/);
    here.noise.length = 0;
    await here.look('too common');
    await send(PASSWORD, NEW_PASSWORD, `${NEW_PASSWORD}!`);
    assert.match(await words(here), /không giống nhau/);
    await send('sai rồi', NEW_PASSWORD, NEW_PASSWORD);
    assert.match(await words(here), /đang dùng không đúng/);
    await send(PASSWORD, NEW_PASSWORD, NEW_PASSWORD);
    assert.match(await words(here, 'body'), /Mật khẩu đã đổi/);
    assert.equal(await signedIn(there), false);
    await signIn(there, all.clerk.number, NEW_PASSWORD);
    assert.ok(await signedIn(there));
  });

  test('registering: what was typed must be what the register says; level 1 files nothing yet', async () => {
    const owner = await visit({ as: 'owner', address: province.address });
    await owner.open('/so-ho-khau');
    const rows = await owner.page.locator('main table tbody tr').evaluateAll((trs) => trs.map((tr) => tr.innerText));
    const adult = rows.map((text) => ({
      name: text.split('\n')[0].trim(),
      number: text.match(/\d{3} \d{3} \d{3} \d{3}/)[0].replaceAll(' ', ''),
      birth: text.match(/(\d\d)\/(\d\d)\/(\d{4})/)?.slice(1),
    })).find((m) => m.number !== all.owner.number && m.birth && Number(m.birth[2]) < 2008);
    assert.ok(adult, `nobody of age besides the owner: ${rows}`);
    const guest = await somebody({ scripts: false });
    await guest.open('/dang-nhap');
    await guest.press('Đăng ký mức độ 1');
    await guest.look('register');
    const [day, month, year] = adult.birth;
    const send = async (name) => {
      await guest.fill('pid', adult.number);
      await guest.fill('name', name);
      await guest.fillDate('birth', `${year}-${month}-${day}`);
      await guest.page.fill('[name=password_new]', NEW_PASSWORD);
      await guest.page.fill('[name=password_again]', NEW_PASSWORD);
      await guest.press('Tạo tài khoản');
    };
    await send('Nguyễn Văn Khác');
    assert.match(await words(guest), /không khớp với Cơ sở dữ liệu/);
    guest.noise.length = 0;
    await guest.look('not as the register says');
    await send(adult.name);
    assert.equal(new URL(guest.page.url()).pathname, '/tai-khoan');
    assert.match(await words(guest), /Mức độ 1/);
    await guest.look('level 1');
    await guest.open('/cu-tru/xac-nhan-thong-tin-cu-tru');
    assert.match(await words(guest), /cần tài khoản định danh mức độ 2/);
    await guest.look('level 1 at a service');
    const closed = await guest.open('/du-lieu-cua-toi');
    assert.equal(closed.status(), 403);
    guest.noise.length = 0;
    await guest.look('level 1 at the data');
  });
});
