// Figures that only a browser knows, for `cargo xtask bench`:
//   node measure.mjs NAME http://localhost:PORT   prints one line of JSON
import { hold, release, visit } from './lib/bed.mjs';
import * as story from './lib/residence.mjs';

const SETTLE_MS = 1000; // what scripts fetch after a page stands
const DEAREST = 3;

/** Number and password of the demo's citizen and the home of its owner, looked up by somebody else,
 *  so that it costs the journey nothing. */
async function prepared(address) {
  const other = await visit({ address });
  await other.open('/trinh-dien');
  const card = other.page.locator('form.role', { has: other.page.locator('[data-demo-person="citizen"]') });
  const number = (await card.innerText()).match(/\d{3} \d{3} \d{3} \d{3}/)[0].replaceAll(' ', '');
  const password = (await other.page.locator('main').innerText()).match(/demo-[a-z0-9-]+/)[0];
  await other.signInAs('owner');
  const line = await story.dwellingLine(other);
  await other.close();
  return { number, password, line };
}

const MEASURES = {
  'first-page': async (address) => {
    const guest = await visit({ address });
    await guest.open('/');
    await guest.page.waitForTimeout(SETTLE_MS);
    return { bytes: guest.bytes.total, requests: guest.bytes.list().length };
  },

  // A citizen on a phone: home page, sign-in with number and password, temporary residence filed, paid.
  journey: async (address) => {
    const { number, password, line } = await prepared(address);
    const lan = await visit({ address, size: 'phone' });
    let pages = 0;
    lan.page.on('load', () => { pages += 1; });
    await lan.open('/');
    await lan.page.waitForTimeout(SETTLE_MS);
    const first = lan.bytes.total;
    await lan.open(`/dang-nhap?tiep=${encodeURIComponent(story.SERVICE)}`);
    await lan.fill('pid', number);
    await lan.fill('password', password);
    await lan.follow(() => lan.page.locator('form[action="/dang-nhap"]:not([data-passkey]) button').click());
    const code = await story.file(lan, { line });
    await lan.page.waitForTimeout(SETTLE_MS);
    const sent = lan.bytes.total;
    await story.pay(lan, code);
    await lan.page.waitForTimeout(SETTLE_MS);
    const list = lan.bytes.list();
    const named = (r) => `${new URL(r.url).pathname.replace(code, '…')} ${r.bytes}`;
    return {
      bytes: sent,
      after_first: sent - first,
      paid: lan.bytes.total,
      requests: list.length,
      pages,
      dearest: list.slice(0, DEAREST).map(named).join(', '),
    };
  },
};

const [name, address] = process.argv.slice(2);
const measure = MEASURES[name];
if (!measure || !address) {
  console.error(`node measure.mjs ${Object.keys(MEASURES).join('|')} http://localhost:PORT`);
  process.exit(2);
}
hold();
try {
  console.log(JSON.stringify(await measure(address)));
} finally {
  await release();
}
