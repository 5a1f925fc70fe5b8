import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

/**
 * What each folder may import, and only through the other folder's `index.ts`. An absent arrow is a design decision:
 * change it here, with an ADR.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  kernel: ['contracts'],
  bus: ['contracts', 'kernel'],
  store: ['contracts', 'kernel'],
  ingest: ['contracts', 'kernel', 'bus'],
  inference: ['contracts', 'kernel', 'bus'],
  correlation: ['contracts', 'kernel', 'bus', 'store'],
  api: ['contracts', 'kernel', 'bus', 'store'],
};

/** Folders whose code is a function of its input: no clock, no timer, no I/O. */
const pureFolders = [
  'inference/track',
  'inference/rules',
  'inference/eval',
  'ingest/clock',
  'ingest/health/picture',
  'correlation/cases',
  'correlation/closed-loop',
  'correlation/link',
  'correlation/places',
  'correlation/incidents',
  'correlation/measures',
  'correlation/topology',
];

const root = join(import.meta.dirname, '..');
const isTest = (file: string): boolean => /\.(test|suite)\.tsx?$/.test(file) || file.includes('/testing/');
const files = globSync(`{${Object.keys(mayImport).join(',')}}/**/*.{ts,tsx}`, { cwd: root }).filter(
  (file) => !isTest(file) && !file.includes('node_modules') && !file.includes('/dist/'),
);

const specifiersOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );

/** Relative imports of a file, as paths from the root of the repository. */
const importsOf = (file: string): string[] =>
  specifiersOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(root, join(root, dirname(file), specifier)));

const brokenArrows = (file: string): string[] => {
  const [from = ''] = file.split(sep);
  const isConsole = file.startsWith(join('api', 'console'));
  return importsOf(file).flatMap((target) => {
    const [to = '', ...rest] = target.split(sep);
    if (isConsole) {
      const isInside = target.startsWith(join('api', 'console'));
      return isInside || target === join('contracts', 'index.ts') ? [] : [`${file} -> ${target}`];
    }
    if (to === from) return [];
    const isAllowed = mayImport[from]?.includes(to) === true && rest.join('/') === 'index.ts';
    return isAllowed ? [] : [`${file} -> ${target}`];
  });
};

test('folders import only downwards, and only through the door of the other folder', () => {
  expect(files.length).toBeGreaterThan(60);
  for (const folder of Object.keys(mayImport)) {
    expect(files.filter((file) => file.startsWith(`${folder}${sep}`)).length, folder).toBeGreaterThan(2);
  }
  expect(files.flatMap(brokenArrows)).toEqual([]);
});

test('contracts know nothing but zod', () => {
  const foreign = files
    .filter((file) => file.startsWith('contracts'))
    .flatMap((file) => specifiersOf(file).filter((name) => !name.startsWith('.') && name !== 'zod'));
  expect(foreign).toEqual([]);
});

test('pure folders touch no clock, no chance and no outside world', () => {
  const forbidden =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bset(?:Timeout|Interval)\b|\bperformance\.now\b|\bprocess\.|'node:(?:fs|child_process|net|http|worker_threads|timers)/;
  for (const folder of pureFolders) {
    const inside = files.filter((file) => file.startsWith(`${folder}${sep}`));
    expect(inside.length, folder).toBeGreaterThan(0);
    const impure = inside.filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8')));
    expect(impure).toEqual([]);
  }
});

test('each of the named packages stands behind one door', () => {
  const doors: Readonly<Record<string, string>> = {
    kafkajs: 'bus/kafka',
    lmdb: 'bus/embedded',
    '@clickhouse/client': 'store/clickhouse',
    'fluent-ffmpeg': 'ingest/ffmpeg',
    'onnxruntime-node': 'inference/runtime',
    express: 'api',
    onvif: 'ingest/onvif',
    'sdp-transform': 'ingest/rtsp',
  };
  for (const [name, door] of Object.entries(doors)) {
    const users = files.filter((file) => specifiersOf(file).includes(name));
    expect(users.length, name).toBeGreaterThan(0);
    expect(
      users.filter((file) => !file.startsWith(`${door}${sep}`)),
      name,
    ).toEqual([]);
  }
});
