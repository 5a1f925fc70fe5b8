import {
  CameraState,
  type CameraStateInterval,
  type CatalogueEntry,
  type ClockCheck,
  type Exclusion,
  type FaultTicket,
  type ImageCheck,
  type MeasuredStream,
  type OsdCheck,
  PicturePass,
  type ProberOutage,
  type RecordingSegment,
} from '../../contracts/index.ts';
import { code, filled, finding, moment, number, oneOf, orNull, positiveOrNull, text } from './cells.ts';
import { type Columns, type Listing, readListing } from './listing.ts';

/** A row as its listing gives it; who brought it in and when is added when it is kept. */
export type Listed<T> = Omit<T, 'source' | 'ordinal' | 'updatedAtMs' | 'listingId'>;

export type Reader<T> = (content: Uint8Array, fileName: string) => Listing<T>;

const reader =
  <T extends object>(columns: Columns<T>): Reader<T> =>
  (content, fileName) =>
    readListing(content, fileName, columns);

const cameraId = {
  names: ['code', 'cameraCode', 'cameraId', 'deviceId', '设备编码', '国标编码', 'SBBM'],
  read: code,
};
const from = { names: ['fromISO', 'from', 'startTime', '开始时间'], read: moment };
const to = { names: ['toISO', 'to', 'endTime', '结束时间'], read: moment };
const checkedAtMs = { names: ['time', 'checkedAt', '时间', '检测时间'], read: moment };

/** States of cameras as another platform wrote them down; rows may overlap, be empty, or run backwards. */
export const readStates = reader<Listed<CameraStateInterval>>({
  cameraId,
  state: { names: ['state', '状态'], read: oneOf(CameraState.options) },
  fromMs: from,
  toMs: { names: to.names, read: orNull(moment) },
  cause: { names: ['cause', '原因'], isOptional: true, read: text },
});

export const readExclusions = reader<Listed<Exclusion>>({
  exclusionId: { names: ['id', 'exclusionId', '编号'], read: filled },
  cameraId,
  fromMs: from,
  toMs: to,
  reason: { names: ['reason', '原因'], read: text },
  approver: { names: ['approver', '审批人'], read: text },
  createdAtMs: { names: ['createdAt', '申请时间'], read: orNull(moment) },
  evidence: { names: ['evidence', '证明'], isOptional: true, read: text },
});

export const readProberOutages = reader<Listed<ProberOutage>>({
  areaCode: { names: ['policeCode', 'areaCode', '所属辖区公安机关'], read: code },
  fromMs: from,
  toMs: { names: to.names, read: orNull(moment) },
  reason: { names: ['reason', '原因'], isOptional: true, read: text },
  loggedAtMs: { names: ['loggedAt', '登记时间'], isOptional: true, read: orNull(moment) },
});

export const readImageChecks = reader<Listed<ImageCheck>>({
  cameraId,
  checkedAtMs,
  pass: { names: ['pass', '昼夜'], read: oneOf(PicturePass.options) },
  result: { names: ['result', '结果'], read: filled },
});

export const readRecordings = reader<Listed<RecordingSegment>>({
  cameraId,
  fromMs: from,
  toMs: to,
  deletedAtMs: { names: ['deletedAt', '删除时间'], isOptional: true, read: orNull(moment) },
});

export const readStreams = reader<Listed<MeasuredStream>>({
  cameraId,
  measuredAtMs: {
    names: ['measuredAt', '测量时间'],
    isOptional: true,
    read: (cell) => (cell === '' ? { value: 0 } : moment(cell)),
  },
  ipAddress: { names: ['ip', 'ipAddress', 'IPv4地址'], isOptional: true, read: orNull(text) },
  widthPx: { names: ['width', '宽'], read: positiveOrNull },
  heightPx: { names: ['height', '高'], read: positiveOrNull },
  codec: { names: ['codec', '编码格式'], isOptional: true, read: orNull(text) },
  lastPullAtMs: { names: ['lastPullOk', 'lastPullAt', '最近取流时间'], read: orNull(moment) },
});

export const readCatalogue = reader<Listed<CatalogueEntry>>({
  cameraId,
  name: { names: ['name', '名称'], isOptional: true, read: text },
});

export const readClocks = reader<Listed<ClockCheck>>({
  cameraId,
  measuredAtMs: { names: ['measuredAt', '测量时间'], read: moment },
  offsetS: { names: ['offsetSeconds', '偏差秒'], read: orNull(number) },
  errorS: { names: ['errorSeconds', '误差秒'], isOptional: true, read: orNull(number) },
});

export const readOsdChecks = reader<Listed<OsdCheck>>({
  cameraId,
  checkedAtMs,
  isDateTimePresent: { names: ['dateTimePresent', '有日期时间'], read: finding },
  isDateTimeMoving: { names: ['dateTimeMoving', '时间走动'], read: finding },
  isPlaceNameRight: { names: ['placeNameMatches', '地点名一致'], read: finding },
  isSceneUncovered: { names: ['sceneNotCovered', '不遮挡画面'], read: finding },
});

export const readFaults = reader<Listed<FaultTicket>>({
  ticketId: { names: ['id', 'ticketId', '编号'], read: filled },
  cameraId,
  kind: { names: ['kind', '类型'], isOptional: true, read: text },
  occurredAtMs: { names: ['occurredAt', '发生时间'], read: moment },
  detectedAtMs: { names: ['detectedAt', '发现时间'], read: moment },
  repairedAtMs: { names: ['repairedAt', '修复时间'], read: orNull(moment) },
  limitHours: { names: ['limitHours', '时限小时'], read: number },
});
