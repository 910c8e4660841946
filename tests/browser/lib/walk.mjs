// Walks every page that can be reached by links, and looks at each.
import assert from 'node:assert/strict';

const NOT_PAGES = /\.(pdf|csv|json|svg|png|txt|webmanifest)$|^\/(a|api)\//;

/** `/ho-so/H42.13594-261123-0007` and its like are one page: segments with digits count as one. */
export function shape(path) {
  return path.split('/').map((s) => (/\d/.test(s) ? '*' : s)).join('/');
}

/**
 * Looks at every page that links reach from the given ones, one of each shape.
 * @returns {Promise<string[]>} the shapes seen
 */
export async function walk(visitor, { from = ['/'], most = 60 } = {}) {
  const seen = new Set();
  const faults = [];
  const queue = [...from];
  while (queue.length > 0 && seen.size < most) {
    const path = queue.shift();
    if (seen.has(shape(path))) continue;
    seen.add(shape(path));
    const response = await visitor.open(path);
    if (!(response.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    if (response.status() !== 200) {
      faults.push(`${path} answered ${response.status()}, and a link leads there`);
      visitor.noise.length = 0; // the browser's own word about it
    }
    // All faults of all pages in one report: one run tells what there is to mend.
    await visitor.look(path).catch((e) => faults.push(e.message));
    queue.push(...(await links(visitor.page)).filter((l) => !seen.has(shape(l))));
  }
  assert.equal(faults.length, 0, faults.join('\n'));
  return [...seen].sort();
}

async function links(page) {
  const all = await page.evaluate(() => [...document.querySelectorAll('a[href]')]
    .filter((a) => a.origin === location.origin && !a.hasAttribute('download')).map((a) => a.pathname));
  return [...new Set(all)].filter((path) => !NOT_PAGES.test(path));
}
