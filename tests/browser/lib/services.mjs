// What several journeys do with a service: apply, agree, pay, decide, read the letter.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const LETTER_MS_MAX = 60_000;

/**
 * From the start page to the sent dossier. `answer` fills in the questions; each page is looked at.
 * @returns {Promise<{code: string, start: string, check: string}>} the code, what the pages said
 */
export async function apply(person, service, answer, { files = {} } = {}) {
  await person.open(service);
  const start = await words(person);
  await person.look('start');
  await person.press('Bắt đầu');
  await person.look('questions');
  await answer(person);
  await person.press('Tiếp tục');
  assert.match(person.page.url(), /\/kiem-tra$/, `not ready to send: ${await mistakes(person)}`);
  const check = await words(person);
  await person.look('check');
  for (const [name, file] of Object.entries(files)) await person.page.setInputFiles(`[name="${name}"]`, file);
  await person.press('Gửi hồ sơ');
  const code = new URL(person.page.url()).pathname.match(/^\/ho-so\/(.+)$/)?.[1];
  assert.ok(code, `not sent: ${await mistakes(person)}`);
  await person.look('sent');
  return { code, start, check };
}

/** What the page's main part says, spaces made plain. */
export async function words(person, selector = 'main') {
  return (await person.page.locator(selector).first().innerText()).replace(/[\s\u00a0\u202f]+/g, ' ');
}

async function mistakes(person) {
  return (await person.page.locator('.msg, .banner, [role=alert]').allInnerTexts()).join(' | ') || person.page.url();
}

/** The consent somebody waits for, given from the inbox. */
export async function agree(person) {
  await person.open('/hop-thu');
  await person.follow(() => person.page.locator('main a[href^="/y-kien/"]').first().click());
  await person.look('consent');
  await person.press('Tôi đồng ý');
  assert.match(await words(person), /Bạn đã đồng ý/);
}

/** Pays with the simulated bank. */
export async function pay(person, code) {
  await person.open(`/ho-so/${code}/nop-phi`);
  await person.look('pay');
  await person.press('Giả như đã trả');
}

/** An officer's or head's step, with what it needs. */
export async function decide(officer, code, action, typed = {}) {
  await officer.open(`/ban-lam-viec/${code}`);
  await officer.look(`desk, ${action}`);
  const button = officer.page.locator(`form:has([name=action][value="${action}"])`);
  if (Object.keys(typed).length > 0) await officer.page.locator('details', { has: button }).locator('summary').click();
  for (const [name, text] of Object.entries(typed)) await button.locator(`[name="${name}"]`).fill(text);
  await officer.follow(() => button.locator('button').click());
  assert.doesNotMatch(officer.page.url(), new RegExp(`${code}$`), `${action} was refused: ${await mistakes(officer)}`);
}

/** Officer proposes, head approves. */
export async function approve(officer, head, code) {
  await decide(officer, code, 'propose');
  await decide(head, code, 'approve');
}

/**
 * A letter of a dossier: waits until it is signed, as the person would, and lets poppler judge the signature.
 * @returns {Promise<string>} what is written in it
 */
export async function letter(person, code, name = 'result', n = 1) {
  const url = `${person.base}/ho-so/${code}/van-ban/${name}/${n}`;
  const end = Date.now() + LETTER_MS_MAX;
  let answer;
  do {
    if (answer) await person.page.waitForTimeout(200);
    answer = await person.page.request.get(url);
  } while (answer.status() !== 200 && Date.now() < end);
  assert.equal(answer.status(), 200, `${url} answered ${answer.status()}`);
  assert.equal(answer.headers()['content-type'], 'application/pdf');
  return readLetter(await answer.body());
}

/** Whether poppler calls every signature of a file valid, and what is written in it. */
export async function readLetter(bytes) {
  const folder = await mkdtemp(path.join(tmpdir(), 'letter-'));
  try {
    const file = path.join(folder, 'letter.pdf');
    await writeFile(file, bytes);
    const said = execFileSync('pdfsig', ['-nocert', file], { encoding: 'utf8' });
    assert.match(said, /Signature is Valid/, said);
    assert.match(said, /Total document signed/, said);
    return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `2026-11-23` → `23/11/2026`. */
export const shown = (day) => day.split('-').reverse().join('/');

/** The day so many days later. */
export function later(day, days) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Ngày Văn hóa Việt Nam, the one holiday in the weeks of the demo. */
const HOLIDAY = '11-24';

/** The nth working day after a day in November. */
export function workingDay(day, n) {
  let at = day;
  for (let left = n; left > 0;) {
    at = later(at, 1);
    const free = [0, 6].includes(new Date(`${at}T00:00:00Z`).getUTCDay()) || at.endsWith(HOLIDAY);
    if (!free) left -= 1;
  }
  return at;
}

/** The day a dossier was filed on, from its code: `H37.13594-261123-0007`. */
export function filedOn(code) {
  const [, y, m, d] = code.match(/-(\d\d)(\d\d)(\d\d)-/);
  return `20${y}-${m}-${d}`;
}

/** The person's number, as the own-data page shows it. */
export async function numberOf(person) {
  await person.open('/du-lieu-cua-toi');
  const shownNumber = await person.page.locator('#muc-pid dd').first().innerText();
  return shownNumber.match(/[\d ]{12,}/)[0].replaceAll(' ', '');
}

/** One item of the own-data page, in words. */
export async function ownItem(person, item) {
  await person.open('/du-lieu-cua-toi');
  return words(person, `#muc-${item}`);
}

/** The people of the demo: key → name and number, as the page of roles lists them. */
export async function cast(guest) {
  await guest.open('/trinh-dien');
  const rows = await guest.page.locator('form.role').evaluateAll((forms) => forms.map((f) => [
    f.querySelector('[data-demo-person]').dataset.demoPerson,
    f.querySelector('h2').innerText,
    f.innerText.match(/\d{3} ?\d{3} ?\d{3} ?\d{3}|\d{3} \d{9}|\d{12}/)?.[0].replaceAll(' ', '') ?? f.innerText,
  ]));
  return Object.fromEntries(rows.map(([key, name, number]) => [key, { name, number }]));
}
