// Children: a parent acts for a child, a child comes along, a minor alone.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { suite, test, visit } from '../lib/bed.mjs';
import { startProgram } from '../lib/program.mjs';
import { agree, approve, cast, letter, words } from '../lib/services.mjs';

const NEW_PASSWORD = 'gạo nếp cái hoa vàng';
const DESK_TARGETS = 24;
// The owner of the dwelling has a child of 14 to 17 in about one province out of three.
const SEEDS_MAX = 30;
const TODAY = '2026-11-23';
const CONFIRM = '/cu-tru/xac-nhan-thong-tin-cu-tru';

/** The members of the person's household, as the book lists them. */
async function members(person) {
  await person.open('/so-ho-khau');
  const rows = await person.page.locator('main table tbody tr').evaluateAll((trs) => trs.map((tr) => tr.innerText));
  return rows.map((text) => ({
    name: text.split('\n')[0].trim(),
    number: text.match(/\d{3} \d{3} \d{3} \d{3}/)[0].replaceAll(' ', ''),
    birth: text.match(/(\d\d)\/(\d\d)\/(\d{4})/)?.slice(1),
  }));
}

/** Whole years on TODAY; birth is [day, month, year] as the book shows it. */
function age(birth) {
  if (!birth) return NaN;
  const [day, month, year] = birth;
  const before = TODAY.slice(5) < `${month}-${day}`;
  return Number(TODAY.slice(0, 4)) - Number(year) - (before ? 1 : 0);
}

/** Registers an account of level 1 with what the card says. */
async function register(guest, person) {
  await guest.open('/dang-ky');
  await guest.fill('pid', person.number);
  await guest.fill('name', person.name);
  const [day, month, year] = person.birth;
  await guest.fillDate('birth', `${year}-${month}-${day}`);
  await guest.page.fill('[name=password_new]', NEW_PASSWORD);
  await guest.page.fill('[name=password_again]', NEW_PASSWORD);
  await guest.press('Tạo tài khoản');
}

suite('Children', () => {
  let province;
  let all;
  const citizen = (as, more) => visit({ as, size: 'phone', address: province.address, ...more });
  before(async () => { province = await startProgram(); });
  after(() => province.stop());

  test('a parent acts for the child: everything says so, the other parent may read it, and it ends', async () => {
    const lan = await citizen('citizen', { scripts: false });
    all = await cast(lan);
    await lan.open('/tai-khoan/lam-thay');
    await lan.look('acting');
    const button = lan.page.locator('form[action="/tai-khoan/lam-thay/con"] button', { hasText: 'Làm thay cho' }).first();
    const child = (await button.innerText()).replace('Làm thay cho ', '');
    await lan.follow(() => button.click());
    assert.match(await words(lan, 'header'), /làm thay/i);
    await lan.look('home, for the child');
    await lan.open('/du-lieu-cua-toi');
    assert.ok((await words(lan, '#muc-name')).includes(child));
    await lan.look('the child’s data');
    await lan.open(CONFIRM);
    await lan.press('Bắt đầu');
    await lan.choose('scope', 'me');
    await lan.press('Tiếp tục');
    assert.doesNotMatch(await words(lan), /Người sẽ được hỏi ý kiến/, 'whoever files for the child has agreed');
    await lan.look('check, for the child');
    await lan.press('Gửi hồ sơ');
    const path = new URL(lan.page.url()).pathname;
    assert.match(path, /^\/ho-so\/H/);
    assert.match(await words(lan, '#timeline'), /Cha hoặc mẹ đã gửi hồ sơ/);
    assert.match(await words(lan, '#state'), /muộn nhất/, 'the parent who files has agreed by filing');
    await lan.look('sent, for the child');
    await lan.open('/tai-khoan/lam-thay');
    await lan.press('Quay về việc của tôi');
    await lan.open('/du-lieu-cua-toi');
    assert.ok((await words(lan, '#muc-name')).includes(all.citizen.name));
    assert.equal((await lan.open(path)).status(), 404, 'in one’s own name the child’s dossier is not there');
    lan.noise.length = 0;
    const father = await citizen('parent');
    await father.open('/tai-khoan/lam-thay');
    await father.follow(() => father.page.locator('form[action="/tai-khoan/lam-thay/con"] button', { hasText: child }).click());
    assert.equal((await father.open(path)).status(), 200);
  });

  test('somebody else’s child is refused, with words', async () => {
    const lan = await citizen('citizen');
    const child = (await members(lan)).find((m) => m.birth && Number(m.birth[2]) > 2010);
    const owner = await citizen('owner');
    await owner.open('/tai-khoan/lam-thay');
    await owner.fill('person', child.number);
    await owner.follow(() => owner.page.locator('form:has([name=person]:not([type=hidden])) button').click());
    assert.match(await words(owner), /không phải cha, mẹ/);
    owner.noise.length = 0;
    await owner.look('not the parent');
  });

  test('a child under 14 cannot open an account alone', async () => {
    const lan = await citizen('citizen');
    const child = (await members(lan)).find((m) => m.birth && Number(m.birth[2]) > 2013 && Number(m.birth[2]) < 2020);
    const guest = await visit({ size: 'phone', address: province.address });
    await register(guest, child);
    assert.match(await words(guest), /dưới 14 tuổi cần có cha mẹ/);
    guest.noise.length = 0;
    await guest.look('a child alone');
    const officer = await visit({ as: 'officer', targets: DESK_TARGETS, address: province.address });
    await officer.open('/quay/dinh-danh');
    await officer.fill('person', child.number);
    await officer.choose('action', 'muc-2');
    await officer.press('Tiếp tục');
    assert.match(await words(officer), /Bắt buộc với người dưới 14 tuổi/, 'the officer is asked who came along');
    await officer.look('a child at the counter');
    for (const check of ['card', 'biometrics', 'consent']) await officer.choose('checked', check);
    await officer.press('Cấp mức độ 2');
    assert.match(await words(officer), /Cần thẻ căn cước còn hạn|cần có cha mẹ/);
    officer.noise.length = 0;
    await officer.look('not granted');
  });
});

suite('A minor', () => {
  let province;
  let minorsNumber;
  const citizen = (as, more) => visit({ as, size: 'phone', address: province.address, ...more });
  const desk = (as) => visit({ as, targets: DESK_TARGETS, address: province.address });
  const theMinor = async (owner) => (await members(owner)).find((m) => m.number === minorsNumber);
  before(async () => {
    for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
      province = await startProgram({ seed, today: TODAY });
      const minor = (await members(await citizen('owner'))).find((m) => age(m.birth) >= 14 && age(m.birth) < 18);
      if (minor) {
        minorsNumber = minor.number;
        return;
      }
      await province.stop();
    }
    throw new Error(`In none of ${SEEDS_MAX} provinces has the owner a child of fourteen to seventeen.`);
  });
  after(() => province.stop());

  test('has an account, and a parent is asked before anything is decided', async () => {
    const owner = await citizen('owner');
    const minor = await theMinor(owner);
    const minorsPhone = await visit({ size: 'phone', address: province.address });
    await register(minorsPhone, minor);
    assert.match(await words(minorsPhone), /Mức độ 1/);
    const officer = await desk('officer');
    await officer.open('/quay/dinh-danh');
    await officer.fill('person', minor.number);
    await officer.choose('action', 'muc-2');
    await officer.press('Tiếp tục');
    for (const check of ['card', 'biometrics', 'consent']) await officer.choose('checked', check);
    await officer.press('Cấp mức độ 2');
    const code = (await words(officer, '#ma')).trim();
    await minorsPhone.open('/khoi-phuc');
    await minorsPhone.fill('pid', minor.number);
    await minorsPhone.fill('otp', code);
    await minorsPhone.page.fill('[name=password_new]', NEW_PASSWORD);
    await minorsPhone.page.fill('[name=password_again]', NEW_PASSWORD);
    await minorsPhone.press('Đặt mật khẩu');
    await minorsPhone.open(CONFIRM);
    await minorsPhone.look('start, a minor');
    await minorsPhone.press('Bắt đầu');
    await minorsPhone.choose('scope', 'me');
    await minorsPhone.press('Tiếp tục');
    await minorsPhone.look('check, a minor');
    await minorsPhone.press('Gửi hồ sơ');
    const dossier = new URL(minorsPhone.page.url()).pathname.split('/').pop();
    assert.match(await words(minorsPhone, '#state'), /Đang chờ ý kiến/);
    await minorsPhone.look('waits for a parent');
    await agree(owner);
    await minorsPhone.open(`/ho-so/${dossier}`);
    assert.match(await words(minorsPhone, '#state'), /muộn nhất/, 'one parent is enough');
    assert.doesNotMatch(await words(minorsPhone, '#state'), /chờ ý kiến/);
    await approve(await desk('officer'), await desk('head'), dossier);
    assert.ok((await letter(minorsPhone, dossier)).includes(minor.name));
  });

  test('whose parent does not agree is told so, with the law', async () => {
    const owner = await citizen('owner');
    const minor = await theMinor(owner);
    const minorsPhone = await visit({ size: 'phone', address: province.address });
    await minorsPhone.open('/dang-nhap');
    await minorsPhone.fill('pid', minor.number);
    await minorsPhone.page.fill('[name=password]', NEW_PASSWORD);
    await minorsPhone.follow(() => minorsPhone.page.locator('main form').last().locator('button').click());
    await minorsPhone.open(CONFIRM);
    await minorsPhone.press('Bắt đầu');
    await minorsPhone.choose('scope', 'me');
    await minorsPhone.press('Tiếp tục');
    await minorsPhone.press('Gửi hồ sơ');
    const dossier = new URL(minorsPhone.page.url()).pathname.split('/').pop();
    const officer = await desk('officer');
    await officer.open(`/ban-lam-viec/${dossier}`);
    assert.equal(await officer.page.locator('.act button').count(), 0, 'nothing to decide before a parent has spoken');
    await owner.open('/hop-thu');
    await owner.follow(() => owner.page.locator('main a[href^="/y-kien/"]').first().click());
    await owner.press('Tôi không đồng ý');
    await minorsPhone.open(`/ho-so/${dossier}`);
    const said = await words(minorsPhone, '#timeline');
    assert.match(said, /không đồng ý/);
    await minorsPhone.look('a parent said no');
  });
});
