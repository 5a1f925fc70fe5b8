import { type RouteDecision, VehiclesAbout } from '../../contracts/index.ts';
import { taken } from './people.ts';
import type { CaseScene } from './scene.ts';
import { firstCameraId, matter } from './steps.ts';

/** Where the three-wheeler was seen besides: what an officer finds when he looks at the recordings. */
const trueSightings: ReadonlySet<string> = new Set([
  '33020300001320000202/v30',
  '33020300001320000203/v35',
  '33020300001320000204/v37',
]);

/** Request the route of the vehicle that stood longest where the bags were put down. */
export async function requestRoute(scene: CaseScene): Promise<void> {
  const { incidentId } = await matter(scene);
  if ((await scene.route('王芳', incidentId)) !== null) return;
  const answer = await (await scene.person('王芳')).get(`/api/incidents/${incidentId}/vehicles`);
  const { items } = VehiclesAbout.parse(taken(answer, 'the look at vehicles'));
  const [vehicle] = items
    .filter(({ cameraId }) => cameraId === firstCameraId)
    .toSorted((a, b) => b.leftAtMs - b.enteredAtMs - (a.leftAtMs - a.enteredAtMs));
  if (vehicle === undefined) throw new TypeError('Camera 201 saw no vehicle: look at passages.csv.');
  const { cameraId, trackId } = vehicle;
  await scene.askRoute(
    '王芳',
    { incidentId },
    { kind: 'request', reason: '查找倾倒装修垃圾三轮车的来路和去向', cameraId, trackId },
  );
}

/** Approve it, as somebody other than who requested it. */
export async function approveRoute(scene: CaseScene): Promise<void> {
  const route = await scene.route('陈静', (await matter(scene)).incidentId);
  if (route !== null) await scene.askRoute('陈静', route, { kind: 'approve', note: '同意，限本案使用' });
}

/** Confirm what is the three-wheeler and strike what is not, as long as anything is proposed or asked. */
export async function decideRoute(scene: CaseScene): Promise<void> {
  const { incidentId } = await matter(scene);
  for (let route = await scene.route('王芳', incidentId); route !== null; ) {
    const { proposals, question, decisions, actor } = route;
    const decided = new Set([actor?.sightingId, ...decisions.map(({ sightingId }) => sightingId)]);
    const proposed = (proposals[0]?.hops ?? []).flatMap(({ fromId, toId }) => [fromId, toId]);
    const open = [...proposed, ...(question === null ? [] : [question.sightingId])].find(
      (id) => !decided.has(id),
    );
    if (open === undefined || decisions.length >= 12) return;
    // Looked at first; of two cameras there is no recording, and the page says so.
    const query = new URLSearchParams({ sightingId: open });
    await (await scene.person('王芳')).get(`/api/routes/${route.routeId}/picture?${query.toString()}`);
    const verdict: RouteDecision['verdict'] = trueSightings.has(open) ? 'confirmed' : 'struck';
    route = await scene.askRoute('王芳', route, { kind: 'decide', sightingId: open, verdict });
  }
}
