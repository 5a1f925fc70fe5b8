#!/usr/bin/env node
// Sets up what is missing, then runs a script of the project under the Node that belongs to it.
//   node deploy/run.mjs [--for-tests] [SCRIPT [ARG …]]
// Plain JavaScript without packages: it must run on the oldest Node a fresh machine may have.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';
import { findNode } from './node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const isForTests = args[0] === '--for-tests';
if (isForTests) args.shift();

await setUp(root, { isForTests });
if (args.length > 0) {
  // A package's command is named like `vitest`; everything else is a file of the project.
  const [script = '', ...rest] = args;
  const file = script.includes('/') ? join(root, script) : join(root, 'node_modules', '.bin', script);
  const node = findNode(root);
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` };
  const child = spawn(node, [file, ...rest], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  // Whoever stops this process means the child; a Ctrl-C that the child got by itself as well counts once there.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm does not hand on every signal that ends it; its going is seen by this process getting another parent.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, 1_000).unref();
  }
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + (signal === 'SIGINT' ? 2 : 15);
  });
}
