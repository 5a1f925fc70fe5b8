import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { parseLogin, type Credential } from '../ingest/index.ts';
import { PipelineError } from '../kernel/index.ts';

/** Ask a person on the terminal; what is secret is not echoed. */
async function ask(question: string, { isSecret }: { readonly isSecret: boolean }): Promise<string> {
  const { stdin, stderr } = process;
  if (!isSecret) {
    const lines = createInterface({ input: stdin, output: stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  }
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.setEncoding('utf8');
  let typed = '';
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
      for (const sign of chunk) {
        if (sign === '\r' || sign === '\n' || sign === '\u0004') return typed;
        if (sign === '\u0003')
          throw new PipelineError('INTERRUPTED', 'Nothing was set.', { hint: 'Run it again.' });
        if (sign === '\u007F' || sign === '\b') typed = typed.slice(0, -1);
        else typed += sign;
      }
    }
    return typed;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

/**
 * A login, asked for on the terminal or read from stdin as `user:password` on one line; never from the command line,
 * which everybody on the machine may read.
 * @throws PipelineError USAGE.
 */
export async function readLogin(name: string): Promise<Credential> {
  if (process.stdin.isTTY) {
    const user = (await ask(`User of ${name}: `, { isSecret: false })).trim();
    const password = await ask('Password (not shown): ', { isSecret: true });
    if (user !== '') return { user, password };
  } else {
    const login = parseLogin((await text(process.stdin)).replace(/\r?\n$/, ''));
    if (login !== null) return login;
  }
  throw new PipelineError('USAGE', `No login for ${name} came in.`, {
    hint: 'On a terminal it is asked for; else give user:password on stdin, for example from a file.',
  });
}

/** Ask for a yes; anything else, and nobody there to ask, is a no. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  return /^(?:y|yes|j|是)$/i.test((await ask(`${question} [y/N] `, { isSecret: false })).trim());
}
