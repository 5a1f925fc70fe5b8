#!/usr/bin/env node
// Sets up what is missing, then runs a script of the project under the Node that belongs to it.
//   node deploy/run.mjs [--for-tests] [SCRIPT [ARG …]]
// Plain JavaScript without packages: it must run on the oldest Node a fresh machine may have.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';
import { findNode, runUnder } from './node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const isForTests = args[0] === '--for-tests';
if (isForTests) args.shift();

await setUp(root, { isForTests });
if (args.length > 0) {
  // A package's command is named like `vitest`; everything else is a file of the project.
  const [script = '', ...rest] = args;
  const file = script.includes('/') ? join(root, script) : join(root, 'node_modules', '.bin', script);
  runUnder(findNode(root), file, rest);
}
