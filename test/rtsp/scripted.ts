import { createServer, type Socket } from 'node:net';

/** What to say to one request; null: nothing at all. */
export type Script = (request: {
  readonly method: string;
  readonly uri: string;
  readonly sequence: string;
  readonly headers: string;
  /** Which connection it came on, from 1. */
  readonly connection: number;
  /** Close that connection once the answer is sent. */
  readonly hangUp: () => void;
}) => string | null;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  /** Methods that were asked, in order. */
  readonly asked: readonly string[];
}

/** An RTSP server that says exactly what a script says: for the odd and the hostile. No pictures ever come. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    open.add(socket);
    const connection = ++connections;
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const headers = text.slice(0, end);
        text = text.slice(end + 4);
        const [method = '', uri = ''] = headers.split(' ');
        asked.push(method);
        let isLast = false;
        const hangUp = (): void => {
          isLast = true;
        };
        const sequence = /CSeq:\s*(\d+)/i.exec(headers)?.[1] ?? '0';
        const answer = script({ method, uri, headers, sequence, connection, hangUp });
        if (answer !== null) socket.write(answer);
        if (isLast) socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `rtsp://127.0.0.1:${port}/live`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
