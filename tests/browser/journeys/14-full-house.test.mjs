// More people than the program can serve: the page that says so, keeps the place in the line, and comes
// back by itself. The crowd is real: more requests are open at once than the program runs and lets wait.
import assert from 'node:assert/strict';
import http from 'node:http';
import { suite, test, visit } from '../lib/bed.mjs';
import { startProgram } from '../lib/program.mjs';

/** Over 256 that run and 1,024 that wait (foundation/web/src/limits.rs). */
const CROWD = 1_700;
/** Somebody told to wait comes again after so many ms: far sooner than the page would. */
const AGAIN_MS = 40;

/** Keeps so many requests open all the time, until told to stop. */
function crowd(address, size) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: size });
  let on = true;
  let told = 0;
  const ask = () => new Promise((resolve) => {
    const request = http.get(`${address}/`, { agent }, (answer) => {
      if (answer.statusCode === 429) told += 1;
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode)).once('error', resolve);
    });
    request.once('error', resolve);
  });
  const one = async () => {
    while (on) if ((await ask()) !== 200) await new Promise((r) => setTimeout(r, AGAIN_MS));
  };
  const all = Promise.all(Array.from({ length: size }, one));
  return { get told() { return told; }, get on() { return on; }, async go() { on = false; await all; agent.destroy(); } };
}

/** Comes until there is no turn: one of the first may be lucky, nobody is for long. */
async function toldToWait(who) {
  for (let n = 0; n < 30; n += 1) {
    const answer = await who.open('/dang-nhap');
    if (answer.status() !== 429) continue;
    who.noise.length = 0; // the browser itself reports the 429
    return answer;
  }
  throw new Error('let in thirty times: it was no crowd');
}

suite('A full house', () => {
  for (const size of ['phone', 'desk']) {
    test(`somebody is told to wait and let in afterwards, ${size}`, async (t) => {
      const province = await startProgram({ persons: 500, more: ['--rates', 'off'] });
      t.after(() => province.stop());
      const lan = await visit({ size, address: province.address, scripts: size === 'desk' });
      const minh = await visit({ size, address: province.address, scripts: size === 'desk' });
      const people = crowd(province.address, CROWD);
      try {
        const until = Date.now() + 60_000;
        while (people.told < 200 && Date.now() < until) await new Promise((r) => setTimeout(r, 50));
        assert.ok(people.told >= 200, `it was no crowd: ${people.told} told to wait`);
        // For a look the page stands still; it is the program's own, but for the header that brings it back.
        const door = `${province.address}/dang-nhap`;
        await lan.page.route(door, async (route) => {
          const answer = await route.fetch();
          const { refresh, ...headers } = answer.headers();
          await route.fulfill({ response: answer, headers });
        });
        const answer = await toldToWait(lan);
        assert.match(answer.headers()['retry-after'], /^\d+$/);
        await lan.look('told to wait');
        await lan.picture('waiting');
        assert.match(await lan.page.locator('h1').innerText(), /rất nhiều/);
        // Somebody else sees it as it is: it comes back by itself, to the page that was wanted, and since
        // the place in the line is kept, while the crowd is still there.
        await toldToWait(minh);
        await minh.page.locator('main .fault').waitFor({ state: 'detached', timeout: 120_000 });
        assert.equal(new URL(minh.page.url()).pathname, '/dang-nhap');
        assert.ok(people.on);
      } finally {
        await people.go();
      }
      minh.noise.length = 0;
      await minh.look('let in');
    });
  }
});
