import type {
  Agency,
  AgencyTask,
  Incident,
  IncidentChange,
  Notice,
  NoticeKind,
  TimelineEntry,
} from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { type CaseSettings, deskFor } from '../cases/index.ts';
import { incidentIdOf } from '../incidents/index.ts';

/** Whom an unjudged alert goes to: the desk that judges, and others that ask for it. */
export type AlertAgencies = readonly Agency[];

interface Told {
  readonly kind: NoticeKind;
  readonly deskId: string;
  readonly atMs: number;
  readonly lines: readonly string[];
}

/** The incident in a few lines that fit a chat: what, where, when, how sure. */
const aboutOf = (incident: Incident): string[] => {
  const [event] = incident.events;
  const place = incident.location;
  return [
    `${incident.kind} · ${incident.areaCode}`,
    ...(place === null ? [] : [`${place.lonDeg.toFixed(5)}, ${place.latDeg.toFixed(5)}`]),
    ...(event === undefined
      ? []
      : [`camera ${event.cameraId} · confidence ${Math.round(event.confidence * 100)} %`]),
  ];
};

const titles: Readonly<Record<NoticeKind, string>> = {
  alert: '新告警待研判 New alert',
  taskAssigned: '新任务待签收 New task',
  taskTransferred: '任务移交 Task transferred',
  urged: '督办 Urged on',
  escalated: '时限提醒 Term running out',
  rework: '核查未通过，返工 Sent back',
  closed: '已结案 Closed',
  selfTest: '通知自检 Self-test',
};

function noticeOf(incident: Incident, { kind, deskId, atMs, lines }: Told, ref: string): Notice {
  return {
    noticeId: deterministicId('notice', incident.incidentId, kind, deskId, ref),
    kind,
    deskId,
    webhookId: null,
    areaCode: incident.areaCode,
    incidentId: incident.incidentId,
    atMs,
    title: titles[kind],
    lines: [...aboutOf(incident), ...lines],
  };
}

const isJudged = ({ state }: Incident): boolean => state !== 'detected' && state !== 'triage';

/** Desks that take alerts of an incident. */
const alertDesks = (incident: Incident, agencies: AlertAgencies, settings: CaseSettings, atMs: number) => [
  ...new Set(
    agencies.map(
      (agency) =>
        deskFor(settings.desks, agency, { areaCode: incident.areaCode, place: incident.location, atMs })
          .deskId,
    ),
  ),
];

function toldBy(incident: Incident, said: TimelineEntry, alerted: readonly string[]): Told[] {
  const { atMs, note } = said;
  const lines = note === '' ? [] : [note];
  const desksOf = (which: (task: AgencyTask) => boolean): string[] =>
    incident.tasks.filter(which).map(({ deskId }) => deskId);
  const to = (kind: NoticeKind, deskIds: readonly string[]): Told[] =>
    [...new Set(deskIds)].map((deskId) => ({ kind, deskId, atMs, lines }));
  const isNamed = ({ agency }: AgencyTask): boolean => note.startsWith(agency);
  switch (said.kind) {
    case 'taskAssigned':
      return to('taskAssigned', desksOf(isNamed));
    case 'taskTransferred':
      return to('taskTransferred', desksOf(isNamed));
    case 'urged':
      return to('urged', desksOf(isNamed));
    case 'escalated': {
      if (note.startsWith('triage')) return to('escalated', alerted);
      // From 80 % on the lead hears of it too: it answers for the whole.
      const isLate = !note.includes(' 50 %');
      return to(
        'escalated',
        desksOf((task) => isNamed(task) || (isLate && task.isLead)),
      );
    }
    case 'stateChanged':
      if (said.fromState === 'verified' && said.toState === 'handling') {
        return to(
          'rework',
          desksOf(({ state }) => state === 'handling'),
        );
      }
      return said.toState === 'closed'
        ? to(
            'closed',
            desksOf(({ isLead }) => isLead),
          )
        : [];
    default:
      return [];
  }
}

/** Who is to be told what by a change of an incident. The same change told again gives the same ids. */
export function noticesOf(
  { incident, cause, refusal }: IncidentChange,
  settings: CaseSettings,
  alertAgencies: AlertAgencies,
): Notice[] {
  if (incident === null || refusal !== null) return [];
  if (cause.kind === 'sceneEvent') {
    const opener = incident.events.find(({ eventId }) => eventId === cause.id);
    if (opener === undefined || isJudged(incident) || incidentIdOf(cause.id) !== incident.incidentId)
      return [];
    return alertDesks(incident, alertAgencies, settings, opener.raisedAtMs).map((deskId) =>
      noticeOf(incident, { kind: 'alert', deskId, atMs: opener.raisedAtMs, lines: [] }, ''),
    );
  }
  if (cause.kind !== 'command') return [];
  return incident.timeline
    .filter(({ refId }) => refId === cause.id)
    .flatMap((said) => toldBy(incident, said, alertDesks(incident, alertAgencies, settings, said.atMs)))
    .map((told) => noticeOf(incident, told, cause.id));
}

/** Goes the whole way that an alert goes, and says so. */
export const selfTestNotice = (webhookId: string, areaCode: string, atMs: number): Notice => ({
  noticeId: deterministicId('self-test', webhookId, atMs),
  kind: 'selfTest',
  deskId: null,
  webhookId,
  areaCode,
  incidentId: null,
  atMs,
  title: titles.selfTest,
  lines: ['无需处理 Nothing is to be done'],
});
