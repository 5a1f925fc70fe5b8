#!/usr/bin/env node
// `sharp-eyes` for any Node: hands over to one that runs TypeScript.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, runUnder } from '../deploy/node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = findNode(root);
if (node === process.execPath) await import('./main.ts');
else runUnder(node, join(root, 'cli', 'main.ts'), process.argv.slice(2));
