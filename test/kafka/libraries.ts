import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const cache = join(here, '..', '..', '.cache', 'kafka');
const giveUpAfterMs = 300_000;

/**
 * The broker's libraries, fetched once from Maven Central (45 files, 43 MB, about 5 s).
 * @param say is told when something has to be fetched.
 * @returns their folder. @throws Error with Maven's own words when they cannot be fetched.
 */
export async function brokerLibraries(say: (line: string) => void): Promise<string> {
  const pom = join(here, 'pom.xml');
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const ready = join(cache, `libs-${version}`);
  if (existsSync(ready)) return ready;

  mkdirSync(cache, { recursive: true });
  // Fetched aside and moved: a second process, or a next try after an interruption, never sees half of it.
  const aside = mkdtempSync(join(cache, 'fetching-'));
  try {
    say('fetching the Kafka broker from Maven Central (43 MB, once) …');
    cpSync(pom, join(aside, 'pom.xml'));
    await runMaven(aside);
    if (!existsSync(ready)) {
      try {
        renameSync(join(aside, 'libs'), ready);
      } catch (error) {
        if (!existsSync(ready)) throw error;
      }
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return ready;
}

async function runMaven(cwd: string): Promise<void> {
  const goal = ['dependency:copy-dependencies', '-DoutputDirectory=libs', '-DincludeScope=runtime'];
  const maven = spawn('mvn', ['-q', '-B', ...goal], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: giveUpAfterMs,
  });
  let output = '';
  for (const stream of [maven.stdout, maven.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-2_000);
    });
  }
  const code = await new Promise<number | null>((resolve) => {
    maven.once('error', () => resolve(null));
    maven.once('close', resolve);
  });
  if (code !== 0) throw new Error(`Maven could not fetch the Kafka broker: ${output.trim()}`);
}
