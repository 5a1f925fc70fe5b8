import { writeSync } from 'node:fs';
import { commands, observations, officialRecords, sceneEvents } from '../../contracts/index.ts';
import { busyDay, walkers } from './inputs.ts';
import { dyingStore, openPlace } from './place.ts';

/**
 * Publishes a busy day, from where it was told, and works on it; says on stdout what it has published. With a number
 * of inserts it ends itself by SIGKILL right after that many, before anything could be acknowledged.
 */
const [, , dataDir = '', count = '0', from = '0', nowMs = '0', dieAfterInserts = '0'] = process.argv;
const place = await openPlace(dataDir, (store) => dyingStore(store, Number(dieAfterInserts)));
const stop = place.start();
const inputs = busyDay(Number(count));
writeSync(1, 'ready\n');
for (let index = Number(from); index < inputs.length; index++) {
  const input = inputs[index];
  if (input === undefined) break;
  await place.bus.publish(observations, walkers(index, Number(nowMs)));
  if (input.kind === 'event') await place.bus.publish(sceneEvents, [input.record]);
  else if (input.kind === 'record') await place.bus.publish(officialRecords, [input.record]);
  else {
    // A person decides on what is on the page, so not before the incident is there.
    await place.settled();
    await place.bus.publish(commands, [input.record]);
    await place.settled();
  }
  // At once, not through a buffer that dies with the process.
  writeSync(1, `${index}\n`);
}
await place.settled();
await stop();
await place[Symbol.asyncDispose]();
writeSync(1, 'done\n');
