import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../kernel/index.ts';

/**
 * No container engine runs where these tests run, so the files are read as the engines would read them: they parse,
 * what they name exists, and the settings that they hand over are settings the product takes.
 */
const folder = import.meta.dirname;
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}
// `<<: *process` is YAML 1.1, which is what compose files are written in.
const compose = (name: string): Compose => parse(read(name), { merge: true }) as Compose;

const declared = join(folder, '..', 'cli', 'program');
const commands = readdirSync(declared)
  .flatMap((name) => [...readFileSync(join(declared, name), 'utf8').matchAll(/command\(program, '(\w+)/g)])
  .map((match) => match[1]);

test.each(['compose.single.yaml', 'compose.cluster.yaml'])(
  '%s names only commands, services, volumes and files that exist',
  (name) => {
    const { services, volumes = {} } = compose(name);
    const own = Object.values(services).filter(({ build }) => build !== undefined);
    expect(own.length).toBeGreaterThan(0);
    for (const service of own) {
      expect(existsSync(join(folder, service.build?.context ?? '', service.build?.dockerfile ?? ''))).toBe(
        true,
      );
      expect(commands).toContain(service.command?.[0]);
    }
    for (const { depends_on, volumes: mounts = [] } of Object.values(services)) {
      for (const needed of Object.keys(depends_on ?? {})) expect(Object.keys(services)).toContain(needed);
      const named = mounts
        .map((mount) => mount.split(':')[0] ?? '')
        .filter((source) => /^[a-z]/.test(source));
      for (const volume of named) expect(Object.keys(volumes)).toContain(volume);
    }
  },
);

test('the cluster runs the three processes apart, and its settings are valid', async () => {
  const { services } = compose('compose.cluster.yaml');
  for (const name of ['ingest', 'correlate', 'api']) {
    expect(services[name]?.command?.[0]).toBe(name);
    const config = await loadConfig(null, services[name]?.environment ?? {});
    expect(config).toMatchObject({
      bus: { kind: 'kafka', brokers: ['kafka:9092'] },
      store: { kind: 'clickhouse', passwordEnv: 'CLICKHOUSE_PASSWORD' },
      mediaDir: '/var/lib/sharp-eyes-media',
    });
    // Each of them writes, serves or deletes pictures.
    expect(services[name]?.volumes).toContain('media:/var/lib/sharp-eyes-media');
  }
});

test('no image is taken by a tag that moves', () => {
  const images = ['compose.single.yaml', 'compose.cluster.yaml']
    .flatMap((name) => Object.values(compose(name).services))
    .flatMap(({ image }) => (image === undefined ? [] : [image]));
  images.push(...[...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map((match) => match[1] ?? ''));
  expect(images.length).toBeGreaterThan(2);
  for (const image of images) expect(image).toMatch(/:[\w.-]*\d/);
});

test('the image does not run as root and starts a command that exists', () => {
  const lines = read('Dockerfile').split('\n');
  expect(lines.findIndex((line) => line.startsWith('USER '))).toBeGreaterThan(
    lines.findIndex((line) => line.startsWith('RUN useradd')),
  );
  expect(commands).toContain(
    (JSON.parse(/^CMD (\[.*\])$/m.exec(read('Dockerfile'))?.[1] ?? '[]') as string[])[0],
  );
});

test('the systemd unit starts a file that exists, as a user of its own, and stops in time', () => {
  const unit = read('systemd/sharp-eyes.service');
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
  expect(unit.match(/^\[(Unit|Service|Install)\]$/gm)).toHaveLength(3);
  const script = /(cli\/\S+) (\w+)/.exec(value('ExecStart'));
  expect(existsSync(join(folder, '..', script?.[1] ?? 'missing'))).toBe(true);
  expect(commands).toContain(script?.[2]);
  expect(value('User')).toBe('sharp-eyes');
  expect(value('NoNewPrivileges')).toBe('true');
  // Kernel's order of things: SIGTERM to the process, SIGKILL to whatever is left of its group.
  expect([value('KillMode'), Number(value('TimeoutStopSec'))]).toEqual(['mixed', 20]);
});
