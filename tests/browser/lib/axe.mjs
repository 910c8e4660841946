// axe-core in the page. It is put in through the browser's own protocol, because the pages' content
// security policy allows no foreign script, and must not.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** One session for each page, never ended: when a session ends, Chromium takes the page's passkey
 *  device away, whichever session had brought it. */
const sessions = new WeakMap();

async function sessionOf(page) {
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
  return sessions.get(page);
}

/** Violations on this page, each as one line: rule, what it asks, where. */
export async function axe(page) {
  const cdp = await sessionOf(page);
  const run = async (expression) => {
    const answer = await cdp.send('Runtime.evaluate', {
      expression, awaitPromise: true, returnByValue: true, allowUnsafeEvalBlockedByCSP: true,
    });
    if (answer.exceptionDetails) {
      throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
    }
    return answer.result.value;
  };
  await run(`${source};0`);
  const options = { runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] };
  const found = await run(`axe.run(document, ${JSON.stringify(options)}).then((r) => r.violations.map(
    (v) => ({ id: v.id, help: v.help, where: v.nodes.map((n) => n.target.join(' ') + '  ' + n.html.slice(0, 120)) })))`);
  return found.map((v) => `${v.id}: ${v.help}\n      ${v.where.slice(0, 5).join('\n      ')}`);
}
