// Starts the real program on a folder of its own, and stops it.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { promisify } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The program under test: LIENTHONG_PROGRAM, else the release build of this checkout. */
export const PROGRAM =
  process.env.LIENTHONG_PROGRAM ?? path.join(here, '../../../target/release/lienthong');

const START_MS_MAX = 180_000;
const STOP_MS_MAX = 10_000;
const OUTPUT_LINES_MAX = 400;

/**
 * A demo province on a free port. `data` keeps a folder over several starts; without it the folder
 * is new and removed at the end. `program` is another copy of the program; `more` are further arguments.
 * @returns {Promise<{address: string, pid: number, data: string, output: string[], stop: () => Promise<void>, kill: () => Promise<void>}>}
 */
export async function startProgram({ persons = 2000, seed = 1, today = '2026-11-23', data, program = PROGRAM, more = [] } = {}) {
  const own = data === undefined;
  const folder = data ?? (await mkdtemp(path.join(tmpdir(), 'lien-thong-')));
  const args = ['demo', '--data', folder, '--port', '0'];
  args.push('--persons', String(persons), '--seed', String(seed), '--today', today);
  args.push(...more);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  const ended = new Promise((resolve) => child.once('close', resolve));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);

  const finish = async (signal) => {
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
    process.removeListener('exit', killWithUs);
    if (own) await rm(folder, { recursive: true, force: true });
  };

  try {
    const address = await addressOf(child, output);
    return {
      address, pid: child.pid, data: folder, output,
      stop: () => finish('SIGTERM'), kill: () => finish('SIGKILL'),
    };
  } catch (error) {
    await finish('SIGKILL');
    throw error;
  }
}

/** Runs a command of the program to its end; gives what it said, fails when it fails. */
export async function runProgram(...args) {
  const { stdout } = await promisify(execFile)(PROGRAM, args, { timeout: START_MS_MAX, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

function addressOf(child, output) {
  return new Promise((resolve, reject) => {
    const tail = () => output.slice(-20).join('\n');
    const late = setTimeout(
      () => reject(new Error(`The program gave no address in ${START_MS_MAX} ms.\n${tail()}`)),
      START_MS_MAX,
    );
    const give = (act) => { clearTimeout(late); act(); };
    const listen = (stream) => {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        const lines = (rest + text).split(/[\r\n]/);
        rest = lines.pop();
        for (const line of lines) {
          output.push(line);
          if (output.length > OUTPUT_LINES_MAX) output.shift();
          const found = line.match(/http:\/\/localhost:\d+/);
          if (found) give(() => resolve(found[0]));
        }
      });
    };
    listen(child.stdout);
    listen(child.stderr);
    child.once('error', (e) => give(() => reject(new Error(`Cannot start ${PROGRAM}: ${e.message}`))));
    child.once('exit', (code) => give(() => reject(new Error(`The program ended with ${code}.\n${tail()}`))));
  });
}
