// The services beside temporary residence, each from its start page to its end: clock, fee, letter, and
// what the register says afterwards.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { after, before } from 'node:test';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test, visit } from '../lib/bed.mjs';
import { startProgram } from '../lib/program.mjs';
import {
  agree, apply, approve, cast, decide, filedOn, later, letter, ownItem, pay, shown, words, workingDay,
} from '../lib/services.mjs';

const RENEW = '/cu-tru/gia-han-tam-tru';
const REMOVE = '/cu-tru/xoa-dang-ky-tam-tru';
const ABSENCE = '/cu-tru/khai-bao-tam-vang';
const LODGING = '/cu-tru/thong-bao-luu-tru';
const CONFIRM = '/cu-tru/xac-nhan-thong-tin-cu-tru';
const CORRECT = '/cu-tru/dieu-chinh-thong-tin';
const DISPUTED = /Đang được xem lại/;
const DESK_TARGETS = 24;

/** Visitors of one province. */
function people(province) {
  const at = (as, more) => visit({ as, address: province().address, ...more });
  return {
    citizen: (as, more) => at(as, { size: 'phone', ...more }),
    desk: (as) => at(as, { targets: DESK_TARGETS }),
    guest: () => visit({ address: province().address }),
  };
}

/** «Lệ phí … Thời hạn …»: fee by each channel and the limit, as the margin says them. */
function costs(said, { online, counter, limit }) {
  const fee = (n) => `${n} đ`.replace('.', '\\.');
  assert.match(said, new RegExp(`${fee(online)} Trực tuyến`));
  assert.match(said, new RegExp(`${fee(counter)} Tại quầy`));
  assert.match(said, new RegExp(`Thời hạn ${limit}`));
}

/** The dossier's page promises this day, and nothing has to be paid or it says how much. */
async function promised(person, code, days) {
  await person.open(`/ho-so/${code}`);
  const due = shown(workingDay(filedOn(code), days));
  assert.match(await words(person, '#state'), new RegExp(`muộn nhất .*${due}`));
}

async function ended(person, code) {
  await person.open(`/ho-so/${code}`);
  assert.match(await words(person, '#state'), /Đã có kết quả/);
  await person.look('ended');
}

suite('Confirmation of residence', () => {
  let province;
  const { citizen, desk } = people(() => province);
  before(async () => { province = await startProgram(); });
  after(() => province.stop());

  test('for the household: one working day, free, a signed paper with everybody in it', async () => {
    const owner = await citizen('owner');
    await owner.open('/so-ho-khau');
    const members = await owner.page.locator('main table tbody tr').count();
    const { code, start, check } = await apply(owner, CONFIRM, async (o) => {
      await o.choose('scope', 'household');
      await o.fill('purpose', 'Nhập học cho con');
    });
    costs(start, { online: 0, counter: 0, limit: '1 ngày làm việc' });
    assert.match(check, /không phải nộp lệ phí/);
    await promised(owner, code, 1);
    await approve(await desk('officer'), await desk('head'), code);
    const paper = await letter(owner, code);
    assert.match(paper, /XÁC NHẬN/i);
    assert.match(paper, /Nhập học cho con/);
    await ended(owner, code);
    await owner.open('/so-ho-khau');
    const names = await owner.page.locator('main table tbody tr td:first-child b').allInnerTexts();
    assert.equal(names.length, members);
    for (const name of names) assert.ok(paper.includes(name), `${name} is not in the paper`);
  });

  test('the whole of it with scripts off, on a phone', async () => {
    const owner = await citizen('owner', { scripts: false });
    const { code } = await apply(owner, CONFIRM, (o) => o.choose('scope', 'me'));
    const officer = await visit({ as: 'officer', address: province.address, targets: DESK_TARGETS, scripts: false });
    const head = await visit({ as: 'head', address: province.address, targets: DESK_TARGETS, scripts: false });
    await approve(officer, head, code);
    const paper = await letter(owner, code);
    const { owner: me } = await cast(owner);
    assert.ok(paper.includes(me.name));
    await ended(owner, code);
  });

  test('refused with reason and law, which stand on the dossier and in the letter', async () => {
    const owner = await citizen('owner');
    const { code } = await apply(owner, CONFIRM, (o) => o.choose('scope', 'me'));
    const reason = 'Hộ đang được xác minh lại số nhà.';
    const basis = 'Điều 17 Luật Cư trú';
    await decide(await desk('officer'), code, 'propose-refuse', { reason, basis });
    await decide(await desk('head'), code, 'refuse', { reason, basis });
    const paper = await letter(owner, code, 'refusal');
    assert.ok(paper.includes(reason) && paper.includes(basis), paper);
    await owner.open(`/ho-so/${code}`);
    const said = await words(owner);
    assert.ok(said.includes(reason) && said.includes(basis), said);
    await owner.look('refused');
  });
});

suite('Lodging notice', () => {
  let province;
  const { citizen, desk, guest } = people(() => province);
  before(async () => { province = await startProgram(); });
  after(() => province.stop());

  const fillGuest = (who, until) => async (host) => {
    await host.fill('guests.0.name', who.name);
    await host.fill('guests.0.birth', who.birth);
    await host.choose('guests.0.sex', who.sex);
    await host.fill('guests.0.pid', who.number);
    if (until) await host.fillDate('until', until);
    await host.page.locator('[name=reason]').selectOption('family');
  };

  /** Somebody of the cast as a guest: what the host copies from the card. */
  async function card(as) {
    const person = await citizen(as);
    const day = (await ownItem(person, 'birth')).match(/\d\d\/\d\d\/\d{4}/)[0];
    const sex = /Nữ/i.test(await ownItem(person, 'sex')) ? 'female' : 'male';
    const all = await cast(await guest());
    return { ...all[as], birth: day, sex };
  }

  test('one hour, free, acknowledged by the officer alone, without scripts too', async () => {
    const lan = await card('citizen');
    for (const scripts of [true, false]) {
      const host = await citizen('owner', { scripts });
      const { code, start } = await apply(host, LODGING, fillGuest(lan));
      costs(start, { online: 0, counter: 0, limit: '1 giờ' });
      const said = await words(host, '#state');
      const [, hour, minute] = said.match(/muộn nhất (\d\d):(\d\d)/) ?? assert.fail(said);
      const [, h, m] = (await words(host, '#timeline')).match(/Đã gửi hồ sơ.*?(\d\d):(\d\d)/);
      assert.equal((Number(hour) * 60 + Number(minute) - Number(h) * 60 - Number(m) + 1440) % 1440, 60);
      if (scripts) await host.picture('lodging-notice');
      await decide(await desk('officer'), code, 'acknowledge');
      const paper = await letter(host, code);
      assert.ok(paper.includes(lan.name) && /lưu trú/i.test(paper));
      await ended(host, code);
    }
  });

  test('thirty days are no lodging; the host is no guest; what was typed stays', async () => {
    const lan = await card('citizen');
    const { owner: me } = await cast(await guest());
    const host = await citizen('owner');
    await host.open(LODGING);
    await host.press('Bắt đầu');
    const today = '2026-11-23';
    await fillGuest(lan, later(today, 30))(host);
    await host.press('Tiếp tục');
    host.noise.length = 0; // the browser's own word about the status
    assert.match(await words(host), /dưới 30 ngày/);
    assert.equal(await host.page.locator('[name="guests.0.name"]').inputValue(), lan.name);
    await host.look('too long');
    await host.fillDate('until', later(today, 29));
    await host.fill('guests.0.pid', me.number);
    await host.press('Tiếp tục');
    host.noise.length = 0;
    assert.match(await words(host), /không khai mình là khách/);
    await host.look('oneself');
  });
});

suite('Declared absence', () => {
  let province;
  const { citizen, desk } = people(() => province);
  before(async () => { province = await startProgram(); });
  after(() => province.stop());

  test('one working day, free; the book and the record say until when; a second one is refused', async () => {
    const owner = await citizen('owner');
    const today = '2026-11-23';
    const fill = async (o) => {
      await o.page.locator('[name=kind]').selectOption('long');
      await o.fillDate('until', '2028-01-31');
      await o.fill('destination.commune', 'Phường Bến Nghé, Hồ Chí Minh');
      await o.fill('destination.line', 'Số 5 đường Lê Lợi');
      await o.fill('reason', 'Đi làm xa');
    };
    const { code, start } = await apply(owner, ABSENCE, fill);
    costs(start, { online: 0, counter: 0, limit: '1 ngày làm việc' });
    await promised(owner, code, 1);
    await approve(await desk('officer'), await desk('head'), code);
    const paper = await letter(owner, code);
    assert.match(paper, /TẠM VẮNG/i);
    assert.match(paper, /31\/01\/2028|31 tháng 01 năm 2028/);
    assert.match(await ownItem(owner, 'absence'), /31\/01\/2028/);
    await owner.look('own data');
    await owner.open('/so-ho-khau');
    assert.match(await words(owner), /31\/01\/2028/);
    await owner.look('book');
    await owner.open(ABSENCE);
    await owner.press('Bắt đầu');
    await fill(owner);
    await owner.fillDate('since', today);
    await owner.press('Tiếp tục');
    owner.noise.length = 0;
    assert.match(await words(owner), /đã khai tạm vắng cho thời gian này/);
    await owner.look('twice');
  });

  test('can be taken back before it is decided', async () => {
    const lan = await citizen('citizen');
    const { code } = await apply(lan, ABSENCE, async (o) => {
      await o.page.locator('[name=kind]').selectOption('long');
      await o.fillDate('until', '2028-01-31');
      await o.fill('destination.commune', 'Phường Bến Nghé, Hồ Chí Minh');
      await o.fill('destination.line', 'Số 5 đường Lê Lợi');
      await o.fill('reason', 'Đi làm xa');
    });
    await lan.page.locator('details.withdraw summary').click();
    await lan.look('sure?');
    await lan.follow(() => lan.page.locator('details.withdraw button').click());
    assert.match(await words(lan, '#state'), /Đã rút/);
    assert.doesNotMatch(await ownItem(lan, 'absence'), /2028/);
  });
});

suite('Correction', () => {
  let province;
  const { citizen, desk } = people(() => province);
  before(async () => { province = await startProgram(); });
  after(() => province.stop());

  const PAPER = { name: 'giay-khai-sinh.png', mimeType: 'image/png', buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64') };

  test('from «thông tin này chưa đúng» to the right value and its notice', async () => {
    const owner = await citizen('owner');
    const before = await ownItem(owner, 'birth');
    const [, day, month, year] = before.match(/(\d\d)\/(\d\d)\/(\d{4})/);
    const right = `${year}-${month}-${String(day === '28' ? 27 : 28)}`;
    await owner.follow(() => owner.page.locator('#muc-birth .chg a').click());
    assert.equal(new URL(owner.page.url()).search, '?muc=birth');
    const start = await words(owner);
    costs(start, { online: 0, counter: 0, limit: '3 ngày làm việc' });
    assert.match(start, /Ngày, tháng, năm sinh/);
    await owner.look('start');
    await owner.press('Bắt đầu');
    assert.equal(await owner.page.locator('[name=item]').inputValue(), 'birth', 'the link has answered the question');
    await owner.look('questions');
    await owner.fillDate('right_day', right);
    await owner.press('Tiếp tục');
    await owner.page.setInputFiles('[name=proof]', PAPER);
    await owner.look('check');
    await owner.press('Gửi hồ sơ');
    const code = new URL(owner.page.url()).pathname.split('/').pop();
    await promised(owner, code, 3);
    assert.match(await ownItem(owner, 'birth'), DISPUTED, 'while it is open, the record says that the datum is disputed');
    await owner.look('own data, disputed');
    await owner.picture('correction');
    await approve(await desk('officer'), await desk('head'), code);
    const paper = await letter(owner, code);
    assert.match(paper, /điều chỉnh/i);
    assert.ok(paper.includes(shown(right)) || paper.includes(shown(right).replaceAll('/', ' / ')), paper);
    const now = await ownItem(owner, 'birth');
    assert.ok(now.includes(shown(right)), now);
    assert.ok(now.includes(code), 'the record says by which dossier');
    assert.doesNotMatch(now, DISPUTED);
    await ended(owner, code);
  });

  test('a name: the account and the household book follow', async () => {
    const owner = await citizen('owner');
    const all = await cast(owner);
    const right = `${all.owner.name} An`;
    await owner.open(`${CORRECT}?muc=name`);
    await owner.press('Bắt đầu');
    await owner.fill('right_text', right);
    await owner.press('Tiếp tục');
    await owner.page.setInputFiles('[name=proof]', PAPER);
    await owner.press('Gửi hồ sơ');
    const code = new URL(owner.page.url()).pathname.split('/').pop();
    await approve(await desk('officer'), await desk('head'), code);
    await letter(owner, code);
    await owner.open('/so-ho-khau');
    assert.ok((await words(owner)).includes(right));
    await owner.open('/tai-khoan');
    assert.ok((await words(owner)).includes(right), 'the account has the new name');
  });

  test('taken back, or refused: the datum is no longer disputed', async () => {
    const owner = await citizen('owner');
    await owner.open(`${CORRECT}?muc=marital`);
    await owner.press('Bắt đầu');
    await owner.page.locator('[name=right_marital]').selectOption('divorced');
    await owner.press('Tiếp tục');
    await owner.page.setInputFiles('[name=proof]', PAPER);
    await owner.press('Gửi hồ sơ');
    assert.match(await ownItem(owner, 'marital'), DISPUTED);
    await owner.open('/ho-so');
    await owner.follow(() => owner.page.locator('main table a').first().click());
    await owner.page.locator('details.withdraw summary').click();
    await owner.follow(() => owner.page.locator('details.withdraw button').click());
    assert.doesNotMatch(await ownItem(owner, 'marital'), DISPUTED);
  });

  test('something that this service does not correct says where to go', async () => {
    const owner = await citizen('owner');
    await owner.open(`${CORRECT}?muc=temporary`);
    assert.match(await words(owner), /không sửa được bằng dịch vụ này/);
    await owner.look('not here');
  });
});

suite('Renewal and removal', () => {
  const TODAY = '2026-11-23';
  const UNTIL = '2028-11-22';
  let folder;
  let province;
  const { citizen, desk } = people(() => province);
  const on = async (today) => {
    await province?.stop();
    province = await startProgram({ data: folder, today });
  };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lien-thong-renewal-'));
    await on(TODAY);
  });
  after(async () => {
    await province?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function register() {
    const owner = await citizen('owner');
    await owner.open('/so-ho-khau');
    const address = (await words(owner)).match(/Địa chỉ (.+?) (Số hồ sơ|Mã hồ sơ)/)?.[1] ?? assert.fail(await words(owner));
    const [line, ...place] = address.split(/, (?=(?:Xã|Phường|xã|phường) )/);
    const lan = await citizen('citizen');
    const { code } = await apply(lan, '/cu-tru/dang-ky-tam-tru', async (l) => {
      await l.fill('abode.commune', place.join(', '));
      await l.fill('abode.line', line);
      await l.press('Tiếp tục');
      await l.choose('join', 'new');
      await l.fillDate('until', UNTIL);
    });
    await agree(owner);
    await pay(lan, code);
    await approve(await desk('officer'), await desk('head'), code);
    await letter(lan, code);
    assert.ok((await ownItem(lan, 'temporary')).includes(shown(UNTIL)));
    return lan;
  }

  test('too early, it says from which day; in the window it costs 7.000 đ and takes 3 working days', async () => {
    const lan = await register();
    await lan.open(RENEW);
    assert.ok((await words(lan)).includes(`từ ngày ${shown(later(UNTIL, -15))}`), await words(lan));
    assert.equal(await lan.page.locator('main .btn', { hasText: 'Bắt đầu' }).count(), 0);
    await lan.look('too early');

    await on(later(UNTIL, -10));
    const again = await citizen('citizen');
    await again.open('/hop-thu');
    const reminder = again.page.locator('main a', { hasText: `Tạm trú của bạn hết hạn ngày ${shown(UNTIL)}` });
    assert.equal(await reminder.count(), 1, 'the person was reminded, once');
    assert.equal(await reminder.getAttribute('href'), RENEW);
    const until = '2030-11-20';
    const { code, start, check } = await apply(again, RENEW, (l) => l.fillDate('until', until));
    costs(start, { online: '7.000', counter: '15.000', limit: '3 ngày làm việc' });
    assert.match(check, /7\.000 đ/);
    await pay(again, code);
    await promised(again, code, 3);
    await again.picture('renewal');
    await approve(await desk('officer'), await desk('head'), code);
    const paper = await letter(again, code);
    assert.match(paper, /gia hạn/i);
    assert.ok((await ownItem(again, 'temporary')).includes(shown(until)));
    await again.open('/so-ho-khau');
    assert.ok((await words(again)).includes(shown(until)), 'the book says until when');
    await ended(again, code);
  });

  test('removal: free, 2 working days; the record and the book no longer have it', async () => {
    const lan = await citizen('citizen');
    const { code, start } = await apply(lan, REMOVE, (l) => l.page.locator('[name=reason]').selectOption('moved'));
    costs(start, { online: 0, counter: 0, limit: '2 ngày làm việc' });
    await promised(lan, code, 2);
    await approve(await desk('officer'), await desk('head'), code);
    assert.match(await letter(lan, code), /xóa/i);
    assert.doesNotMatch(await ownItem(lan, 'temporary'), /2030/);
    await lan.open('/so-ho-khau');
    assert.doesNotMatch(await words(lan, 'main table'), /20\/11\/2030/);
    await ended(lan, code);
    await lan.open(REMOVE);
    assert.match(await words(lan), /không có đăng ký tạm trú nào để xóa/);
    await lan.look('nothing to remove');
  });
});
