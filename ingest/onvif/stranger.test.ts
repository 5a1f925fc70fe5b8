import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inOwnNetwork } from '../../test/onvif/own-network.ts';
import { askStranger, whyNoStranger } from '../../test/onvif/stranger.ts';
import type { Discovery } from './discover.ts';

const video = join(import.meta.dirname, '..', '..', 'sample', 'renovation-waste.mp4');

test.skipIf(whyNoStranger !== null)(
  `a camera that somebody else wrote: found by a call and by its address, its stream and snapshot are there${whyNoStranger === null ? '' : ` (${whyNoStranger})`}`,
  { timeout: 200_000 },
  async () => {
    const { called, scanned, stream, snapshot } = JSON.parse(
      await inOwnNetwork(askStranger(video), 190_000),
    ) as { called: Discovery; scanned: Discovery; stream: unknown; snapshot: unknown };
    expect(called.devices).toMatchObject([{ foundBy: 'probe', model: 'VirtualCam-1', problem: null }]);
    expect(called.calls).toMatchObject([{ interfaceName: 'lo', answerCount: 1, problems: [] }]);
    expect(scanned.devices).toMatchObject([
      { foundBy: 'scan', manufacturer: 'PythonCam', serialNumber: 'PY-000001', login: 'none' },
    ]);
    // It runs on this machine, by this machine's clock.
    const clock = scanned.devices[0]?.clock;
    expect(Math.abs(clock?.offsetMs ?? Number.NaN)).toBeLessThanOrEqual(clock?.errorMs ?? 0);
    expect(scanned.devices[0]?.channels[0]).toMatchObject({
      main: { profileToken: 'Profile_Main' },
      sub: { profileToken: 'Profile_Sub' },
    });
    expect(stream).toMatchObject({ codec: 'h264', widthPx: 1_920, heightPx: 1_080 });
    expect(snapshot).toMatchObject({ status: 200 });
  },
);
