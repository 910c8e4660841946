// Lan registers temporary residence: the citizen's side of the flagship, from the start page to the
// letter that anybody can verify.
import assert from 'node:assert/strict';
import { suite, test, visit } from '../lib/bed.mjs';
import * as story from '../lib/residence.mjs';

const JOURNEY_BYTES_MAX = 60 * 1024;
const UNTIL = '2027-11-22';

/** Waits until the state box of a dossier's page says this, without reload. */
async function moved(visitor, words) {
  await visitor.page.locator('#state').filter({ hasText: words }).waitFor();
}

suite('Temporary residence: the citizen', () => {
  test('sends it from a phone in three pages, and within 60 KB', async (t) => {
    const address = await story.ownProvince(t);
    const owner = await visit({ as: 'owner', address });
    const line = await story.dwellingLine(owner);
    const lan = await visit({ as: 'citizen', size: 'phone', address });
    const before = lan.bytes.total; // signing in by the demo's page of roles is no part of it
    const pages = [];
    lan.page.on('framenavigated', (frame) => { if (frame === lan.page.mainFrame()) pages.push(new URL(frame.url()).pathname); });

    await lan.open('/');
    await lan.open(story.SERVICE);
    assert.match(await lan.page.locator('aside').innerText(), /7\.000 đ[\s\S]*15\.000 đ/, 'the fee by channel');
    await lan.look('start');
    await lan.picture('temporary-residence-start');
    pages.length = 0;
    await lan.press('Bắt đầu');
    assert.match(await lan.page.locator('.facts').innerText(), /Theo Cơ sở dữ liệu dân cư, đọc lúc \d\d:\d\d/);
    await lan.look('questions');
    await lan.picture('temporary-residence-questions');
    await story.answerWhere(lan, { line, until: UNTIL, child: true });
    await lan.look('the household');
    await story.answerHousehold(lan);
    const check = await lan.page.locator('main').innerText();
    assert.match(check, /Thứ Sáu 27\/11\/2026/i, 'the exact day: three working days, 24/11 is a holiday');
    assert.match(check, /7\.000 đ/);
    await lan.look('check');
    await lan.picture('temporary-residence-check');
    const between = pages.length;
    await lan.press('Gửi hồ sơ');
    const code = story.codeOf(lan);
    assert.ok(between <= 3, `three pages at most between start and sent, were: ${pages}`);
    assert.match(await lan.page.locator('main').innerText(), new RegExp(`Đã gửi hồ sơ[\\s\\S]*${code}`));
    await lan.look('sent');
    await lan.picture('temporary-residence-sent');
    lan.bytes.within(before + JOURNEY_BYTES_MAX, 'the journey from the first page to «sent»');
  });
});
