import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { adoptChild, endChild } from '../../kernel/index.ts';

export interface TestClickHouse extends AsyncDisposable {
  /** Address for `store.url`. */
  readonly url: string;
  readonly processId: number;
  /** Ends the process by its id; what was stored stays in the folder. */
  stop(): Promise<void>;
  /** kill −9. */
  kill(): Promise<void>;
}

/**
 * Start the test server that speaks ClickHouse's HTTP interface over chDB, in a process of its own.
 * @param options.dir folder of its data; one server per folder.
 * @param options.port free one by default; a given one serves to come back at the same address after a kill.
 * @param options.password of the user `default`; without it any login is accepted.
 * @throws Error with what the process printed when it does not come up.
 */
export async function startTestClickHouse(options: {
  readonly dir: string;
  readonly port?: number;
  readonly password?: string;
}): Promise<TestClickHouse> {
  const { dir, port = 0, password } = options;
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(import.meta.resolve('./server.ts')),
      `--dir=${dir}`,
      `--port=${port}`,
      ...(password === undefined ? [] : [`--password=${password}`]),
    ],
    // Its standard input is a pipe from here: it ends with this process, also after kill −9.
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  adoptChild(child);
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => {
      resolve((JSON.parse(line) as { url: string }).url);
    });
    child.once('close', (code) => {
      reject(new Error(`The test server ended with ${String(code)} before it listened:\n${complaints}`));
    });
  });
  const stop = async (): Promise<void> => {
    await endChild(child, 5_000);
  };
  return {
    url,
    processId: child.pid ?? -1,
    stop,
    kill: async () => {
      child.kill('SIGKILL');
      await endChild(child, 0);
    },
    [Symbol.asyncDispose]: stop,
  };
}
