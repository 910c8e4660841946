// The story of a temporary residence, in steps that journeys put together: the people of the cast, what
// each of them does on their own account.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startProgram } from './program.mjs';

export const SERVICE = '/cu-tru/dang-ky-tam-tru';
/** The commune of the story, by a name it had before July 2025 and by its name. */
export const COMMUNE_BEFORE = 'Trần Hưng Đạo';
export const COMMUNE = 'Trần Thương';
const CODE = /H\d\d\.13594-\d{6}-\d{4}/;

/** A province of this test's own, stopped when the test ends. */
export async function ownProvince(t) {
  const program = await startProgram();
  t.after(() => program.stop());
  return program.address;
}

/** The address line of the dwelling that the owner of the cast owns and heads. */
export async function dwellingLine(owner) {
  await owner.open('/so-ho-khau');
  const address = await owner.page.locator('main dl dd').first().innerText();
  return address.split(`, xã ${COMMUNE}`)[0];
}

/** Types a former name of the commune and chooses the commune of today out of the suggestions. */
export async function chooseCommune(citizen, typed = COMMUNE_BEFORE) {
  const { page } = citizen;
  await page.locator('[name="abode.commune"]').pressSequentially(typed);
  const suggestion = page.locator('[role=option]').filter({ hasText: COMMUNE });
  await suggestion.first().waitFor();
  await suggestion.first().click();
}

/** Answers the first page: where and until when; leaves out what is not given. */
export async function answerWhere(citizen, { line, until, child = false }) {
  if (citizen.scripts) await chooseCommune(citizen);
  else await citizen.fill('abode.commune', `Xã ${COMMUNE}, Tỉnh Ninh Bình`);
  await citizen.fill('abode.line', line);
  if (until) await citizen.fillDate('until', until);
  if (child) await citizen.page.locator('[name="with"]').first().check();
  await citizen.press('Tiếp tục');
}

/** Answers how: into the household there, as somebody who lodges; or a household of their own. */
export async function answerHousehold(citizen, { join = 'join', relation = 'not_related' } = {}) {
  await citizen.choose('join', join);
  if (join === 'join') await citizen.page.locator('select[name="relation"]').selectOption(relation);
  await citizen.press('Tiếp tục');
}

/** From the start page to a dossier that has been sent. */
export async function file(citizen, answers) {
  if (new URL(citizen.page.url()).pathname !== SERVICE) await citizen.open(SERVICE);
  await citizen.press('Bắt đầu');
  await answerWhere(citizen, answers);
  await answerHousehold(citizen, answers);
  for (const [paper, file] of Object.entries(answers.papers ?? {})) {
    await citizen.page.setInputFiles(`[name="${paper}"]`, file);
  }
  await citizen.press('Gửi hồ sơ');
  return codeOf(citizen);
}

/** The code of the dossier whose page is open. */
export function codeOf(visitor) {
  const code = new URL(visitor.page.url()).pathname.match(CODE)?.[0];
  assert.ok(code, `no dossier at ${visitor.page.url()}`);
  return code;
}

/** Pays by the simulated bank. */
export async function pay(citizen, code) {
  await citizen.open(`/ho-so/${code}`);
  await citizen.press('Nộp lệ phí');
  await citizen.press('Giả như đã trả');
}

/** Somebody who was asked opens the question from their inbox. */
export async function openConsent(person) {
  await person.open('/hop-thu');
  await person.follow(() => person.page.locator('main a[href^="/y-kien/"]').first().click());
}

export async function consent(person, yes = true, note = '') {
  await openConsent(person);
  if (note) await person.fill('note', note);
  await person.press(yes ? 'Tôi đồng ý' : 'Tôi không đồng ý');
}

/** Opens a dossier at the desk. */
export async function atDesk(officer, code) {
  assert.equal((await officer.open(`/ban-lam-viec/${code}`)).status(), 200);
}

/** A decision that needs no words: `propose`, `approve`. */
export async function decide(officer, code, action) {
  await atDesk(officer, code);
  await officer.follow(() => officer.page.locator(`.act button[name=action][value="${action}"]`).click());
}

/** A decision with words: `ask-more`, `return`, `refuse`, `propose-refuse`. */
export async function write(officer, code, action, words) {
  await atDesk(officer, code);
  await sendWords(officer, action, words);
}

/** As `write`, on the dossier that is open. */
export async function sendWords(officer, action, words) {
  const box = officer.page.locator('.act details').filter({ has: officer.page.locator(`[name=action][value="${action}"]`) });
  if (!(await box.getAttribute('open') !== null)) await box.locator('summary').click();
  for (const [name, text] of Object.entries(words)) await box.locator(`[name="${name}"]`).fill(text);
  await officer.follow(() => box.locator('form button').click());
}

/** The words of a letter, and what poppler says of its signature. */
export async function readLetter(visitor, href) {
  const answer = await visitor.page.request.get(new URL(href, visitor.base).href);
  assert.equal(answer.status(), 200, href);
  assert.equal(answer.headers()['content-type'], 'application/pdf');
  const folder = await mkdtemp(path.join(tmpdir(), 'lien-thong-letter-'));
  try {
    const bytes = await answer.body();
    const pdf = path.join(folder, 'letter.pdf');
    await writeFile(pdf, bytes);
    return { bytes, text: await run('pdftotext', ['-layout', pdf, '-']), signature: await run('pdfsig', ['-nocert', pdf]) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(tool, args) {
  const { stdout } = await promisify(execFile)(tool, args).catch((e) => {
    if (e.code === 'ENOENT') throw new Error(`${tool} is not there: cargo xtask setup`);
    return e; // pdfsig ends with a code of its own when it does not know the issuer
  });
  return stdout;
}

/** A dossier that waits for the officer: filed, paid, everybody agreed. */
export async function accepted({ citizen, owner, parent }, answers) {
  const code = await file(citizen, answers);
  await pay(citizen, code);
  await consent(owner);
  if (answers.child) await consent(parent);
  return code;
}

/** A PDF that is one. */
export const PDF = {
  name: 'hop-dong.pdf', mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n'),
};
