// Every bed test and every journey, in one process: one browser, one province.
// LIENTHONG_JOURNEY=part-of-a-name runs only the files whose name contains it.
import { readdir } from 'node:fs/promises';
import { hold, release } from './lib/bed.mjs';

const part = process.env.LIENTHONG_JOURNEY ?? '';
hold();
for (const folder of ['bed', 'journeys']) {
  const names = (await readdir(new URL(`./${folder}/`, import.meta.url))).sort();
  for (const name of names.filter((n) => n.endsWith('.test.mjs') && n.includes(part))) {
    await import(`./${folder}/${name}`);
  }
}
await release();
