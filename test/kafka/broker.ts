import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adoptChild, endChild } from '../../kernel/index.ts';
import { whyNoKafka } from './available.ts';
import { brokerLibraries } from './libraries.ts';

/** A real Apache Kafka broker in KRaft mode, on loopback only. */
export interface KafkaBroker {
  readonly brokers: string[];
  /** A second listener that tells its clients to come to `advertisedPort`: what a proxy there should forward to. */
  readonly proxiedPort: number | null;
  readonly pid: () => number;
  /** End it without a word, as a power cut would. Its data stays. */
  kill(): Promise<void>;
  /** Start it again after `kill`, on the same port with the same data. */
  restart(): Promise<void>;
  /** End it and remove its data. */
  stop(): Promise<void>;
}

export type KafkaStart =
  | { readonly kind: 'started'; readonly kafka: KafkaBroker }
  | { readonly kind: 'unavailable'; readonly reason: string };

const readyWithinMs = 60_000;
const clusterId = 'c2hhcnAtZXllcy10ZXN0cw';
const jvm = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/**
 * Start a broker of one's own.
 * @param options.port of the broker; without it a free one.
 * @param options.advertisedPort of a proxy; a listener of its own for it is then opened, see `proxiedPort`.
 * @param options.say is told what takes long.
 * @returns the running broker, or the reason why none can run on this machine.
 */
export async function startKafka(
  options: { port?: number; advertisedPort?: number; say?: (line: string) => void } = {},
): Promise<KafkaStart> {
  const reason = whyNoKafka();
  if (reason !== null) return { kind: 'unavailable', reason };
  let libraries: string;
  try {
    libraries = await brokerLibraries(options.say ?? (() => undefined));
  } catch (error) {
    return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  }
  const dir = mkdtempSync(join(tmpdir(), 'sharp-eyes-kafka-'));
  try {
    const ports = {
      port: options.port ?? (await freePort()),
      controllerPort: await freePort(),
      proxied:
        options.advertisedPort === undefined
          ? null
          : { port: await freePort(), advertisedPort: options.advertisedPort },
    };
    return { kind: 'started', kafka: await startIn(dir, libraries, ports) };
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

interface Ports {
  readonly port: number;
  readonly controllerPort: number;
  readonly proxied: { readonly port: number; readonly advertisedPort: number } | null;
}

async function startIn(dir: string, libraries: string, ports: Ports): Promise<KafkaBroker> {
  const { port } = ports;
  const properties = join(dir, 'server.properties');
  mkdirSync(join(dir, 'data'));
  writeFileSync(properties, serverProperties(dir, ports));
  const classPath = ['-cp', join(libraries, '*')];
  await runJava([
    ...jvm,
    ...classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    properties,
  ]);

  const logging = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.properties')}`;
  const launch = async (): Promise<ChildProcess> => {
    const child = spawnBound('java', [...jvm, logging, ...classPath, 'kafka.Kafka', properties]);
    adoptChild(child);
    await untilReady(child, port);
    return child;
  };
  let child = await launch();
  return {
    brokers: [`127.0.0.1:${port}`],
    proxiedPort: ports.proxied?.port ?? null,
    pid: () => child.pid ?? 0,
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async restart() {
      child = await launch();
    },
    async stop() {
      await endChild(child, 5_000);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Started so that it ends with this process, even when this one is killed, where the system can do that. */
function spawnBound(command: string, args: string[]): ChildProcess {
  const canBind = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;
  const [program, ...rest] = canBind
    ? ['setpriv', '--pdeathsig', 'KILL', command, ...args]
    : [command, ...args];
  return spawn(program ?? command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000);
    });
  }
  const deadlineMs = performance.now() + readyWithinMs;
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await accepts(port)) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`The Kafka broker did not start:\n${output}`);
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function runJava(args: readonly string[]): Promise<void> {
  const child = spawn('java', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The Kafka broker's storage cannot be formatted:\n${output}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function serverProperties(dir: string, { port, controllerPort, proxied }: Ports): string {
  const at = (name: string, listenPort: number): string => `${name}://127.0.0.1:${listenPort}`;
  const listeners = [
    at('PLAINTEXT', port),
    ...(proxied === null ? [] : [at('PROXIED', proxied.port)]),
    at('CONTROLLER', controllerPort),
  ];
  const advertised = [
    at('PLAINTEXT', port),
    ...(proxied === null ? [] : [at('PROXIED', proxied.advertisedPort)]),
  ];
  return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=${listeners.join(',')}
advertised.listeners=${advertised.join(',')}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${join(dir, 'data')}
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=4194304
# After kill -9 a restart waits out the dead incarnation: 12-15 s with the default session of 9 s, 4 s with these.
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=1500
`;
}
