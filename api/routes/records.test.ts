import { afterAll, beforeAll, expect, test } from 'vitest';
import { officialRecords } from '../../contracts/index.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';

let district: TestDistrict;
beforeAll(async () => {
  district = await openTestDistrict();
});
afterAll(async () => {
  await district[Symbol.asyncDispose]();
});

const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  await fetch(`${district.api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const local = (): Record<string, string> => ({ authorization: `Bearer ${district.api.localToken}` });

/** Everything that reached the bus so far. */
async function published(count: number): Promise<string> {
  const found: unknown[] = [];
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), 20_000);
  const group = `test-${Math.floor(performance.now() * 1_000)}`;
  try {
    for await (const delivery of district.bus.subscribe([officialRecords], { group, signal: stop.signal })) {
      found.push(delivery.record);
      if (found.length >= count) break;
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  clearTimeout(late);
  return JSON.stringify(found);
}

test('another system sends rows with a token; the same request twice is answered once', async () => {
  const row = {
    JJDBH: '33020320260301000001',
    BJSJ: '2026-03-01 07:06:13',
    BJNR: '路边有人偷倒渣土',
    BJRMC: '赵小明',
  };
  const body = { profile: 'call110', rows: [row, { ...row, JJDBH: '' }] };
  expect((await post('/api/records', body)).status).toBe(401);
  const headers = { ...local(), 'Idempotency-Key': 'one-request-0001' };
  const first = await post('/api/records', body, headers);
  expect(first.status).toBe(200);
  const summary: unknown = await first.json();
  expect(summary).toMatchObject({
    acceptedCount: 1,
    rejectedCount: 1,
    rejectedRows: [{ row: 2, column: 'JJDBH' }],
  });
  expect(await (await post('/api/records', body, headers)).json()).toEqual(summary);
  const records = await published(1);
  expect(records.match(/33020320260301000001/g)).toHaveLength(1);
  expect(records).not.toContain('赵小明');
});

test('a resident reports without login; numbers are dropped, floods are refused', async () => {
  const page = await fetch(`${district.api.url}/report`);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('/report.js');
  const report = {
    reportKey: '6f9d3d9c-3c6e-4b7e-9d55-0c2f6c1f4a01',
    text: '=桥下有人倒了一车砖头，我叫王小红，电话13812345678',
    placeText: '某路12号',
    lonDeg: null,
    latDeg: null,
  };
  const first = await post('/api/public/reports', report);
  expect(first.status).toBe(200);
  expect(await (await post('/api/public/reports', report)).json()).toEqual(await first.json());
  expect(await published(3)).not.toMatch(/王小红|1381234/);
  expect((await post('/api/public/reports', { ...report, phone: '1' })).status).toBe(400);
  let status = 200;
  for (let tries = 0; tries < 12 && status !== 429; tries++)
    ({ status } = await post('/api/public/reports', report));
  expect(status).toBe(429);
});

test('officers say what people call a place; the alias of nothing is refused', async () => {
  const places = {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { kind: 'poi', name: '柳浪农贸市场' },
        geometry: { type: 'Point', coordinates: [121.54, 29.87] },
      },
    ],
  };
  const imported = await fetch(`${district.api.url}/api/places/import?fileName=places.geojson`, {
    method: 'POST',
    headers: { ...local(), 'content-type': 'application/octet-stream' },
    body: JSON.stringify(places),
  });
  expect(await imported.json()).toMatchObject({ acceptedCount: 1 });
  const wish = { alias: '老粮站', placeName: '柳浪农贸市场' };
  expect((await post('/api/place-aliases', wish, local())).status).toBe(200);
  const listed = await fetch(`${district.api.url}/api/place-aliases`, { headers: local() });
  expect(await listed.json()).toMatchObject({ items: [wish] });
  expect((await post('/api/place-aliases', { ...wish, placeName: '没有这里' }, local())).status).toBe(404);
});
