import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { Session } from 'chdb';
import { answer } from './http-interface.ts';

/**
 * ClickHouse's HTTP interface over chDB, for tests, in a process of its own: `node server.ts --dir DIR [--port N]
 * [--password WORD]`. Listens on loopback only, prints `{"url": …}` once it does, and ends with its standard input,
 * so that it cannot outlive whoever started it.
 */
const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    port: { type: 'string', default: '0' },
    password: { type: 'string' },
  },
});
const { dir, password } = values;
if (dir === undefined) throw new Error('Give the folder of the data with --dir.');
await mkdir(dir, { recursive: true });

// Held open for as long as the server runs: the engine closes its folder with the last session.
const engine = new Session(dir);
const server = createServer((request, response) => {
  void answer(request, response, { dir, password: password ?? null });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});

const stop = (): void => {
  server.close();
  server.closeAllConnections();
  engine.close();
  process.exit(0);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.stdin.on('end', stop).resume();
