// Figures that only a browser knows, for `cargo xtask bench`:
//   node measure.mjs NAME http://localhost:PORT   prints one line of JSON
import { hold, release, visit } from './lib/bed.mjs';

const SETTLE_MS = 1000; // what scripts fetch after a page stands
const SERVICE = '/cu-tru/dang-ky-tam-tru';

/** Number and password of a person of the demo, and the home of its owner; read by somebody else,
 *  so that it costs the journey nothing. */
async function prepared(address) {
  const other = await visit({ address });
  await other.open('/trinh-dien');
  const card = other.page.locator('form.role', { has: other.page.locator('[data-demo-person="citizen"]') });
  const number = (await card.innerText()).match(/\d{3} \d{3} \d{3} \d{3}/)[0].replaceAll(' ', '');
  const password = (await other.page.locator('main').innerText()).match(/demo-[a-z0-9-]+/)[0];
  await other.signInAs('owner');
  await other.open('/so-ho-khau');
  const address_ = (await other.page.locator('main dd').allInnerTexts()).find((t) => /, (Xã|Phường) /.test(t));
  await other.close();
  return { number, password, line: address_.split(/, (Xã|Phường) /)[0], commune: '13594' };
}

const MEASURES = {
  'first-page': async (address) => {
    const guest = await visit({ address });
    await guest.open('/');
    await guest.page.waitForTimeout(SETTLE_MS);
    return { bytes: guest.bytes.total, requests: guest.bytes.list().length };
  },

  // A citizen on a phone registers temporary residence: from the home page to the paid dossier.
  journey: async (address) => {
    const { number, password, line, commune } = await prepared(address);
    const lan = await visit({ address, size: 'phone' });
    let pages = 0;
    lan.page.on('load', () => { pages += 1; });
    await lan.open('/');
    await lan.page.waitForTimeout(SETTLE_MS);
    const first = lan.bytes.total;
    await lan.open(SERVICE);
    await lan.open(`/dang-nhap?tiep=${encodeURIComponent(SERVICE)}`);
    await lan.fill('pid', number);
    await lan.fill('password', password);
    await lan.follow(() => lan.page.locator('form[action="/dang-nhap"] button').first().click());
    await lan.open(`${SERVICE}/khai`);
    const submit = () => lan.follow(() => lan.page.locator(`form[action="${SERVICE}/khai"] button:not([name=later])`).last().click());
    await lan.fill('abode.commune', commune);
    await lan.fill('abode.line', line);
    await submit();
    // The household there is known only now: one more question.
    const join = lan.page.locator('[name=join][value=new]');
    if (await join.count()) {
      await join.check();
      await submit();
    }
    await lan.follow(() => lan.page.locator(`form[action="${SERVICE}/gui"] button`).last().click());
    const code = new URL(lan.page.url()).pathname.split('/').pop();
    await lan.open(`/ho-so/${code}/nop-phi`);
    await lan.follow(() => lan.page.locator('form[action$="/mo-phong"] button').first().click());
    await lan.page.waitForTimeout(SETTLE_MS);
    const list = lan.bytes.list();
    return {
      bytes: lan.bytes.total,
      after_first: lan.bytes.total - first,
      requests: list.length,
      pages,
      dearest: list.slice(0, 3).map((r) => `${new URL(r.url).pathname.replace(code, '…')} ${r.bytes}`).join(', '),
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
