import { cameras } from '../contracts/index.ts';
import { type CameraOffice, openCameraOffice } from '../correlation/index.ts';
import { localCameraCode, parseAddress } from '../ingest/index.ts';
import type { Store } from '../store/index.ts';
import type { Base } from './services.ts';

/** The camera file of this installation: what is changed in it goes over the bus to everybody. */
export const cameraOfficeOf = (
  { bus, clock, config: { district } }: Pick<Base, 'bus' | 'clock' | 'config'>,
  store: Store,
): CameraOffice =>
  openCameraOffice({
    store,
    publish: async (changed) => await bus.publish(cameras, changed),
    nowMs: () => clock.nowMs(),
    district,
    codeOf: (name) => localCameraCode(district.civilCode, name),
    checkedStream: (what, uri) => parseAddress(what, uri, 'stream').url.href,
  });
