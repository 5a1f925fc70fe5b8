import asc from 'assemblyscript/asc';

/**
 * Compile `assembly/` to WebAssembly. The result is part of the source (`pixels.wasm`), so that whoever runs the product
 * needs no compiler; a test compiles it again and compares.
 * @throws Error with the compiler's messages.
 */
export async function compilePixels(): Promise<Uint8Array> {
  const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub'];
  const memory = ['--importMemory', '--noExportMemory', '--enable', 'simd'];
  let wasm: Uint8Array | null = null;
  const messages: string[] = [];
  const { error } = await asc.main(
    [
      'assembly/index.ts',
      '--baseDir',
      import.meta.dirname,
      '--outFile',
      'pixels.wasm',
      ...options,
      ...memory,
    ],
    {
      writeFile: (_, contents) => {
        if (contents instanceof Uint8Array) wasm = contents;
      },
      stderr: { write: (text: string | Uint8Array) => messages.push(String(text)) },
    },
  );
  if (error !== null) throw new Error([error.message, ...messages].join('\n'));
  if (wasm === null) throw new Error('The compiler wrote nothing.');
  return wasm;
}
