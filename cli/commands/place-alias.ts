import { PlaceAlias } from '../../contracts/index.ts';
import { openDistrictPlaces } from '../../correlation/index.ts';
import { askInstance } from '../ask-instance.ts';
import { configure } from '../configure.ts';
import { findInstance } from '../instance.ts';
import type { CommonOptions } from '../program/declare.ts';
import { openBase, openDistrictStore } from '../services.ts';

/**
 * Say what people call a known place, through the running process when there is one.
 * @param placeName null takes the alias away.
 * @throws PipelineError PLACE_UNKNOWN.
 */
export async function setPlaceAlias(
  alias: string,
  placeName: string | null,
  options: CommonOptions,
): Promise<void> {
  const config = await configure(options, { log: { level: 'warn' } });
  const instance = await findInstance(config.dataDir);
  let kept: PlaceAlias;
  if (instance === null) {
    await using base = await openBase(config, 'places');
    const store = await openDistrictStore(base);
    kept = await openDistrictPlaces(store, base.clock).setAlias(alias, placeName);
  } else {
    kept = PlaceAlias.parse(
      await askInstance(instance, config.dataDir, '/api/place-aliases', { alias, placeName }),
    );
  }
  process.stdout.write(`${kept.alias}: ${kept.isRemoved ? 'taken away' : kept.placeName}\n`);
}
