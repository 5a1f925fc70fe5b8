import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

// As a process: the types of the package would replace those of the language everywhere.
const compiler = join(import.meta.dirname, '..', '..', 'node_modules', 'assemblyscript', 'bin', 'asc.js');

/**
 * Compile `assembly/` to WebAssembly. The result is part of the source (`pixels.wasm`), so that whoever runs the product
 * needs no compiler; a test compiles it again and compares.
 * @throws Error with the compiler's messages.
 */
export async function compilePixels(): Promise<Uint8Array> {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-pixels-'));
  const [entry, file] = [join(import.meta.dirname, 'assembly', 'index.ts'), join(dir, 'pixels.wasm')];
  const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
  const memory = ['--importMemory', '--noExportMemory'];
  try {
    await promisify(execFile)(process.execPath, [compiler, entry, '--outFile', file, ...options, ...memory]);
    return await readFile(file);
  } finally {
    await rm(dir, { recursive: true });
  }
}
