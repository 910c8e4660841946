// Who runs the province: people and appointments, definitions, work that failed, the journal; and those
// who look on: auditor and viewer.
import assert from 'node:assert/strict';
import { chmod, copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { after, before } from 'node:test';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test, visit } from '../lib/bed.mjs';
import { PROGRAM, startProgram } from '../lib/program.mjs';
import { apply, cast, decide, letter, words } from '../lib/services.mjs';

const DESK_TARGETS = 24;
const CONFIRM = '/cu-tru/xac-nhan-thong-tin-cu-tru';

suite('The operator', () => {
  let province;
  let all;
  let folder;
  let program;
  const desk = (as, more) => visit({ as, targets: DESK_TARGETS, address: province.address, ...more });
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lien-thong-program-'));
    program = path.join(folder, 'lienthong');
    await copyFile(PROGRAM, program);
    await chmod(program, 0o755);
    province = await startProgram({ program });
  });
  after(async () => {
    await province.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Sends the form of the page: «Phân công» is also in the way back to the list. */
  const send = (operator) => operator.follow(() => operator.page.locator('main form .btn').last().click());

  test('gives somebody a post, who works in it at once', async () => {
    const operator = await desk('operator');
    all = await cast(operator);
    await operator.open('/quan-tri');
    await operator.look('operator');
    await operator.picture('operator');
    await operator.press('Nhân sự và phân công');
    await operator.look('staff');
    await operator.picture('staff');
    await operator.press('Phân công mới');
    await operator.look('new appointment');
    await send(operator);
    assert.ok(await operator.page.locator('.err').count() >= 3, 'an empty form says what is missing');
    operator.noise.length = 0;
    await operator.look('empty');
    await operator.fill('person', all.owner.number);
    await operator.page.selectOption('[name=agency]', 'HCC.13594');
    await operator.page.selectOption('main select[name=post]', 'commune-police.officer');
    await send(operator);
    assert.match(await words(operator), /không có chức vụ đó/, 'a post of another kind of agency');
    operator.noise.length = 0;
    await operator.page.selectOption('main select[name=post]', 'one-stop.clerk');
    await send(operator);
    assert.ok((await words(operator, 'body')).includes(`Đã phân công ${all.owner.name}`));
    const owner = await visit({ as: 'owner', address: province.address });
    await owner.open('/vai-tro');
    await owner.look('roles');
    await owner.page.locator('main label', { hasText: 'một cửa' }).click();
    await owner.press('Tiếp tục');
    assert.equal(new URL(owner.page.url()).pathname, '/quay');
  });

  test('finds people by name, and names stay out of addresses', async () => {
    const operator = await desk('operator', { scripts: false });
    await operator.open('/quan-tri/nhan-su');
    await operator.fill('q', all.officer.name);
    await operator.press('Tìm');
    assert.ok((await words(operator, 'main table')).includes(all.officer.name));
    assert.equal(new URL(operator.page.url()).search, '');
    await operator.look('found');
    await operator.fill('q', 'không có ai tên thế này');
    await operator.press('Tìm');
    await operator.look('nobody found');
  });

  test('ends an appointment: no access from that moment, in no open window', async () => {
    const officer = await desk('next-door');
    await officer.open('/ban-lam-viec');
    const operator = await desk('operator');
    await operator.open('/quan-tri/nhan-su');
    await operator.follow(() => operator.page.getByRole('link', { name: `Chấm dứt: ${all['next-door'].name}` }).click());
    await operator.look('end');
    await operator.choose('when', 'now');
    await operator.press('Chấm dứt');
    assert.match(await words(operator, 'body'), /Đã ghi ngày kết thúc/);
    assert.equal((await officer.open('/ban-lam-viec')).status(), 403);
    assert.equal((await officer.open('/ban-lam-viec/truc-tiep')).status(), 403);
    officer.noise.length = 0;
    await officer.open('/vai-tro');
    assert.match(await words(officer), /không có phân công nào đang có hiệu lực/);
    await officer.look('no role left');
    await operator.page.selectOption('[name=ended]', '1');
    await operator.press('Tìm');
    assert.ok((await words(operator, 'main table')).includes(all['next-door'].name), 'what is over is still told');
  });

  test('nobody appoints themself, and nobody else appoints', async () => {
    const operator = await desk('operator');
    await operator.open('/quan-tri/nhan-su/phan-cong');
    await operator.fill('person', all.operator.number);
    await operator.page.selectOption('[name=agency]', 'UBND.37');
    await operator.page.selectOption('main select[name=post]', 'auditor');
    await send(operator);
    assert.match(await words(operator), /cho chính mình/);
    for (const as of ['auditor', 'viewer', 'head', 'clerk']) {
      const other = await desk(as);
      assert.equal((await other.open('/quan-tri/nhan-su')).status(), 403, as);
      assert.equal((await other.open('/quan-tri')).status(), 403, as);
    }
  });

  test('sees the definitions in force with what is not certain, and the journal’s health', async () => {
    const operator = await desk('operator');
    await operator.open('/quan-tri/thu-tuc');
    const said = await words(operator);
    for (const code of ['1.004194', '1.002755', '1.010028', '1.003677', '2.001159', '1.010041', '1.010039']) {
      assert.ok(said.includes(code), code);
    }
    await operator.look('definitions');
    await operator.open('/quan-tri/nhat-ky');
    assert.match(await words(operator), /nguyên vẹn/);
    await operator.look('journal');
  });

  test('a letter that cannot be set: the cause stands there, and it is made when it can be', async () => {
    const before = await visit({ as: 'owner', address: province.address });
    await before.open('/vai-tro');
    await before.page.locator('main label', { hasText: 'Công dân' }).click();
    await before.press('Tiếp tục');
    // The program's file is away, as during an update: no child process can be started from it.
    await rename(program, `${program}.away`);
    const { code } = await apply(before, CONFIRM, (o) => o.choose('scope', 'me'));
    await decide(await desk('officer'), code, 'propose');
    await decide(await desk('head'), code, 'approve');
    const operator = await desk('operator');
    const row = operator.page.locator('main tr', { hasText: `${code}/result` });
    for (let n = 0; n < 50 && (await operator.open('/quan-tri'), await row.count()) === 0; n += 1) {
      await operator.page.waitForTimeout(200);
    }
    const failed = await row.innerText();
    assert.match(failed, /Lập và ký văn bản/);
    assert.ok(!failed.includes(all.owner.name) && !failed.includes(all.owner.number), 'no personal data');
    await operator.look('failed');
    await operator.picture('failed-work');
    await before.open(`/ho-so/${code}`);
    assert.match(await words(before, '#letters'), /đang lập và ký số/);
    await rename(`${program}.away`, program);
    await operator.open('/quan-tri');
    for (const name of ['receipt', 'result']) {
      const again = operator.page.locator('main tr', { hasText: `${code}/${name}` }).locator('button');
      if (await again.count()) await operator.follow(() => again.click());
    }
    assert.ok((await letter(before, code)).includes(all.owner.name));
    await operator.open('/quan-tri');
    assert.equal(await row.count(), 0, 'nothing failed is left');
  });

  test('the auditor and the viewer have their pages and nothing else', async () => {
    const auditor = await desk('auditor');
    await auditor.open('/kiem-toan');
    await auditor.look('auditor');
    await auditor.picture('auditor');
    await auditor.follow(() => auditor.page.locator('.main-nav a', { hasText: 'Nhật ký' }).click());
    assert.match(await words(auditor), /Nhật ký nguyên vẹn/, 'the journal’s health is for auditors too');
    await auditor.look('journal, auditor');
    const viewer = await desk('viewer');
    await viewer.open('/dieu-hanh');
    await viewer.look('figures');
    await viewer.picture('viewer', { sizes: ['desk', 'wall'] });
    for (const closed of ['/ban-lam-viec', '/quay', '/kiem-toan', '/du-lieu-cua-toi']) {
      assert.equal((await viewer.open(closed)).status(), 403, closed);
    }
  });
});
