import { vaultOf } from '../../ingest/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { configure } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';
import { readLogin } from '../secret-input.ts';

/** Keep a login of cameras, encrypted, under a name. A running instance uses it within seconds. */
export async function setCredential(name: string, options: CommonOptions): Promise<void> {
  const vault = vaultOf(await configure(options));
  await vault.set(name, await readLogin(name));
  process.stdout.write(`${name} is kept, encrypted. Cameras name it in credentialRef.\n`);
}

/** Names and users; passwords are never shown. */
export async function listCredentials(options: CommonOptions): Promise<void> {
  const logins = await vaultOf(await configure(options)).list();
  for (const { name, user } of logins) process.stdout.write(`${name}\t${user}\n`);
  if (logins.length === 0)
    process.stderr.write('No login is kept. Set one with sharp-eyes credentials set NAME.\n');
}

export async function removeCredential(name: string, options: CommonOptions): Promise<void> {
  if (await vaultOf(await configure(options)).remove(name)) {
    process.stdout.write(`${name} is removed.\n`);
    return;
  }
  throw new PipelineError('CREDENTIAL_NOT_FOUND', `There is no login named ${name}.`, {
    hint: 'See sharp-eyes credentials list.',
  });
}
