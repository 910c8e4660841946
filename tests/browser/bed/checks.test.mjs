// The bed's own checks find what they are for, and nothing on a good page.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startFixture } from '../fixture/server.mjs';
import { suite, test, visit } from '../lib/bed.mjs';
import { addPasskeyDevice } from '../lib/passkey.mjs';
import { shape, walk } from '../lib/walk.mjs';
import * as wcag from '../lib/wcag.mjs';

suite('The test bed', () => {
  let site;
  before(async () => { site = await startFixture(); });
  after(() => site.stop());
  const guest = (options) => visit({ address: site.address, ...options });

  test('good pages pass every check, on a phone and at a desk', async () => {
    for (const size of ['phone', 'desk']) {
      const v = await guest({ size });
      for (const page of ['/', '/form', '/sign-in']) {
        await v.open(page);
        await v.look(page);
      }
      }
  });

  test('good pages pass without scripts too, and no script of theirs runs', async () => {
    const v = await guest({ scripts: false });
    await v.open('/script');
    await v.look('script');
    assert.equal(await v.page.locator('h1').innerText(), 'Có kịch bản');
    const scripted = await guest();
    await scripted.open('/script');
    await scripted.page.locator('h1', { hasText: 'Đã chạy' }).waitFor();
  });

  const FAULTS = {
    axe: /image-alt/, cover: /hidden behind/, flat: /cannot see/, small: /under 24/, drag: /only be dragged/,
    wide: /scrolls sideways/, cut: /cut off/, fixed: /use rem/, help: /help stands elsewhere/, words: /services-title/,
    script: /\[console\]/, 'sign-in': /password manager/,
  };
  for (const [name, expected] of Object.entries(FAULTS)) {
    test(`the fault «${name}» is found`, async () => {
      const v = await guest();
      await v.open('/');
      await v.look('good'); // also says where help stands
      await v.open(`/bad/${name}`);
      await assert.rejects(v.look(name), expected);
      });
  }

  test('a question asked twice is found, one that keeps its answer is not', async () => {
    const v = await guest();
    await v.open('/form');
    await v.fill('house', '12');
    await v.look('form');
    await v.open('/again');
    await assert.rejects(v.look('again'), /asked again/);
    await v.page.locator('[name=house]').fill('12');
    await v.look('again, filled');
  });

  test('pressing a button waits for the page behind it, or for none', async () => {
    const v = await guest();
    await v.open('/form');
    await v.press('Tiếp tục');
    assert.equal(await v.page.locator('h1').innerText(), 'Đã gửi');
    await v.open('/');
    await v.press('Gửi hồ sơ'); // does nothing here
    assert.equal(await v.page.locator('h1').innerText(), 'Trang tốt');
  });

  test('bytes are those of the wire: compressed, and nothing for what is cached', async () => {
    const v = await guest();
    await v.open('/');
    const first = v.bytes.total;
    assert.ok(first > 500 && first < 2500, `${first}`);
    await v.open('/form');
    const second = v.bytes.total - first;
    assert.ok(second > 200 && second < first, `${second} after ${first}`);
    assert.throws(() => v.bytes.within(100, 'first page'), /style\.css/);
    v.bytes.within(10_000, 'both pages');
  });

  test('the keyboard reaches a button, and says so when it cannot', async () => {
    const v = await guest();
    await v.open('/');
    await v.tabTo('button');
    await assert.rejects(v.tabTo('.nowhere'), /did not reach/);
  });

  test('a passkey can be made and is on the device', async () => {
    const v = await guest();
    await v.open('/');
    const device = await addPasskeyDevice(v.page);
    await v.page.evaluate(() => navigator.credentials.create({
      publicKey: {
        challenge: new Uint8Array(32), rp: { name: 'x', id: 'localhost' },
        user: { id: new Uint8Array(16), name: 'x', displayName: 'x' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      },
    }).then((c) => c.id));
    assert.equal((await device.credentials()).length, 1);
  });

  test('a walk follows links, one page of each shape, and reports all faults at once', async () => {
    assert.equal(shape('/ho-so/H42.13594-261123-0007/thu'), '/ho-so/*/thu');
    const seen = await walk(await guest());
    assert.deepEqual(seen, ['/', '/form']);
    const bad = walk(await guest(), { from: ['/bad/small', '/bad/cut'] });
    await assert.rejects(bad, (e) => /under 24/.test(e.message) && /cut off/.test(e.message));
  });

  test('what is printed has no menus', async () => {
    const v = await guest();
    await v.open('/');
    assert.deepEqual(await wcag.print(v.page), []);
    await v.open('/bad/cover');
    assert.equal((await wcag.print(v.page)).length, 1);
  });
});
