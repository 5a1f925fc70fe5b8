import { CameraState } from '../../contracts/index.ts';
import type { ExclusionRequest, FaultTicket } from '../measures/index.ts';
import { filled, finding, moment, number, oneOf, orNull, text } from './cells.ts';
import { type Columns, type Listing, readListing } from './listing.ts';

type Reader<T> = (content: Uint8Array, fileName: string) => Listing<T>;

const reader =
  <T extends object>(columns: Columns<T>): Reader<T> =>
  (content, fileName) =>
    readListing(content, fileName, columns);

const code = { names: ['code', 'cameraCode', 'cameraId', '设备编码', 'SBBM'], read: filled };
const from = { names: ['fromISO', 'from', '开始时间'], read: moment };
const to = { names: ['toISO', 'to', '结束时间'], read: moment };

/** A state of a camera, as another platform wrote it down; rows may overlap, be empty, or run backwards. */
export interface StateRow {
  readonly cameraId: string;
  readonly state: CameraState;
  readonly fromMs: number;
  /** Null: it still lasts. */
  readonly toMs: number | null;
  readonly cause: string;
}

export const readStates = reader<StateRow>({
  cameraId: code,
  state: { names: ['state', '状态'], read: oneOf(CameraState.options) },
  fromMs: from,
  toMs: { names: to.names, read: orNull(moment) },
  cause: { names: ['cause', '原因'], isOptional: true, read: text },
});

export const readExclusions = reader<ExclusionRequest>({
  exclusionId: { names: ['id', 'exclusionId', '编号'], read: filled },
  cameraId: code,
  fromMs: from,
  toMs: to,
  reason: { names: ['reason', '原因'], read: text },
  approver: { names: ['approver', '审批人'], read: text },
  createdAtMs: { names: ['createdAt', '申请时间'], read: orNull(moment) },
  evidence: { names: ['evidence', '证明'], read: text },
});

/** The prober of a police station was down, by its own log. */
export interface OutageRow {
  readonly areaCode: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export const readProberOutages = reader<OutageRow>({
  areaCode: { names: ['policeCode', 'areaCode', '所属辖区公安机关'], read: filled },
  fromMs: from,
  toMs: to,
});

export interface ImageCheckRow {
  readonly cameraId: string;
  readonly checkedAtMs: number;
  readonly pass: 'day' | 'night';
  readonly result: string;
}

export const readImageChecks = reader<ImageCheckRow>({
  cameraId: code,
  checkedAtMs: { names: ['time', 'checkedAt', '时间'], read: moment },
  pass: { names: ['pass', '昼夜'], read: oneOf(['day', 'night'] as const) },
  result: { names: ['result', '结果'], read: filled },
});

export interface RecordingRow {
  readonly cameraId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export const readRecordings = reader<RecordingRow>({ cameraId: code, fromMs: from, toMs: to });

/** What was measured of the stream of a camera; null: it gave none. */
export interface StreamRow {
  readonly cameraId: string;
  readonly ipAddress: string | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly lastPullAtMs: number | null;
}

export const readStreams = reader<StreamRow>({
  cameraId: code,
  ipAddress: { names: ['ip', 'ipAddress', 'IPv4地址'], read: orNull(text) },
  widthPx: { names: ['width', '宽'], read: orNull(number) },
  heightPx: { names: ['height', '高'], read: orNull(number) },
  lastPullAtMs: { names: ['lastPullOk', '最近取流时间'], read: orNull(moment) },
});

export interface CatalogueRow {
  readonly cameraId: string;
  readonly name: string;
}

export const readCatalogue = reader<CatalogueRow>({
  cameraId: code,
  name: { names: ['name', '名称'], isOptional: true, read: text },
});

export interface ClockRow {
  readonly cameraId: string;
  readonly measuredAtMs: number;
  /** Device minus true time; null when the measurement failed. */
  readonly offsetS: number | null;
}

export const readClocks = reader<ClockRow>({
  cameraId: code,
  measuredAtMs: { names: ['measuredAt', '测量时间'], read: moment },
  offsetS: { names: ['offsetSeconds', '偏差秒'], read: orNull(number) },
});

export interface OsdRow {
  readonly cameraId: string;
  readonly checkedAtMs: number;
  readonly isDateTimePresent: boolean | null;
  readonly isDateTimeMoving: boolean | null;
  readonly isPlaceNameRight: boolean | null;
  readonly isSceneUncovered: boolean | null;
}

export const readOsdChecks = reader<OsdRow>({
  cameraId: code,
  checkedAtMs: { names: ['time', 'checkedAt', '时间'], read: moment },
  isDateTimePresent: { names: ['dateTimePresent'], read: finding },
  isDateTimeMoving: { names: ['dateTimeMoving'], read: finding },
  isPlaceNameRight: { names: ['placeNameMatches'], read: finding },
  isSceneUncovered: { names: ['sceneNotCovered'], read: finding },
});

export const readFaults = reader<FaultTicket>({
  ticketId: { names: ['id', 'ticketId', '编号'], read: filled },
  cameraId: code,
  occurredAtMs: { names: ['occurredAt', '发生时间'], read: moment },
  detectedAtMs: { names: ['detectedAt', '发现时间'], read: moment },
  repairedAtMs: { names: ['repairedAt', '修复时间'], read: orNull(moment) },
  limitHours: { names: ['limitHours', '时限小时'], read: number },
});
