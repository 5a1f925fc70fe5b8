import { cameras, cameraTable, type FoundCamera, type RegistrationReport } from '../contracts/index.ts';
import { registerFound } from '../correlation/index.ts';
import { localCameraCode, parseAddress } from '../ingest/index.ts';
import type { Store } from '../store/index.ts';
import type { Base } from './services.ts';

/**
 * Put found cameras on file. Their addresses are checked like those that a person types.
 * @throws PipelineError INGEST_ADDRESS_REFUSED.
 */
export async function registerCameras(
  { bus, clock, config }: Base,
  store: Store,
  found: readonly FoundCamera[],
): Promise<RegistrationReport> {
  const clean = found.map(
    (camera): FoundCamera => ({
      ...camera,
      streams: camera.streams.map((stream) => ({
        ...stream,
        uri: parseAddress(camera.name, stream.uri, 'stream').url.href,
      })),
    }),
  );
  const { civilCode, areaCode } = config.district;
  const { cameras: changed, report } = registerFound(await store.find(cameraTable), clean, {
    nowMs: clock.nowMs(),
    civilCode,
    areaCode,
    codeOf: (name) => localCameraCode(civilCode, name),
  });
  await bus.publish(cameras, changed);
  return report;
}
