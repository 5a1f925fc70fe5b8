import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { whyNoOwnNetwork } from './own-network.ts';

/** A virtual environment in which `pip install ipycam==1.3.0` was run (286 MB, hence not part of the set-up). */
const python = join(import.meta.dirname, '..', '..', '.cache', 'ipycam', 'bin', 'python');

const isInstalled =
  spawnSync(python, ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("ipycam") is None)'], {
    stdio: 'ignore',
  }).status === 0;

/** Why no camera that somebody else wrote can be asked here; null when it can. */
export const whyNoStranger = isInstalled
  ? whyNoOwnNetwork
  : 'no ipycam here: python3 -m venv .cache/ipycam && .cache/ipycam/bin/pip install ipycam==1.3.0';

/** Command line that starts it and asks it, to be run in a network of its own. */
export const askStranger = (video: string): readonly string[] => [
  process.execPath,
  join(import.meta.dirname, 'ask-stranger.ts'),
  python,
  video,
];
