import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CaseDistrict, openCaseDistrict } from '../../api/testing/case-stage.ts';
import {
  type AgencyTask,
  type AuditEntry,
  auditTable,
  type AuditReport,
  cameraTable,
  type ClosedLoopReport,
  type Incident,
  IncidentBackground,
  officialRecordTable,
  roadTable,
  type VehicleRoute,
  vehicleRouteTable,
} from '../../contracts/index.ts';
import {
  casePeople,
  chosenBases,
  firstCameraId,
  mediaIdsOf,
  secondCameraId,
} from '../../cli/case-play/index.ts';

/**
 * The case this product exists for, from the first bag to the last file, on one clock that the test moves: the same
 * script that the demo plays. Four cameras see the morning, two of them somebody leave a bag; a resident reports, a
 * call comes in, a permit does not cover it; the vehicle's way is found; three agencies act, one of them has to come
 * back; each party is punished, and the route is gone with the end. All of it goes over HTTP, the bus, the one writer
 * and the store; only the pictures are not analysed here but told as `sample/events.json` tells them.
 */
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const Count = z.object({ count: z.coerce.number() });
const at = (text: string): number => Date.parse(`${text}+08:00`);

let opened: CaseDistrict;
beforeAll(async () => {
  opened = await openCaseDistrict();
});
afterAll(async () => {
  await opened[Symbol.asyncDispose]();
});

const now = async (): Promise<Incident> => {
  const incident = await opened.scene.incidentOf(firstCameraId);
  if (incident === null) throw new Error('There is no incident of the case.');
  return incident;
};
const auditOf = async (): Promise<AuditEntry[]> =>
  await opened.district.store.find(auditTable, { orderBy: 'sequence' });

// Each part goes on where the one before stopped: none can be tried again by itself.
describe('the case', { retry: 0 }, () => {
  test('four cameras, two dumpings, a report, a call, a permit and a manifest are taken in', async () => {
    await opened.play('seen');
    const { store } = opened.district;
    const cameras = (await store.find(cameraTable)).filter(({ cameraId }) => /00020\d$/.test(cameraId));
    expect(cameras.map(({ cameraId }) => cameraId.slice(-3)).toSorted()).toEqual([
      '201',
      '202',
      '203',
      '204',
    ]);
    expect(await store.find(roadTable)).toHaveLength(10);
    const camerasThatSaw = async (): Promise<number> => {
      const [row] = await store.query('SELECT uniqExact(cameraId) AS count FROM observation', {}, Count);
      return row?.count ?? 0;
    };
    await expect.poll(camerasThatSaw, { timeout: 20_000 }).toBe(4);

    const records = await store.find(officialRecordTable);
    const rows = records.map(({ source, kind, vehiclePlate, poleNumber }) => ({
      source,
      kind,
      vehiclePlate,
      poleNumber,
    }));
    const nothing = { vehiclePlate: null, poleNumber: null };
    expect(rows.toSorted((a, b) => a.source.localeCompare(b.source))).toEqual([
      { source: 'call110', kind: 'illegal_dumping', vehiclePlate: null, poleNumber: 'HAJ-018' },
      { source: 'manifest', kind: 'haulage', ...nothing },
      { source: 'permit', kind: 'permit', ...nothing },
      { source: 'residentReport', kind: 'illegal_dumping', ...nothing },
    ]);
    // Nobody who called, reported, applied or drove is kept.
    expect(JSON.stringify(records)).not.toMatch(/赵某某|钱某某|孙某某|0000000000[456]|13800000000/);

    const incident = await now();
    // Left on one way within minutes: one matter, though two cameras saw it.
    const cameraIds = [firstCameraId, secondCameraId];
    expect(incident).toMatchObject({ state: 'detected', kind: 'illegal_dumping', cameraIds });
    expect(incident.events.map(({ cameraId }) => cameraId)).toEqual(cameraIds);
    expect(mediaIdsOf(incident)).toHaveLength(14);
    const linked = incident.records.filter(({ status }) => status === 'linked');
    expect(linked.map(({ record }) => record.source).toSorted()).toEqual(['call110', 'residentReport']);
    for (const { score } of linked) expect(score).toBeGreaterThanOrEqual(0.7);

    // The permit is for the evening, and nothing was carried away that day: neither makes it legal, both are missing.
    const inside = await opened.scene.person('陈静');
    const background = IncidentBackground.parse(
      (await inside.get(`/api/incidents/${incident.incidentId}/background`)).body,
    );
    expect(background.permits).toEqual([]);
    expect(incident.records.map(({ record }) => record.source)).not.toContain('manifest');
  }, 120_000);

  test('it is registered within its term, after the clock has warned', async () => {
    await opened.play('registered');
    const incident = await now();
    expect(incident.state).toBe('registered');
    const raisedAtMs = at('2026-05-11T08:00:30') + 41_100;
    expect(incident.triage?.dueAtMs).toBe(raisedAtMs + 5 * minuteMs);
    expect(incident.triage?.doneAtMs).toBe(at('2026-05-11T08:05:45'));
    expect(incident.triage?.doneAtMs).toBeLessThanOrEqual(incident.triage?.dueAtMs ?? 0);
    const levels = incident.timeline.filter(({ kind }) => kind === 'escalated').map(({ note }) => note);
    // The level before is told only where the clock looks in between.
    expect(levels.at(-1)).toBe('triage 80 %');

    const decision = incident.penaltyCase?.deadlines.find(({ kind }) => kind === 'decision');
    expect(decision?.dueAtMs).toBe((incident.penaltyCase?.registeredAtMs ?? 0) + 90 * dayMs);
  }, 120_000);

  test('the way of the three-wheeler is requested, approved by another, confirmed passage by passage', async () => {
    const { incidentId } = await now();
    const own = await opened.scene.person('王芳');
    await opened.play('followed');
    const routes = await opened.district.store.find(vehicleRouteTable);
    expect(routes).toHaveLength(1);
    const route = routes[0] as VehicleRoute;
    expect(route).toMatchObject({
      incidentId,
      state: 'approved',
      requestedBy: { name: '王芳' },
      decidedBy: { name: '陈静' },
      actor: { cameraId: firstCameraId, trackId: 'v26', className: 'threeWheeler' },
    });
    expect(route.requestedAtMs).toBe(at('2026-05-11T08:20:00'));
    expect(route.decidedAtMs).toBe(at('2026-05-11T08:26:00'));
    const confirmed = route.decisions.filter(({ verdict }) => verdict === 'confirmed');
    expect(confirmed.map(({ sightingId }) => sightingId.slice(-7)).toSorted()).toEqual([
      '202/v30',
      '203/v35',
      '204/v37',
    ]);
    for (const { by } of route.decisions) expect(by.name).toBe('王芳');
    // In order of time: from nobody knows where, two stops, and away to the north. From stop to stop it took three times as
    // long as traffic does, with no camera between: it stood there.
    const [best] = route.proposals;
    const hops = (best?.hops ?? []).filter(({ isConfirmed }) => isConfirmed);
    expect(hops.map(({ fromId, toId }) => `${fromId.slice(-7)} > ${toId.slice(-7)}`)).toEqual([
      '201/v26 > 202/v30',
      '202/v30 > 203/v35',
      '203/v35 > 204/v37',
    ]);
    expect(hops[0]?.stoodMs).toBeGreaterThan(20_000);
    expect(best?.gaps.map(({ afterId, beforeId }) => [afterId?.slice(-7), beforeId?.slice(-7)])).toEqual([
      [undefined, '201/v26'],
      ['204/v37', undefined],
    ]);
    // Who requests cannot approve, and nobody decides on what was not proposed.
    const again = await own.post(`/api/routes/${route.routeId}/commands`, {
      action: { kind: 'decide', sightingId: 'nobody/1', verdict: 'confirmed' },
      expectedVersion: null,
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'ROUTE_SIGHTING_UNKNOWN' } });

    const register = (await auditOf()).filter(
      ({ incidentId: of, action }) => of === incidentId && /route/i.test(action),
    );
    const said = register.map(({ action, by, reason }) =>
      `${by.name} ${action} ${reason.split(/[: ]/)[0]}`.trim(),
    );
    expect(said[0]).toBe('王芳 routeCommandIssued request');
    expect(said).toContain('陈静 viewRoute');
    expect(said).toContain('陈静 routeCommandIssued approve');
    const looked = (await auditOf()).filter(({ action }) => action === 'viewPassage');
    expect(looked.map(({ reason }) => reason)).toContain(`${secondCameraId}/v30`);
    for (const { by, incidentId: of } of looked) expect([by.name, of]).toEqual(['王芳', incidentId]);
    expect(said.filter((line) => line === '王芳 routeCommandIssued confirmed')).toHaveLength(4);
  }, 180_000);

  const taskOf = (incident: Incident, agency: AgencyTask['agency']): AgencyTask => {
    const task = incident.tasks.find((one) => one.agency === agency);
    if (task === undefined) throw new Error(`no task of ${agency}`);
    return task;
  };

  test('three agencies go their ways, one comes back; every term stands where the rules put it', async () => {
    await opened.play('handled');
    const incident = await now();
    expect(incident.state).toBe('feedback');
    const startMs = taskOf(incident, 'enforcement').assignedAtMs;
    expect(startMs).toBe(at('2026-05-11T09:15:00'));
    for (const { deadlines, agency } of incident.tasks) {
      expect(deadlines.acknowledge.dueAtMs).toBe(startMs + 10 * minuteMs);
      expect(deadlines.arrive.dueAtMs).toBe(startMs + 30 * minuteMs);
      // Four working hours from 09:15: 2 h 45 min before noon, 1 h 15 min from 13:30 on.
      if (agency !== 'enforcement')
        expect(deadlines.feedback.dueAtMs).toBe(startMs + 4 * hourMs + 90 * minuteMs);
    }
    expect(incident.tasks.map(({ agency, deskId, onDuty }) => [agency, deskId, onDuty])).toEqual([
      ['enforcement', 'nanyuan-enforcement', ['王芳']],
      ['policeStation', 'nanyuan-police', ['李强']],
      ['trafficPolice', 'traffic-2', ['周伟']],
    ]);
    const late = taskOf(incident, 'trafficPolice').deadlines.acknowledge;
    expect(late.escalatedPercent).toBe(100);
    expect(late.doneAtMs).toBeGreaterThan(late.dueAtMs);
    const lead = taskOf(incident, 'enforcement');
    expect(lead).toMatchObject({ isLead: true, reworkCount: 1, state: 'feedback' });
    expect(lead.feedback.map(({ text, by }) => [text, by.name])).toEqual([
      ['已清运', '王芳'],
      ['碎砖已清理', '王芳'],
    ]);
    expect(incident.tasks.filter(({ reworkCount }) => reworkCount > 0)).toHaveLength(1);
  }, 120_000);

  test('no decision on evidence that was not reviewed; each party by the provision the officer chose', async () => {
    const { incidentId } = await now();
    const [[firstParty, basisId] = []] = chosenBases;
    const early = await (await opened.scene.person('王芳')).post(`/api/incidents/${incidentId}/commands`, {
      action: {
        kind: 'recordPenalty',
        penalty: {
          partyId: firstParty?.partyId,
          basisId,
          agency: 'enforcement',
          decisionNumber: '早',
          decidedAtMs: at('2026-05-11T00:00:00'),
          text: '',
        },
        note: '',
      },
      expectedVersion: null,
    });
    expect(early.status).toBe(409);
    await opened.play('decided');
    const { penaltyCase, state, events } = await now();
    expect(state).toBe('verified');
    expect(penaltyCase?.parties.map(({ role, permitNumber }) => [role, permitNumber])).toEqual([
      ['generator', null],
      ['contractor', null],
      ['dumper', null],
    ]);
    expect(
      penaltyCase?.penalties.map(({ partyId, basisId: by, enteredBy }) => [partyId, by, enteredBy.name]),
    ).toEqual(chosenBases.map(([{ partyId }, by]) => [partyId, by, '王芳']));
    const decision = penaltyCase?.deadlines.find(({ kind }) => kind === 'decision');
    expect(decision?.doneAtMs).toBe(at('2026-06-05T10:00:00'));
    expect(decision?.doneAtMs).toBeLessThan(decision?.dueAtMs ?? 0);
    expect(penaltyCase?.evidence).toHaveLength(events.flatMap(({ media }) => media).length);
    expect(penaltyCase?.evidence.every(({ state: reviewed }) => reviewed === 'admissible')).toBe(true);
    for (const { custody } of penaltyCase?.evidence ?? []) {
      expect(custody.slice(-3).map(({ toState, by }) => [toState, by?.name])).toEqual([
        ['technicallyReviewed', '王芳'],
        ['legallyReviewed', '郑洁'],
        ['admissible', '郑洁'],
      ]);
    }
  }, 120_000);

  test('it is closed, and the route is gone with it but for the proof', async () => {
    await opened.play('closed');
    const { state, incidentId } = await now();
    expect(state).toBe('closed');
    const [route, ...others] = await opened.district.store.find(vehicleRouteTable);
    expect(others).toEqual([]);
    expect(route).toMatchObject({
      state: 'expired',
      actor: null,
      decisions: [],
      sightings: [],
      proposals: [],
      deletion: { cause: 'incidentClosed', rowCountAfter: 0, pictureCountBefore: 1, pictureCountAfter: 0 },
    });
    expect(route?.deletion?.deletedAtMs).toBeGreaterThanOrEqual(at('2026-06-08T09:00:00'));
    expect(route?.deletion?.deletedAtMs).toBeLessThanOrEqual(at('2026-06-08T09:01:00'));
    expect(JSON.stringify(route)).not.toMatch(/v\d+/);
    await expect
      .poll(async () =>
        (await auditOf()).some(
          ({ action, subjectId }) => action === 'routeDeleted' && subjectId === route?.routeId,
        ),
      )
      .toBe(true);
    const vehicles = await (await opened.scene.person('王芳')).get(`/api/incidents/${incidentId}/vehicles`);
    expect(vehicles.status).toBe(409);
  }, 120_000);

  test('the register names everybody and is whole; the loop says how well it went', async () => {
    const reviewer = await opened.scene.person('郑洁');
    const { items, verification } = (await reviewer.get('/api/audit?limit=500')).body as AuditReport;
    expect(verification.isIntact).toBe(true);
    const commands = items.filter(({ action }) => action === 'commandIssued');
    const issuedBy = Object.keys(casePeople).map((name) => [
      name,
      commands.filter(({ by }) => by.name === name).length,
    ]);
    expect(Object.fromEntries(issuedBy)).toEqual({ 陈静: 5, 王芳: 18, 李强: 3, 周伟: 3, 郑洁: 2 });
    const counts = Object.fromEntries(
      [...Map.groupBy(items, ({ action }) => action)].map(([action, entries]) => [action, entries.length]),
    );
    expect(counts).toMatchObject({
      userAdded: 5,
      camerasImported: 1,
      roadsImported: 1,
      // Permit, manifest, call; and the resident's report, which names nobody.
      recordsImported: 4,
      commandIssued: 31,
      routeDeleted: 1,
    });
    expect(items.some(({ action, by }) => action === 'recordsImported' && by.userId === 'public')).toBe(true);
    for (const name of ['陈静', '王芳']) {
      expect(
        items.some(({ action, by }) => action === 'viewIncident' && by.name === name),
        name,
      ).toBe(true);
    }
    const query = new URLSearchParams({
      from: String(at('2026-05-01T00:00:00')),
      to: String(at('2026-07-01T00:00:00')),
      level: 'district',
    });
    const report = (await reviewer.get(`/api/closed-loop?${query.toString()}`)).body as ClosedLoopReport;
    const rates = (report.rows[0]?.rates ?? []).map(({ metric, numerator, denominator }) => [
      metric,
      `${numerator}/${denominator}`,
    ]);
    expect(Object.fromEntries(rates)).toEqual({
      registered: '1/1',
      falseAlarm: '0/1',
      repeated: '0/1',
      handled: '3/3',
      handledInTime: '3/3',
      reworked: '1/3',
      verifiedAtOnce: '0/1',
      closed: '1/1',
      // Closed after the decisions, later than seven working days from registration.
      closedInTime: '0/1',
    });
    const states = (await now()).timeline
      .filter(({ kind }) => kind === 'stateChanged')
      .map(({ toState }) => toState);
    expect(states).toEqual([
      'triage',
      'registered',
      'dispatched',
      'acknowledged',
      'arrived',
      'handling',
      'feedback',
      'verified',
      'handling',
      'feedback',
      'verified',
      'closed',
    ]);
  }, 60_000);
});
