// The test bed: one browser and one demo province for all suites, visitors to walk through it.
//
//   import { suite, test, visit } from '../lib/bed.mjs';
//   suite('Tạm trú', () => {
//     test('a citizen registers', async () => {
//       const lan = await visit({ as: 'citizen' });
//       await lan.open('/cu-tru/dang-ky-tam-tru');
//       await lan.look('start');            // axe, WCAG 2.2, console, help: fails on any fault
//       await lan.picture('tam-tru-start'); // only under `cargo xtask pictures`
//     });
//   });
import { after, before, describe, test as nodeTest } from 'node:test';
import { chromium } from 'playwright-core';
import { startProgram } from './program.mjs';
import { Visitor } from './visitor.mjs';

/** Sizes that every page is looked at. */
export const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 }, wall: { width: 3840, height: 2160 } };

const TEST_MS_MAX = 180_000;
const shared = { browser: null, program: null, holds: 0 };
/** Visitors of the test that runs now; null between tests. */
let guests = null;

/** Keeps browser and province until the matching `release`. */
export function hold() {
  shared.holds += 1;
}

/** Lets go; the last one closes the browser and stops the province. */
export async function release() {
  shared.holds -= 1;
  if (shared.holds > 0) return;
  const { browser, program } = shared;
  shared.browser = shared.program = null;
  await Promise.all([(await browser)?.close(), (await program)?.stop()]);
}

/** A group of tests that use the browser. */
export function suite(name, body) {
  hold();
  describe(name, { timeout: 600_000 }, () => {
    before(browser);
    after(release);
    body();
  });
}

/** One test. Visitors it invited leave when it ends, also when it failed. */
export function test(name, body) {
  nodeTest(name, { timeout: TEST_MS_MAX }, async (t) => {
    guests = [];
    try {
      await body(t);
    } finally {
      const leaving = guests;
      guests = null;
      await Promise.all(leaving.map((visitor) => visitor.close()));
    }
  });
}

/** The browser, started once. */
export function browser() {
  shared.browser ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // It talks to the program and to nobody else. Root has no sandbox to use.
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--lang=vi',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  return shared.browser;
}

/** The province that all suites share, started once. Tests that break things start their own. */
export function program() {
  shared.program ??= startProgram();
  return shared.program;
}

/**
 * Somebody with a browser of their own.
 * @param {object} who
 * @param {string} [who.as] sign in as this person of the demo's cast (Visitor.signInAs lists them)
 * @param {'phone'|'desk'|'wall'} [who.size]
 * @param {boolean} [who.scripts] false: a browser without scripts
 * @param {string} [who.address] another program than the shared one
 * @param {number} [who.targets] least size of targets in px (44; officers' dense desks 24)
 */
export async function visit({ as, size = 'desk', scripts = true, address, targets = 44, lang = 'vi-VN' } = {}) {
  const base = address ?? (await program()).address;
  const context = await (await browser()).newContext({
    baseURL: base, viewport: SIZES[size], locale: lang, timezoneId: 'Asia/Ho_Chi_Minh',
    reducedMotion: 'reduce', hasTouch: size === 'phone',
  });
  context.setDefaultTimeout(15_000);
  const visitor = await Visitor.in(context, { base, targets, shared, scripts });
  guests?.push(visitor);
  if (as) await visitor.signInAs(as);
  return visitor;
}
