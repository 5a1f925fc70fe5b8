import type { Agency, LonLat, SceneEventKind, TimeLimit } from '../../contracts/index.ts';
import type { LegalTable } from './legal-table.ts';
import type { WorkHours } from './work-calendar.ts';

/** Who is on duty at a desk, every week; several shifts may overlap. */
export interface Shift {
  /** 1 Monday … 7 Sunday. */
  readonly weekdays: readonly number[];
  /** `HH:MM-HH:MM`; an end that is not after the start lies on the next day. */
  readonly hours: string;
  readonly officers: readonly string[];
}

/** A unit that takes tasks: for which part of the district, and who is there when. */
export interface Desk {
  readonly deskId: string;
  readonly agency: Agency;
  readonly name: string;
  /** Jurisdictions of police stations that it answers for; with `outline` either is enough. */
  readonly areaCodes: readonly string[];
  /** Corners of its own jurisdiction, WGS-84. */
  readonly outline: readonly LonLat[] | null;
  /** Empty: always somebody there. */
  readonly roster: readonly Shift[];
}

export interface CaseLimits {
  readonly triageDay: TimeLimit;
  readonly triageNight: TimeLimit;
  readonly acknowledge: TimeLimit;
  readonly arrive: TimeLimit;
  readonly arriveUrgent: TimeLimit;
  readonly feedback: TimeLimit;
  readonly close: TimeLimit;
  /** Instead of `feedback`, by kind of event. */
  readonly feedbackByKind: Partial<Readonly<Record<SceneEventKind, TimeLimit>>>;
}

/** How a district handles its cases. */
export interface CaseSettings {
  readonly desks: readonly Desk[];
  readonly limits: CaseLimits;
  readonly workHours: WorkHours;
  readonly legalTable: LegalTable;
}
