// The page everybody opens first, before anybody signs in.
import assert from 'node:assert/strict';
import { program, suite, test, visit } from '../lib/bed.mjs';

const FIRST_PAGE_BYTES_MAX = 14 * 1024;

suite('The first page', () => {
  test('stands in Vietnamese on a phone and at a desk', async () => {
    for (const size of ['phone', 'desk']) {
      const guest = await visit({ size });
      const answer = await guest.open('/');
      assert.equal(answer.status(), 200);
      assert.equal(await guest.page.locator('html').getAttribute('lang'), 'vi');
      assert.equal(await guest.page.locator('h1').count(), 1);
      await guest.look(`home, ${size}`);
      if (size === 'desk') await guest.picture('home');
    }
  });

  test('costs at most 14 KB on the wire, all of it', async () => {
    const guest = await visit();
    await guest.open('/');
    await guest.page.waitForTimeout(500); // what scripts fetch after the page stands
    guest.bytes.within(FIRST_PAGE_BYTES_MAX, 'first page');
  });

  test('speaks English when asked, and keeps to it', async () => {
    const guest = await visit();
    await guest.open('/');
    await guest.follow(() => guest.page.locator('form[action="/ngon-ngu"] button').first().click());
    assert.equal(await guest.page.locator('html').getAttribute('lang'), 'en');
    await guest.open('/dich-vu');
    assert.equal(await guest.page.locator('html').getAttribute('lang'), 'en');
    await guest.look('services, English');
  });

  test('does all of that without scripts', async () => {
    const guest = await visit({ scripts: false, size: 'phone' });
    await guest.open('/');
    await guest.look('home without scripts');
    await guest.follow(() => guest.page.locator('form[action="/ngon-ngu"] button').first().click());
    assert.equal(await guest.page.locator('html').getAttribute('lang'), 'en');
  });

  test('is reached by keyboard, past the menus in one step', async () => {
    const guest = await visit();
    await guest.open('/');
    await guest.keys('Tab', 'Enter'); // the first stop is «skip to the content»
    assert.match(guest.page.url(), /#/);
    await guest.tabTo('main a[href], main button, main input');
  });

  test('an address that leads nowhere says so kindly', async () => {
    const guest = await visit({ size: 'phone' });
    const answer = await guest.open('/khong-co-trang-nay');
    assert.equal(answer.status(), 404);
    guest.noise.length = 0; // the browser itself reports the 404
    await guest.look('nowhere');
  });

  test('every answer carries the strict headers', async () => {
    const { address } = await program();
    for (const path of ['/', '/dich-vu', '/dang-nhap', '/khong-co-trang-nay']) {
      const answer = await fetch(address + path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'|default-src 'self'/, path);
      assert.match(policy, /frame-ancestors 'none'/, path);
      assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*/, path);
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path);
      assert.ok(answer.headers.get('referrer-policy'), path);
    }
  });

  test('machines find what they ask for', async () => {
    const { address } = await program();
    for (const path of ['/health', '/openapi.json', '/robots.txt', '/manifest.webmanifest', '/favicon.ico']) {
      assert.equal((await fetch(address + path)).status, 200, path);
    }
  });
});
