import type { TextKind } from './cell-text.ts';
import type { CellIssue } from './issue.ts';
import {
  asChecked,
  asCode,
  asCoordinate,
  asCoordinateSystem,
  asDay,
  asDuty,
  asFlag,
  asNumber,
  asSize,
  asText,
  type Reader,
} from './readers.ts';

/** One column of the camera file. */
export interface CameraColumn {
  /** Field of `Camera`, or of the archive row, that it fills. */
  readonly field: string;
  /** Pinyin key, Chinese headers, English key; brackets and `（*）` of a template are ignored. */
  readonly names: readonly string[];
  /** Without a value the row is refused. */
  readonly isNeeded: boolean;
  /** One of the 17 columns that the archive (一机一档) requires: a blank one is flagged. */
  readonly isInArchive: boolean;
  readonly text: TextKind;
  readonly read: Reader;
}

type Demand = 'needed' | 'archive' | 'optional';

const column = (
  demand: Demand,
  field: string,
  names: readonly string[],
  read: Reader,
  text: TextKind = 'term',
): CameraColumn => ({
  field,
  names,
  isNeeded: demand === 'needed',
  isInArchive: demand !== 'optional',
  text,
  read,
});

const isIpv4 = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);

const isMac = (text: string): boolean => /^[\dA-F]{2}([:-]?)(?:[\dA-F]{2}\1){4}[\dA-F]{2}$/i.test(text);

/** Columns of a 公安 一机一档 file that the product uses; others are left alone. */
export const cameraColumns: readonly CameraColumn[] = [
  column('needed', 'cameraId', ['SBBM', '设备编码', 'cameraId', 'code'], asText),
  column('needed', 'name', ['SBMC', '设备名称', '名称', 'name'], asText, 'free'),
  column('archive', 'manufacturer', ['SBCS', '设备厂商', '厂商', 'manufacturer'], asText, 'free'),
  column('needed', 'civilCode', ['XZQY', '行政区域', 'civilCode'], asText),
  column('needed', 'pointClass', ['JKDWLX', '监控点位类型', 'pointClass'], asCode(1, 2, 3, 4, 9)),
  column('archive', 'address', ['AZDZ', '安装地址', 'address'], asText, 'free'),
  column('archive', 'lonDeg', ['JD', '经度', 'lonDeg', 'longitude'], asCoordinate),
  column('archive', 'latDeg', ['WD', '纬度', 'latDeg', 'latitude'], asCoordinate),
  column(
    'archive',
    'positionType',
    ['SXJWZLX', '位置类型', 'positionType'],
    asCode(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99),
  ),
  column('archive', 'isDeclaredNetworked', ['LWSX', '联网属性', 'isDeclaredNetworked'], asFlag),
  column('needed', 'areaCode', ['SSXQGAJG', '所属辖区公安机关', 'areaCode'], asText),
  column('archive', 'installedAtMs', ['AZSJ', '安装时间', 'installedAt'], asDay),
  column('archive', 'managementUnit', ['GLDW', '管理单位', 'managementUnit'], asText, 'free'),
  column('archive', 'contact', ['GLDWLXFS', '管理单位联系方式', 'contact'], asText, 'free'),
  column(
    'archive',
    'retentionDays',
    ['LXBCTS', '录像保存天数', 'retentionDays'],
    asNumber('number_range', 0, 3_650),
  ),
  column('needed', 'deviceStatus', ['SBZT', '设备状态', 'deviceStatus'], asCode(1, 2, 3)),
  column('archive', 'sector', ['SSBMHY', '所属部门/行业', 'sector'], asText),
  column('optional', 'declaredCoordinateSystem', ['ZBX', '坐标系', 'coordinateSystem'], asCoordinateSystem),
  column('optional', 'model', ['SBXH', '设备型号', 'model'], asText, 'free'),
  column('optional', 'commonName', ['DWSC', '点位俗称', 'commonName'], asText, 'free'),
  column('optional', 'streetCode', ['SSJD', '所属街道', 'streetCode'], asText),
  column('optional', 'isNetworkingRequired', ['YLW', '应联网', 'isNetworkingRequired'], asFlag),
  column(
    'optional',
    'ipAddress',
    ['IPV4', 'IPv4地址', 'ipAddress'],
    asChecked('ip_invalid', isIpv4, 'no IPv4 address'),
  ),
  column(
    'optional',
    'macAddress',
    ['MACDZ', 'MAC地址', 'macAddress'],
    asChecked('mac_invalid', isMac, 'no MAC address'),
  ),
  column('optional', 'serialNumber', ['SBXLH', '设备序列号', '序列号', 'serialNumber'], asText),
  column('optional', 'ptzType', ['SXJLX', '摄像机类型', 'ptzType'], asCode(1, 2, 3, 4, 5, 6, 7, 99)),
  column(
    'optional',
    'directionType',
    ['JSFW', '监视方位', 'directionType'],
    asCode(1, 2, 3, 4, 5, 6, 7, 8, 9),
  ),
  column('optional', 'heightM', ['AZGD', '安装高度', 'heightM'], asNumber('height_negative', 0, 500)),
  column(
    'optional',
    'viewDistanceM',
    ['KSJL', '可视距离', 'viewDistanceM'],
    asNumber('number_range', 0, 20_000),
  ),
  column('optional', 'poleNumber', ['LGBH', '立杆编号', 'poleNumber'], asText),
  column('optional', 'retiredAtMs', ['BFSJ', '报废时间', 'retiredAt'], asDay),
  column('optional', 'declaredSize', ['FBL', '分辨率', 'resolution'], asSize),
  column('optional', 'headingDeg', ['CXJ', '朝向角', 'headingDeg'], asNumber('heading_range', 0, 360)),
  column(
    'optional',
    'horizontalFieldAngleDeg',
    ['SPSCJ', '水平视场角', 'horizontalFieldAngleDeg'],
    asNumber('field_angle_range', 0.1, 360),
  ),
  column(
    'optional',
    'verticalFieldAngleDeg',
    ['CZSCJ', '垂直视场角', 'verticalFieldAngleDeg'],
    asNumber('field_angle_range', 0.1, 180),
  ),
  column('optional', 'tiltDeg', ['FJ', '俯角', 'tiltDeg'], asNumber('number_range', -90, 90)),
  column('optional', 'isDeclaredHd', ['SFGQ', '是否高清', 'isHd'], asFlag),
  column('optional', 'buildType', ['JSLX', '建设类型', 'buildType'], asCode(1, 2, 3)),
  column('optional', 'dutyHours', ['ZSSD', '值守时段', 'dutyHours'], asDuty),
  column('optional', 'isTracing', ['SFZZ', '是否轨迹追踪', 'isTracing'], asFlag),
  column('optional', 'owner', ['SSDW', '所属单位', '产权单位', 'owner'], asText, 'free'),
];

/** How many columns the archive requires. */
export const requiredColumnCount = cameraColumns.filter(({ isInArchive }) => isInArchive).length;

/** What a cell gave, and what was found on the way. */
export interface CellReading {
  readonly column: CameraColumn;
  /** As the file spells it. */
  readonly header: string;
  /** As written. */
  readonly raw: string;
  readonly value: unknown;
  readonly issues: readonly CellIssue[];
}
