import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Config, PipelineError, readJson, systemCodeOf, writePrivate } from '../../kernel/index.ts';
import type { Credential } from './credential.ts';

/** Logins of cameras, encrypted, by name. Files in the data folder only their owner may read. */
export interface Vault {
  /**
   * @throws PipelineError CREDENTIAL_NOT_FOUND naming what there is; CREDENTIAL_KEY when it cannot be decrypted.
   */
  get(name: string): Promise<Credential>;
  /** Keep a login under a name; one that is there is replaced. */
  set(name: string, credential: Credential): Promise<void>;
  /** Names and users; never a password. */
  list(): Promise<readonly { readonly name: string; readonly user: string }[]>;
  /** @returns whether there was one. */
  remove(name: string): Promise<boolean>;
  /** Changes whenever a login does. */
  version(): Promise<string>;
}

const Sealed = z.strictObject({
  /** Base64. */
  nonce: z.string(),
  tag: z.string(),
  text: z.string(),
});
const File = z.strictObject({ version: z.literal(1), logins: z.record(z.string(), Sealed) });
type File = z.infer<typeof File>;
const Login = z.strictObject({ user: z.string(), password: z.string() });

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const namePattern = /^[A-Za-z0-9][\w.-]{0,63}$/;

const keyTrouble = (found: string, hint: string): PipelineError =>
  new PipelineError('CREDENTIAL_KEY', found, { hint });

async function readKey(path: string): Promise<Buffer | null> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw keyTrouble(`Others may read the key of the credentials, ${path}.`, `Run chmod 600 ${path}.`);
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === keyBytes) return key;
  throw keyTrouble(
    `${path} holds no key: ${keyBytes} bytes in base64 are expected.`,
    'Put it back from a backup. Without it the logins are lost: remove both files and set them anew.',
  );
}

async function makeKey(path: string): Promise<Buffer> {
  const key = randomBytes(keyBytes);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    // `wx`: of two processes that begin at once, one makes the key.
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(`${key.toString('base64')}\n`);
    await file.sync();
    return key;
  } catch (error) {
    const made = systemCodeOf(error) === 'EEXIST' ? await readKey(path) : null;
    if (made === null) throw error;
    return made;
  }
}

/** The name is part of what is sealed: a login moved under another name does not open. */
function seal(key: Buffer, name: string, login: Credential): z.infer<typeof Sealed> {
  const nonce = randomBytes(12);
  const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(name));
  const text = Buffer.concat([sealing.update(JSON.stringify(login), 'utf8'), sealing.final()]);
  const [nonceText, tag] = [nonce.toString('base64'), sealing.getAuthTag().toString('base64')];
  return { nonce: nonceText, tag, text: text.toString('base64') };
}

function unseal(key: Buffer, name: string, sealed: z.infer<typeof Sealed>): Credential {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  try {
    const opening = createDecipheriv(cipher, key, bytes(sealed.nonce), { authTagLength: 16 })
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes(sealed.tag));
    const text = Buffer.concat([opening.update(bytes(sealed.text)), opening.final()]).toString('utf8');
    return Login.parse(JSON.parse(text));
  } catch {
    throw keyTrouble(
      `The login ${name} does not open with this key.`,
      'The key file and the credentials must come from the same backup; else set the login anew.',
    );
  }
}

/**
 * Open the logins of a data folder.
 * @param options.keyFile elsewhere than beside them, e.g. a secret that a cluster mounts.
 */
export function openVault(options: {
  readonly dataDir: string;
  readonly keyFile?: string | undefined;
}): Vault {
  const folder = join(options.dataDir, 'credentials');
  const path = join(folder, 'logins.json');
  const keyPath = options.keyFile ?? join(folder, 'key');
  const read = async (): Promise<File> => (await readJson(path, File)) ?? { version: 1, logins: {} };
  const write = async (file: File): Promise<void> => await writePrivate(path, `${JSON.stringify(file)}\n`);
  const needKey = async (): Promise<Buffer> => {
    const key = await readKey(keyPath);
    if (key !== null) return key;
    throw keyTrouble(
      `The key of the credentials, ${keyPath}, is not there.`,
      'Put it back from a backup, or name it in credentials.keyFile.',
    );
  };
  return {
    async get(name) {
      const { logins } = await read();
      const sealed = logins[name];
      if (sealed !== undefined) return unseal(await needKey(), name, sealed);
      const names = Object.keys(logins);
      throw new PipelineError('CREDENTIAL_NOT_FOUND', `There is no login named ${name}.`, {
        hint: `Set it with \`sharp-eyes credentials set ${name}\`.${names.length === 0 ? '' : ` There are: ${names.join(', ')}.`}`,
      });
    },
    async set(name, credential) {
      if (!namePattern.test(name)) {
        throw new PipelineError('USAGE', `${name} is no name for a login.`, {
          hint: 'Letters, digits, dot, hyphen and underscore; at most 64.',
        });
      }
      const file = await read();
      const key = (await readKey(keyPath)) ?? (await makeKey(keyPath));
      await write({ ...file, logins: { ...file.logins, [name]: seal(key, name, credential) } });
    },
    async list() {
      const { logins } = await read();
      const names = Object.keys(logins).toSorted();
      if (names.length === 0) return [];
      const key = await needKey();
      return names.flatMap((name) => {
        const sealed = logins[name];
        return sealed === undefined ? [] : [{ name, user: unseal(key, name, sealed).user }];
      });
    },
    async remove(name) {
      const file = await read();
      if (!Object.hasOwn(file.logins, name)) return false;
      const { [name]: _removed, ...logins } = file.logins;
      await write({ ...file, logins });
      return true;
    },
    async version() {
      try {
        const { mtimeMs, size, ino } = await stat(path);
        return `${mtimeMs} ${size} ${ino}`;
      } catch {
        return 'none';
      }
    },
  };
}

/** The logins of an installation. */
export const vaultOf = ({ dataDir, credentials }: Pick<Config, 'dataDir' | 'credentials'>): Vault =>
  openVault({ dataDir, keyFile: credentials.keyFile });
