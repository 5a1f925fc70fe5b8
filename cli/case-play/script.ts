import { join } from 'node:path';
import type { Agency, PersonAction } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { approveRoute, decideRoute, requestRoute } from './follow.ts';
import { chosenBases, contractor, dumper, review, shop } from './parties.ts';
import { readPassages } from './passages.ts';
import { taken } from './people.ts';
import {
  asks,
  at,
  caseDir,
  type CaseChapter,
  firstCameraId,
  imported,
  matter,
  secondCameraId,
} from './steps.ts';

/** Desks of the street, so that tasks and notices have an address. */
export const caseDesks = (
  [
    ['policeStation', 'nanyuan-police', '南苑派出所', '李强'],
    ['enforcement', 'nanyuan-enforcement', '综合执法南苑中队', '王芳'],
    ['trafficPolice', 'traffic-2', '交警二中队', '周伟'],
  ] as const
).map(([agency, deskId, name, officer]) => ({
  agency,
  deskId,
  name,
  areaCodes: ['330203540000'],
  roster: [{ hours: '08:00-18:00', officers: [officer] }],
}));

const advance = (
  agency: Agency,
  to: 'acknowledged' | 'arrived' | 'handling' | 'feedback',
  note = '',
): PersonAction => ({ kind: 'advanceTask', agency, to, note });

/**
 * The case that this product exists for, played from the first bag to the last file. Every step goes through a door of
 * the product: a camera's pictures, an import, the residents' page, a person's command. Data: `sample/case/`.
 */
export const caseChapters: readonly CaseChapter[] = [
  {
    name: 'seen',
    steps: [
      {
        at: '2026-05-11T07:16:00',
        what: 'camera file, roads, permit and manifest are imported',
        async play(scene) {
          await imported(scene, '/api/cameras/import?apply=true', 'cameras.csv');
          await imported(scene, '/api/roads/import', 'roads.geojson');
          await imported(scene, '/api/records/import?profile=permit', 'permits.csv');
          await imported(scene, '/api/records/import?profile=manifest', 'manifests.csv');
        },
      },
      {
        at: '2026-05-11T08:00:00',
        what: 'four cameras see the traffic of the morning',
        play: async ({ stage }) => await stage.publish(await readPassages(join(caseDir, 'passages.csv'))),
      },
      {
        at: '2026-05-11T08:01:15',
        what: 'camera 201 sees a bag put down',
        async play(scene) {
          await scene.stage.film(firstCameraId, at('2026-05-11T08:00:30'));
          await matter(scene);
        },
      },
      {
        at: '2026-05-11T08:04:45',
        what: 'camera 202 sees the next one: left on one way, it is one matter',
        async play(scene) {
          await scene.stage.film(secondCameraId, at('2026-05-11T08:04:00'));
          await scene.until('both dumpings in one matter, with their evidence', async () => {
            const { events } = await matter(scene);
            return (
              events.length === 2 && events.every(({ media }) => media.some(({ role }) => role === 'clip'))
            );
          });
        },
      },
      {
        at: '2026-05-11T08:05:00',
        what: 'a resident reports on the public page',
        async play({ resident }) {
          const report = {
            reportKey: deterministicId('case-report', 1),
            text: '非机动车道上有人倒了一袋装修垃圾，灰色编织袋，骑车过不去。联系电话13800000000',
            placeText: '槐安街20号对面，灯杆HAJ-018旁',
            lonDeg: 121.54353,
            latDeg: 29.86843,
          };
          taken(await resident.post('/api/public/reports', report), 'the report of a resident');
        },
      },
      {
        at: '2026-05-11T08:05:20',
        what: 'a call to 110 is imported; both are linked to what was seen',
        async play(scene) {
          await imported(scene, '/api/records/import?profile=call110', 'calls.csv');
          await scene.until('report and call linked', async () => {
            const { records } = await matter(scene);
            return records.filter(({ status }) => status === 'linked').length >= 2;
          });
        },
      },
    ],
  },
  {
    name: 'registered',
    steps: [
      {
        at: '2026-05-11T08:05:30',
        what: 'four of five minutes of triage have passed: the clock says so',
        play: async (scene) =>
          await scene.until('the triage escalated', async () => {
            const { triage } = await matter(scene);
            return (triage?.escalatedPercent ?? 0) >= 80;
          }),
      },
      {
        at: '2026-05-11T08:05:45',
        what: 'the duty officer registers it',
        play: asks('陈静', { kind: 'confirm', note: '两处倾倒画面清楚' }),
      },
    ],
  },
  {
    name: 'followed',
    steps: [
      {
        at: '2026-05-11T08:20:00',
        what: 'enforcement requests the route of the three-wheeler',
        play: requestRoute,
      },
      {
        at: '2026-05-11T08:26:00',
        what: 'the duty officer approves it',
        play: approveRoute,
      },
      { at: '2026-05-11T08:34:00', what: 'each passage is confirmed or struck', play: decideRoute },
    ],
  },
  {
    name: 'handled',
    steps: [
      {
        at: '2026-05-11T09:15:00',
        what: 'three agencies are sent, enforcement in the lead',
        play: asks('陈静', {
          kind: 'dispatch',
          lead: 'enforcement',
          coHandlers: ['policeStation', 'trafficPolice'],
          isUrgent: false,
          note: '',
        }),
      },
      {
        at: '2026-05-11T09:20:00',
        what: 'enforcement acknowledges',
        play: asks('王芳', advance('enforcement', 'acknowledged')),
      },
      {
        at: '2026-05-11T09:20:30',
        what: 'the police station acknowledges',
        play: asks('李强', advance('policeStation', 'acknowledged')),
      },
      {
        at: '2026-05-11T09:25:30',
        what: 'the traffic police have not: at ten minutes the clock tells',
        play: async (scene) =>
          await scene.until('the acknowledgement escalated', async () => {
            const task = (await matter(scene)).tasks.find(({ agency }) => agency === 'trafficPolice');
            return task?.deadlines.acknowledge.escalatedPercent === 100;
          }),
      },
      {
        at: '2026-05-11T09:26:00',
        what: 'the traffic police acknowledge, late',
        play: asks('周伟', advance('trafficPolice', 'acknowledged')),
      },
      {
        at: '2026-05-11T09:35:00',
        what: 'the police station is on site',
        play: asks('李强', advance('policeStation', 'arrived')),
      },
      {
        at: '2026-05-11T09:38:00',
        what: 'the traffic police are on site',
        play: asks('周伟', advance('trafficPolice', 'arrived')),
      },
      {
        at: '2026-05-11T09:40:00',
        what: 'enforcement is on site',
        play: asks('王芳', advance('enforcement', 'arrived'), advance('enforcement', 'handling')),
      },
      {
        at: '2026-05-11T09:50:00',
        what: 'the police station reports back',
        play: asks('李强', advance('policeStation', 'feedback', '已询问店主，装修公司为某装饰公司')),
      },
      {
        at: '2026-05-11T10:05:00',
        what: 'the traffic police report back',
        play: asks(
          '周伟',
          advance('trafficPolice', 'feedback', '三轮车沿槐安街由西向东后转望河路，非机动车道已恢复通行'),
        ),
      },
      {
        at: '2026-05-11T11:00:00',
        what: 'enforcement reports back',
        play: asks('王芳', advance('enforcement', 'feedback', '已清运')),
      },
      {
        at: '2026-05-11T11:30:00',
        what: 'it is sent back to enforcement',
        play: asks('陈静', {
          kind: 'verify',
          result: 'rework',
          agencies: ['enforcement'],
          note: '绿化带内仍有碎砖',
        }),
      },
      {
        at: '2026-05-11T14:40:00',
        what: 'enforcement reports back again',
        play: asks('王芳', advance('enforcement', 'feedback', '碎砖已清理')),
      },
    ],
  },
  {
    name: 'decided',
    steps: [
      {
        at: '2026-05-11T15:10:00',
        what: 'parties and provisions',
        play: asks(
          '王芳',
          { kind: 'setWasteKind', wasteKind: 'renovation', note: '' },
          shop.put,
          contractor.put,
          dumper.put,
          ...chosenBases.map(
            ([{ partyId }, basisId]): PersonAction => ({
              kind: 'judgeBasis',
              partyId,
              basisId,
              status: 'chosen',
              note: '',
            }),
          ),
        ),
      },
      {
        at: '2026-05-11T16:00:00',
        what: 'technical review of the evidence',
        play: review('王芳', 'technicallyReviewed', '时钟与画面核对无误'),
      },
      {
        at: '2026-05-12T09:30:00',
        what: 'legal review by somebody else',
        play: review('郑洁', 'legallyReviewed', '程序合法'),
      },
      {
        at: '2026-05-12T09:35:00',
        what: 'the evidence is admissible',
        play: review('郑洁', 'admissible', ''),
      },
      {
        at: '2026-05-12T10:00:00',
        what: 'the duty officer verifies',
        play: asks('陈静', { kind: 'verify', result: 'pass', agencies: [], note: '' }),
      },
      {
        at: '2026-06-05T10:00:00',
        what: 'a decision for each party',
        play: asks(
          '王芳',
          ...chosenBases.map(
            ([{ partyId }, basisId], index): PersonAction => ({
              kind: 'recordPenalty',
              penalty: {
                partyId,
                basisId,
                agency: 'enforcement',
                decisionNumber: `甬海综执罚决字〔2026〕第${index + 1}号`,
                decidedAtMs: at('2026-06-05T00:00:00'),
                text: '',
              },
              note: '',
            }),
          ),
          { kind: 'setTerm', term: 'decision', to: 'met', note: '' },
        ),
      },
    ],
  },
  {
    name: 'closed',
    steps: [
      {
        at: '2026-06-08T09:00:00',
        what: 'the case is closed',
        play: asks('陈静', { kind: 'close', note: '三方均已处理' }),
      },
      {
        at: '2026-06-08T09:01:00',
        what: 'the route has expired with it',
        play: async (scene) =>
          await scene.until('the route deleted', async () => {
            const route = await scene.route('陈静', (await matter(scene)).incidentId);
            return route?.state === 'expired';
          }),
      },
    ],
  },
];
