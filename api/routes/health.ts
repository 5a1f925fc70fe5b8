import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { errorFields, PipelineError } from '../../kernel/index.ts';
import { DoctorFinding, type Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const HealthReport = z
  .strictObject({
    isHealthy: z.boolean(),
    parts: z.array(
      z.strictObject({
        name: z.enum(['store', 'audit', 'incidentFeed']),
        isHealthy: z.boolean(),
        /** Error code or a few words; no address and no path, because anybody may ask. */
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'HealthReport' });
type HealthPart = z.infer<typeof HealthReport>['parts'][number];

const DoctorReport = z.strictObject({ items: z.array(DoctorFinding) }).meta({ id: 'DoctorReport' });
const storeTimeoutMs = 2_000;

export function healthRoutes({ store, trail, feed, log, doctor }: Parts): Route[] {
  const checkStore = async (): Promise<HealthPart> => {
    const stop = new AbortController();
    try {
      const asked = store
        .query('SELECT 1 AS one', {}, z.object({ one: z.coerce.number() }))
        .then(() => 'answers');
      const late = delay(storeTimeoutMs, `no answer in ${storeTimeoutMs} ms`, { signal: stop.signal });
      late.catch(() => {});
      const detail = await Promise.race([asked, late]);
      return { name: 'store', isHealthy: detail === 'answers', detail };
    } catch (error) {
      log.warn(errorFields(error), 'the store fails its health check');
      return {
        name: 'store',
        isHealthy: false,
        detail: error instanceof PipelineError ? error.code : 'fails',
      };
    } finally {
      stop.abort();
    }
  };
  const health = async (): Promise<HealthPart[]> => [
    await checkStore(),
    {
      name: 'audit',
      isHealthy: trail.waitingCount() < 1_000,
      detail: `${trail.waitingCount()} entries waiting`,
    },
    {
      name: 'incidentFeed',
      isHealthy: feed.isFollowing,
      detail: feed.isFollowing ? 'following' : 'not following',
    },
  ];
  return [
    route({
      method: 'get',
      path: '/healthz',
      tag: 'operation',
      summary: 'Whether this process can do its work, part by part',
      access: 'open',
      answers: {
        200: { description: 'It can', schema: HealthReport },
        503: { description: 'A part fails', schema: HealthReport },
      },
      async handle() {
        const parts = await health();
        const isHealthy = parts.every((part) => part.isHealthy);
        return { status: isHealthy ? 200 : 503, body: { isHealthy, parts } };
      },
    }),
    ...(doctor === undefined
      ? []
      : [
          route({
            method: 'get',
            path: '/api/doctor',
            tag: 'operation',
            summary: 'Checks of the installation, with what to do',
            access: 'person',
            answers: { 200: { description: 'What was checked', schema: DoctorReport } },
            handle: async () => ok({ items: await doctor() }),
          }),
        ]),
  ];
}
