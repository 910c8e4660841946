// Figures that only a browser knows, for `cargo xtask bench`:
//   node measure.mjs NAME http://localhost:PORT   prints one line of JSON
import { hold, release, visit } from './lib/bed.mjs';

const MEASURES = {
  'first-page': async (address) => {
    const guest = await visit({ address });
    await guest.open('/');
    await guest.page.waitForTimeout(1000); // what scripts fetch after the page stands
    return { bytes: guest.bytes.total, requests: guest.bytes.list().length };
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
