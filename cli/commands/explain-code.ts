import { explainCameraCode } from '../../correlation/index.ts';
import { configure } from '../configure.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../program/declare.ts';

/** Say what each part of a 20-digit code means. */
export async function explainCode(
  code: string,
  options: CommonOptions & { readonly json?: boolean },
): Promise<void> {
  const { district } = await configure(options);
  const explanation = explainCameraCode(code, district);
  if (options.json === true) process.stdout.write(`${JSON.stringify(explanation)}\n`);
  else {
    for (const { from, to, digits, name, zh, en } of explanation.parts) {
      const where = from === to ? String(from) : `${from}–${to}`;
      process.stdout.write(`${where.padEnd(6)}${digits.padEnd(8)}${name.padEnd(10)}${zh} · ${en}\n`);
    }
    for (const problem of explanation.problems) process.stdout.write(`wrong: ${problem}\n`);
  }
  if (!explanation.isValid) process.exitCode = exitCodes.failed;
}
