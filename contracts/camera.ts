import { z } from 'zod';
import { AreaCode, CameraId, EpochMs } from './ids.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

export const StreamRole = z.enum(['main', 'sub']);

/** One stream of a camera. The address never holds a password: `credentialRef` names it. */
export const CameraStream = z
  .strictObject({
    role: StreamRole,
    uri: z.string(),
    credentialRef: z.string().nullable(),
  })
  .meta({ id: 'CameraStream' });
export type CameraStream = z.infer<typeof CameraStream>;

/** Point class (监控点位类型): 1 一类, 2 二类, 3 三类, 9 other. */
export const PointClass = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(9)]);
export type PointClass = z.infer<typeof PointClass>;

/** The asset file of one camera (一机一档). Fields the file leaves blank are null, never guessed. */
export const Camera = z
  .strictObject({
    cameraId: CameraId,
    name: z.string().min(1),
    /** 点位俗称 */
    commonName: z.string().nullable(),
    manufacturer: z.string().nullable(),
    model: z.string().nullable(),
    /** 行政区域, six digits. */
    civilCode: z.string(),
    areaCode: AreaCode,
    /** 所属街道 */
    streetCode: z.string().nullable(),
    address: z.string().nullable(),
    /** WGS-84; a GCJ-02 file is converted at import. */
    lonDeg: z.number().min(-180).max(180).nullable(),
    latDeg: z.number().min(-90).max(90).nullable(),
    declaredCoordinateSystem: z.enum(['WGS-84', 'GCJ-02']),
    pointClass: z.int(),
    /** 摄像机类型: 1 球机 (PTZ) 2 半球 3 固定枪机 4 遥控枪机 5 遥控半球 6 多目全景 7 多目分割 */
    ptzType: z.int().nullable(),
    /** Optical axis, degrees clockwise from north (朝向角). */
    headingDeg: z.number().min(0).max(360).nullable(),
    /** 监视方位: 1 东 2 西 3 南 4 北 5 东南 6 东北 7 西南 8 西北 9 none. */
    directionType: z.int().nullable(),
    horizontalFieldAngleDeg: z.number().positive().max(360).nullable(),
    verticalFieldAngleDeg: z.number().positive().max(180).nullable(),
    /** Positive downwards. */
    tiltDeg: z.number().min(-90).max(90).nullable(),
    heightM: z.number().nonnegative().nullable(),
    viewDistanceM: z.number().nonnegative().nullable(),
    declaredWidthPx: z.int().positive().nullable(),
    declaredHeightPx: z.int().positive().nullable(),
    /** 联网属性 is what the file claims; whether a pull works is measured. */
    isDeclaredNetworked: z.boolean().nullable(),
    /** 应联网, for class 3. */
    isNetworkingRequired: z.boolean().nullable(),
    /** 建设类型: 1 new, 2 rebuilt, 3 older stock. */
    buildType: z.int().nullable(),
    installedAtMs: EpochMs.nullable(),
    retentionDays: z.int().nonnegative().nullable(),
    /** 设备状态: 1 in use, 2 in repair, 3 removed. */
    deviceStatus: z.int(),
    /** Daily duty `HH:MM-HH:MM`; end ≤ start goes over midnight. */
    dutyHours: z.string().regex(/^\d{2}:\d{2}-\d{2}:\d{2}$/),
    ipAddress: z.string().nullable(),
    macAddress: z.string().nullable(),
    poleNumber: z.string().nullable(),
    owner: z.string().nullable(),
    managementUnit: z.string().nullable(),
    contact: z.string().nullable(),
    sector: z.string().nullable(),
    streams: z.array(CameraStream),
    /** 设备序列号: with the MAC address, what stays when a device gets a new IP address. */
    serialNumber: z.string().nullable().default(null),
    /** 位置类型 of the archive, 1 … 10 or 99. */
    positionType: z.int().nullable().default(null),
    /** 报废时间 */
    retiredAtMs: EpochMs.nullable().default(null),
    /** Its ONVIF service, without a login; the streams' login is used. */
    onvifAddress: z.string().nullable().default(null),
    /** Import or change time; the newest wins. */
    updatedAtMs: EpochMs,
  })
  .meta({ id: 'Camera' });
export type Camera = z.infer<typeof Camera>;

/** A camera in use of which nothing is known but what it is called, where it belongs and since when. */
export const blankCamera = (
  known: Pick<Camera, 'cameraId' | 'name' | 'civilCode' | 'areaCode' | 'updatedAtMs'>,
): Camera => ({
  ...known,
  commonName: null,
  manufacturer: null,
  model: null,
  streetCode: null,
  address: null,
  lonDeg: null,
  latDeg: null,
  declaredCoordinateSystem: 'WGS-84',
  pointClass: 9,
  ptzType: null,
  headingDeg: null,
  directionType: null,
  horizontalFieldAngleDeg: null,
  verticalFieldAngleDeg: null,
  tiltDeg: null,
  heightM: null,
  viewDistanceM: null,
  declaredWidthPx: null,
  declaredHeightPx: null,
  isDeclaredNetworked: null,
  isNetworkingRequired: null,
  buildType: null,
  installedAtMs: null,
  retentionDays: null,
  deviceStatus: 1,
  dutyHours: '00:00-24:00',
  ipAddress: null,
  macAddress: null,
  poleNumber: null,
  owner: null,
  managementUnit: null,
  contact: null,
  sector: null,
  streams: [],
  serialNumber: null,
  onvifAddress: null,
  positionType: null,
  retiredAtMs: null,
});

export const cameras = topic({
  name: 'camera.v1',
  schema: Camera,
  keySpace: 'camera',
  key: (camera) => camera.cameraId,
  isCompacted: true,
});

export const cameraTable = table({
  name: 'camera',
  schema: Camera,
  orderBy: ['cameraId'],
  versionBy: 'updatedAtMs',
});
