import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkConfig, loadConfig } from './config.ts';

test('without a word everything runs embedded, on loopback', () => {
  const config = checkConfig({});
  expect(config).toMatchObject({ bus: { kind: 'embedded' }, store: { kind: 'embedded' } });
  expect(config.api.host).toBe('127.0.0.1');
  expect(Object.isFrozen(config.inference.rules.dumping)).toBe(true);
});

test('every bad key is named at once', () => {
  expect(() => checkConfig({ ingest: { fps: 5, analysisFps: 99 }, bus: { kind: 'rabbit' } })).toThrowError(
    /Unrecognized key: "fps"[\s\S]*analysisFps|analysisFps[\s\S]*Unrecognized key: "fps"/,
  );
  expect(() => checkConfig({ bus: { kind: 'rabbit' } })).toThrowError(/bus/);
});

test('the environment wins over the file, the command line over both', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'sharp-eyes-config-')), 'config.yaml');
  await writeFile(file, 'api:\n  port: 1000\n  host: 127.0.0.2\ndataDir: from-file\n');
  const environment = { SHARP_EYES_API__PORT: '2000', SHARP_EYES_DATA_DIR: 'from-env', HOME: '/x' };
  const config = await loadConfig(file, environment, { dataDir: 'from-argv' });
  expect(config).toMatchObject({ dataDir: 'from-argv', api: { port: 2000, host: '127.0.0.2' } });
});

test('a misspelt environment variable is refused, not ignored', async () => {
  await expect(loadConfig(null, { SHARP_EYES_API__PROT: '1' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('prot'),
  });
});

test('a missing file and a file that is not YAML say so', async () => {
  await expect(loadConfig('/nowhere/config.yaml', {})).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  const file = join(await mkdtemp(join(tmpdir(), 'sharp-eyes-config-')), 'config.yaml');
  await writeFile(file, 'a: [1\nb: 2');
  await expect(loadConfig(file, {})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('is not YAML'),
  });
});

test('config.example.yaml shows every key with its default', async () => {
  const example = await loadConfig(join(import.meta.dirname, '..', 'config.example.yaml'), {});
  expect(example).toEqual(checkConfig({}));
});
