import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shippedDirs } from '../testing/sample.ts';
import { addModel } from './add-model.ts';
import { findModel, listModelNames, readManifest } from './model-store.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sharp-eyes-store-'));
});
afterAll(async () => {
  await rm(scratch, { recursive: true });
});

describe('what comes with the product', () => {
  test('every manifest is valid and known by its folder', async () => {
    const names = await listModelNames(shippedDirs);
    expect(names).toEqual([
      'centerface',
      'deimv2_atto_coco_320',
      'deimv2_femto_coco_416',
      'fire_shufflenetv2_onfire',
      'nanodet_g',
      'yolox_nano',
      'yolox_nano_dyn',
    ]);
    for (const name of names) {
      const { classes, decoder } = await readManifest(name, shippedDirs);
      if (decoder === 'centerface' || decoder === 'wholePicture') continue;
      expect(classes).toHaveLength(80);
      const known = [0, 2, 5, 7, 24, 28, 79].map((index) => classes[index]);
      expect(known).toEqual(['person', 'car', 'bus', 'truck', 'backpack', 'suitcase', 'toothbrush']);
    }
  });

  test.each(['nanodet_g', 'centerface'])(
    'the weights of %s are whole, with card and licences beside them',
    async (name) => {
      const { manifest, filePath } = await findModel(name, shippedDirs);
      expect((await stat(filePath)).size).toBe(manifest.sizeBytes);
      const files = await readdir(join(shippedDirs.modelsDir, name));
      expect(files).toEqual(expect.arrayContaining(['LICENSE.txt', 'LICENSE.upstream.txt', 'MODEL.md']));
      const card = await readFile(join(shippedDirs.modelsDir, name, 'MODEL.md'), 'utf8');
      expect(card).toContain(manifest.sha256);
    },
  );
});

describe('what is wrong is said', () => {
  const own = (name: string): { modelsDir: string; extraDir: string } => ({
    modelsDir: join(scratch, name),
    extraDir: join(scratch, name, 'extra'),
  });

  test.each(['nothing', '../models/nanodet_g', 'nanodet_g/..', ''])('unknown name "%s"', async (name) => {
    await expect(findModel(name, shippedDirs)).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      hint: expect.stringContaining('nanodet_g'),
    });
  });

  test('weights that were not brought yet', async () => {
    await expect(findModel('deimv2_femto_coco_416', shippedDirs)).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      hint: 'Bring them with: sharp-eyes models add deimv2_femto_coco_416',
    });
  });

  test('weights with one changed byte', async () => {
    const dirs = own('changed');
    await cp(join(shippedDirs.modelsDir, 'nanodet_g'), join(dirs.modelsDir, 'nanodet_g'), {
      recursive: true,
    });
    const path = join(dirs.modelsDir, 'nanodet_g', 'nanodet_g.onnx');
    const bytes = await readFile(path);
    bytes[5_000_000]! ^= 1;
    await writeFile(path, bytes);
    await expect(findModel('nanodet_g', dirs)).rejects.toMatchObject({ code: 'MODEL_CHECKSUM' });
  });

  test.each([
    ['no JSON', '{'],
    ['a manifest with an unknown key', '{"name":"mine","colour":"red"}'],
  ])('%s', async (what, text) => {
    const dirs = own(what.replaceAll(' ', '-'));
    await mkdir(join(dirs.modelsDir, 'mine'), { recursive: true });
    await writeFile(join(dirs.modelsDir, 'mine', 'model.json'), text);
    await expect(findModel('mine', dirs)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
});

describe('bringing a model', () => {
  const weights = Buffer.alloc(1_500_000, 'weights of a model ');
  let respond: (request: IncomingMessage, response: ServerResponse) => void;
  let server: Server;
  let dirs: { modelsDir: string; extraDir: string };
  let count = 0;
  const place = (): string => join(dirs.extraDir, 'mine', 'nanodet_g.onnx');

  beforeAll(async () => {
    server = createServer((request, response) => {
      respond(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  beforeEach(async () => {
    count += 1;
    dirs = { modelsDir: join(scratch, `models-${count}`), extraDir: join(scratch, `extra-${count}`) };
    await mkdir(join(dirs.modelsDir, 'mine'), { recursive: true });
    const base = JSON.parse(
      await readFile(join(shippedDirs.modelsDir, 'nanodet_g', 'model.json'), 'utf8'),
    ) as object;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mine.onnx`;
    const manifest = {
      ...base,
      name: 'mine',
      sha256: createHash('sha256').update(weights).digest('hex'),
      sizeBytes: weights.length,
      source: { url, note: 'a test' },
    };
    await writeFile(join(dirs.modelsDir, 'mine', 'model.json'), JSON.stringify(manifest));
  });

  /** As servers of files do: whole, or from the byte that is asked for. */
  const serve = (bytes: Buffer) => (request: IncomingMessage, response: ServerResponse) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length });
    response.end(rest);
  };

  test('downloads, tells how far it is, and finds it again without the network', async () => {
    respond = serve(weights);
    const seen: [number, number][] = [];
    const { filePath } = await addModel('mine', {
      ...dirs,
      onProgress: (doneBytes, totalBytes) => seen.push([doneBytes, totalBytes]),
    });
    expect(filePath).toBe(place());
    expect(await readFile(filePath)).toEqual(weights);
    expect(seen.at(-1)).toEqual([weights.length, weights.length]);
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).toSorted((a, b) => a - b));
    respond = (_request, response) => response.destroy();
    expect((await addModel('mine', dirs)).filePath).toBe(filePath);
    expect((await findModel('mine', dirs)).filePath).toBe(filePath);
  });

  test('goes on where a broken connection stopped', async () => {
    respond = (_request, response) => {
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, 600_000), () => {
        setTimeout(() => response.destroy(), 50);
      });
    };
    await expect(addModel('mine', dirs)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', retryable: true });
    await expect(stat(place())).rejects.toMatchObject({ code: 'ENOENT' });
    const asked: (string | undefined)[] = [];
    respond = (request, response) => {
      asked.push(request.headers.range);
      serve(weights)(request, response);
    };
    expect(await readFile((await addModel('mine', dirs)).filePath)).toEqual(weights);
    expect(asked).toEqual(['bytes=600000-']);
  });

  test('an interruption leaves nothing that looks like a model, and the next try ends it', async () => {
    const stop = new AbortController();
    respond = (_request, response) => {
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, 300_000));
    };
    const onProgress = (): void => {
      stop.abort();
    };
    const interrupted = addModel('mine', { ...dirs, onProgress, signal: stop.signal });
    await expect(interrupted).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(findModel('mine', dirs)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    respond = serve(weights);
    expect(await readFile((await addModel('mine', dirs)).filePath)).toEqual(weights);
  });

  test('what is something else is not installed, nor built upon', async () => {
    respond = serve(Buffer.from('<html>Sign in to the network</html>'));
    await expect(addModel('mine', dirs)).rejects.toMatchObject({ code: 'MODEL_CHECKSUM' });
    expect(await readdir(join(dirs.extraDir, 'mine'))).toEqual([]);
    await copyFile(join(dirs.modelsDir, 'mine', 'model.json'), join(scratch, 'wrong.onnx'));
    const fromFile = join(scratch, 'wrong.onnx');
    await expect(addModel('mine', { ...dirs, fromFile })).rejects.toMatchObject({ code: 'MODEL_CHECKSUM' });
    expect(await readdir(join(dirs.extraDir, 'mine'))).toEqual([]);
  });

  test.each([
    [404, false],
    [503, true],
  ])('a server that answers %i', async (status, retryable) => {
    respond = (_request, response) => response.writeHead(status).end();
    await expect(addModel('mine', dirs)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', retryable });
  });

  test('what came with the product needs no bringing', async () => {
    const { filePath } = await addModel('nanodet_g', { ...shippedDirs, extraDir: dirs.extraDir });
    expect(filePath).toBe(join(shippedDirs.modelsDir, 'nanodet_g', 'nanodet_g.onnx'));
  });

  test('takes a file that somebody brings', async () => {
    const fromFile = join(scratch, 'brought.onnx');
    await writeFile(fromFile, weights);
    const { filePath } = await addModel('mine', { ...dirs, fromFile });
    expect(await readFile(filePath)).toEqual(weights);
    expect(await readdir(join(dirs.extraDir, 'mine'))).toEqual(['nanodet_g.onnx']);
    await expect(
      addModel('yolox_nano_dyn', { ...shippedDirs, extraDir: dirs.extraDir }),
    ).rejects.toMatchObject({
      hint: expect.stringContaining('--from FILE'),
    });
    const missing = { ...shippedDirs, extraDir: dirs.extraDir, fromFile: join(scratch, 'no such file') };
    await expect(addModel('yolox_nano', missing)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});
