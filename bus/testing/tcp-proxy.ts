import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between client and broker that a test can break. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Where to connect through to. */
  forwardTo(port: number): void;
  /** Connections stay open and new ones are taken, but nothing passes any more, in either direction. */
  silence(): void;
  /** Let everything pass again; what was swallowed in between stays lost, so its connections are cut. */
  restore(): void;
  /** Cut every connection; new ones pass. */
  cut(): void;
}

export async function openTcpProxy(): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let targetPort = 0;
  let isSilent = false;
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A cut connection is what this is for.
    socket.on('error', () => socket.destroy());
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const broker = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      track(from);
      from.on('data', (bytes) => {
        if (!isSilent) to.write(bytes);
      });
      from.once('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    forwardTo(port) {
      targetPort = port;
    },
    silence() {
      isSilent = true;
    },
    restore() {
      isSilent = false;
      cut();
    },
    cut,
    async [Symbol.asyncDispose]() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
