import { writeSync } from 'node:fs';
import { commands, officialRecords, sceneEvents } from '../../contracts/index.ts';
import { busyDay } from './inputs.ts';
import { openPlace } from './place.ts';

/** Publishes a busy day, from where it was told, and works on it; says on stdout what it has published. */
const [, , dataDir = '', count = '0', from = '0'] = process.argv;
const place = await openPlace(dataDir);
const stop = place.start();
const inputs = busyDay(Number(count));
writeSync(1, 'ready\n');
for (let index = Number(from); index < inputs.length; index++) {
  const input = inputs[index];
  if (input === undefined) break;
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
