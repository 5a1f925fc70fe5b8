import { beforeAll, expect, test } from 'vitest';
import { openLog, systemClock } from '../../kernel/index.ts';
import { logIn, type Visitor } from '../testing/ask.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';
import { sampleIncident } from '../testing/sample-incident.ts';
import { openChangeFeed } from './change-feed.ts';

let district: TestDistrict;
beforeAll(async () => {
  district = await openTestDistrict();
});

interface ServerEvent {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** Read server-sent events until `count` have come. */
async function listen(
  url: string,
  visitor: Visitor,
  count: number,
  options: { lastEventId?: string; onOpen?: () => Promise<void> } = {},
): Promise<ServerEvent[]> {
  const stop = new AbortController();
  const lastId = options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId };
  const response = await fetch(`${url}/api/events/stream`, {
    headers: { ...visitor.headers, ...lastId },
    signal: stop.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  await options.onOpen?.();
  const events: ServerEvent[] = [];
  let text = '';
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(bytes).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      if (field('event') !== '')
        events.push({ event: field('event'), id: field('id'), data: JSON.parse(field('data')) });
    }
    if (events.length >= count) break;
  }
  stop.abort();
  return events;
}

const incidentOf = (index: number): ReturnType<typeof sampleIncident> =>
  sampleIncident({ name: `live ${index}`, media: [], records: [], laterMs: index * 60_000 });

test('a page sees changes as they come, and after a gap exactly those it missed', async () => {
  const { url } = district.api;
  const inside = await logIn(district);
  const seen = await listen(url, inside, 3, {
    onOpen: async () => {
      await district.tell(incidentOf(1));
      await district.tell(incidentOf(2));
    },
  });
  // A new page is told to fetch first, and from where the stream goes on.
  expect(seen.map(({ event }) => event)).toEqual(['reset', 'incident', 'incident']);
  expect(seen[1]?.data).toMatchObject({
    cause: { kind: 'sceneEvent' },
    incident: { incidentId: incidentOf(1).incidentId, cameraName: '槐安街砚池巷口枪机' },
  });

  await district.tell(incidentOf(3));
  await district.tell(incidentOf(4));
  const missed = await listen(url, inside, 3, { lastEventId: seen[1]?.id ?? '' });
  expect(
    missed.map(({ data }) => (data as { incident: { incidentId: string } }).incident.incidentId),
  ).toEqual([2, 3, 4].map((index) => incidentOf(index).incidentId));
  const after = await listen(url, inside, 1, {
    lastEventId: missed.at(-1)?.id ?? '',
    onOpen: async () => district.tell(incidentOf(5)),
  });
  expect(after).toMatchObject([
    { event: 'incident', data: { incident: { incidentId: incidentOf(5).incidentId } } },
  ]);
});

test('ids that are unknown, of another run or too old say: fetch anew', async () => {
  const inside = await logIn(district);
  for (const lastEventId of [
    'nonsense',
    '0197a1b2-0000-7000-8000-000000000000-3',
    '-1',
    'x-99999999999999999999',
  ]) {
    const [first] = await listen(district.api.url, inside, 1, { lastEventId });
    expect([lastEventId, first?.event]).toEqual([lastEventId, 'reset']);
  }
});

test('the ring is bounded, and says when it no longer reaches back', async () => {
  const log = openLog({ level: 'silent' });
  const feed = openChangeFeed({ bus: district.bus, clock: systemClock, log, capacity: 10 });
  const start = feed.lastId();
  const ids: string[] = [];
  const all = new Promise<void>((resolve) => {
    feed.listen(({ id }) => {
      ids.push(id);
      if (ids.length === 50) resolve();
    });
  });
  for (let index = 0; index < 50; index++) await district.tell(incidentOf(index));
  await all;
  expect(feed.resume(start)).toEqual({ kind: 'reset' });
  expect(feed.resume(ids[0] ?? '')).toEqual({ kind: 'reset' });
  const resumed = feed.resume(ids[44] ?? '');
  expect(resumed.kind === 'from' && resumed.missed.map(({ id }) => id)).toEqual(ids.slice(45));
  expect(feed.resume(ids[49] ?? '')).toEqual({ kind: 'from', missed: [] });
  await feed[Symbol.asyncDispose]();
});

// Last, because it closes everything.
test('an open page does not keep the process from ending', async () => {
  const inside = await logIn(district);
  const response = await fetch(`${district.api.url}/api/events/stream`, { headers: inside.headers });
  const startedAtMs = performance.now();
  await district[Symbol.asyncDispose]();
  expect(performance.now() - startedAtMs).toBeLessThan(4_000);
  await response.body?.cancel();
});
