import { Bench } from 'tinybench';
import type { Camera } from '../contracts/index.ts';
import { readCameraFile } from '../correlation/index.ts';
import { type District, figuresOf, type StateInterval } from '../correlation/index.ts';

const cameraCount = 2_000;
const dayMs = 86_400_000;

/** Rows of a made-up camera file. */
function cameraFile(): Uint8Array {
  const header =
    '设备编码,设备名称,行政区域,监控点位类型,所属辖区公安机关,设备状态,经度,纬度,朝向角,水平视场角,建设类型';
  const rows = Array.from({ length: cameraCount }, (_, i) =>
    [
      `33020300001320${String(i).padStart(6, '0')}`,
      `camera ${i}`,
      '330203',
      (i % 3) + 1,
      `33020354000${i % 8}`,
      1,
      121.5 + (i % 50) / 1_000,
      29.85 + Math.floor(i / 50) / 1_000,
      (i * 37) % 360,
      60,
      (i % 3) + 1,
    ].join(','),
  );
  return new TextEncoder().encode([header, ...rows].join('\n'));
}

function monthOf(cameras: readonly Camera[]): District {
  const window = { fromMs: 0, toMs: 30 * dayMs };
  // Six outages a month each, at other times for each camera.
  const states = new Map(
    cameras.map(({ cameraId }, i): [string, StateInterval[]] => [
      cameraId,
      Array.from({ length: 12 }, (_, k) => ({
        state: k % 2 === 0 ? ('online' as const) : ('offline' as const),
        cause: '',
        fromMs: (k * 30 * dayMs) / 12 + (k === 0 ? 0 : i * 1_000),
        toMs: k === 11 ? 30 * dayMs : ((k + 1) * 30 * dayMs) / 12 + i * 1_000,
      })),
    ]),
  );
  return {
    cameras,
    keyPlaces: cameras.slice(0, 300).map(({ cameraId, lonDeg, latDeg }, i) => ({
      keyPlaceId: `KP${i}`,
      name: '',
      kind: '',
      geometry: { type: 'Point', coordinates: [(lonDeg ?? 0) + 0.0001, latDeg ?? 0] },
      laneType: null,
      areaCode: '330203540000',
      streetCode: null,
      boundCameraIds: [cameraId],
      updatedAtMs: 0,
    })),
    states,
    measured: new Map(
      cameras.map(({ cameraId }) => [cameraId, { widthPx: 1920, heightPx: 1080, lastPullAtMs: 1 }]),
    ),
    catalogue: null,
    buildings: [],
    window,
    instantMs: 15 * dayMs,
    reference: { lonDeg: 121.52, latDeg: 29.87 },
  };
}

/** Budget: a month of 2,000 cameras in one scope within 0.5 s, so that a page with a dozen scopes answers in seconds. */
export async function open(): Promise<Bench> {
  const bench = new Bench({ name: 'Figures of 2,000 cameras over a month', time: 2_000 });
  const file = cameraFile();
  const { cameras } = readCameraFile(file, 'cameras.csv', 1);
  if (cameras.length !== cameraCount) throw new Error(`only ${cameras.length} cameras were read`);
  const district = monthOf(cameras);
  bench.add('camera file of 2,000 rows', () => {
    if (readCameraFile(file, 'cameras.csv', 1).rejected.length > 0) throw new Error('a row was refused');
  });
  bench.add('figures of the district', () => {
    if (figuresOf(district, { kind: 'district' }).some(({ value }) => value === null))
      throw new Error('no figure');
  });
  return bench;
}
