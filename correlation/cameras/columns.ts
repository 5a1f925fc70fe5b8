/** How the text of a cell becomes a value; a problem is said in words. */
export type CellReading = { readonly value: unknown } | { readonly problem: string };
type Reader = (text: string) => CellReading;

/** One column of the camera file. */
export interface CameraColumn {
  /** Field of `Camera` that it fills. */
  readonly field: string;
  /** Pinyin key, Chinese headers, English key; brackets and `（*）` of a template are ignored. */
  readonly names: readonly string[];
  readonly isRequired: boolean;
  readonly read: Reader;
}

const ok = (value: unknown): CellReading => ({ value });
const problem = (text: string): CellReading => ({ problem: text });

const asText: Reader = ok;

const asNumber =
  (min: number, max: number): Reader =>
  (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) return problem(`"${text}" is not a number`);
    return value < min || value > max ? problem(`${value} is not within ${min} … ${max}`) : ok(value);
  };

const asCode =
  (...allowed: readonly number[]): Reader =>
  (text) => {
    const value = Number(text);
    return allowed.includes(value) ? ok(value) : problem(`"${text}" is none of ${allowed.join(', ')}`);
  };

const asFlag: Reader = (text) => {
  if (['1', '是', 'true', 'Y', 'y'].includes(text)) return ok(true);
  if (['0', '否', 'false', 'N', 'n'].includes(text)) return ok(false);
  return problem(`"${text}" is neither 1 (是) nor 0 (否)`);
};

const asCoordinateSystem: Reader = (text) => {
  const name = text.toUpperCase().replaceAll(/[\s_-]/g, '');
  if (name === 'WGS84') return ok('WGS-84');
  if (name === 'GCJ02') return ok('GCJ-02');
  return problem(`"${text}" is neither WGS-84 nor GCJ-02`);
};

/** Dates of the file are days in Chinese time. */
const asDay: Reader = (text) => {
  const match = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(
    text,
  );
  if (match === null) return problem(`"${text}" is not a date like 2023-05-01`);
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0'] = match;
  const utcMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (new Date(utcMs).getUTCDate() !== Number(day)) return problem(`"${text}" is not a day of the calendar`);
  return ok(utcMs - 8 * 3_600_000);
};

const namedSizes: Readonly<Record<string, readonly [number, number]>> = {
  '4K': [3840, 2160],
  '400万': [2560, 1440],
  '1080P': [1920, 1080],
  '720P': [1280, 720],
  D1: [704, 576],
  '4CIF': [704, 576],
  CIF: [352, 288],
};

const asSize: Reader = (text) => {
  const known = namedSizes[text.toUpperCase()];
  if (known !== undefined) return ok(known);
  const match = /^(\d{3,5})\s*[x×*]\s*(\d{3,5})$/i.exec(text);
  return match === null
    ? problem(`"${text}" is not a picture size like 1920*1080 or 1080P`)
    : ok([Number(match[1]), Number(match[2])]);
};

const asDuty: Reader = (text) =>
  /^([01]\d|2[0-4]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/.test(text)
    ? ok(text)
    : problem(`"${text}" is not a time of day like 00:00-24:00`);

const required = (field: string, names: readonly string[], read: Reader): CameraColumn => ({
  field,
  names,
  isRequired: true,
  read,
});
const optional = (field: string, names: readonly string[], read: Reader): CameraColumn => ({
  field,
  names,
  isRequired: false,
  read,
});

/** Columns of a 公安 一机一档 file that the product uses; others are left alone. */
export const cameraColumns: readonly CameraColumn[] = [
  required('cameraId', ['SBBM', '设备编码', 'cameraId', 'code'], asText),
  required('name', ['SBMC', '设备名称', '名称', 'name'], asText),
  required('civilCode', ['XZQY', '行政区域', 'civilCode'], asText),
  required('pointClass', ['JKDWLX', '监控点位类型', 'pointClass'], asCode(1, 2, 3, 4, 9)),
  required('areaCode', ['SSXQGAJG', '所属辖区公安机关', 'areaCode'], asText),
  required('deviceStatus', ['SBZT', '设备状态', 'deviceStatus'], asCode(1, 2, 3)),
  optional('lonDeg', ['JD', '经度', 'lonDeg', 'longitude'], asNumber(-180, 180)),
  optional('latDeg', ['WD', '纬度', 'latDeg', 'latitude'], asNumber(-90, 90)),
  optional('declaredCoordinateSystem', ['ZBX', '坐标系', 'coordinateSystem'], asCoordinateSystem),
  optional('manufacturer', ['SBCS', '设备厂商', '厂商', 'manufacturer'], asText),
  optional('model', ['SBXH', '设备型号', 'model'], asText),
  optional('commonName', ['DWSC', '点位俗称', 'commonName'], asText),
  optional('streetCode', ['SSJD', '所属街道', 'streetCode'], asText),
  optional('address', ['AZDZ', '安装地址', 'address'], asText),
  optional('isDeclaredNetworked', ['LWSX', '联网属性', 'isDeclaredNetworked'], asFlag),
  optional('isNetworkingRequired', ['YLW', '应联网', 'isNetworkingRequired'], asFlag),
  optional('installedAtMs', ['AZSJ', '安装时间', 'installedAt'], asDay),
  optional('managementUnit', ['GLDW', '管理单位', 'managementUnit'], asText),
  optional('contact', ['GLDWLXFS', '管理单位联系方式', 'contact'], asText),
  optional('retentionDays', ['LXBCTS', '录像保存天数', 'retentionDays'], asNumber(0, 3_650)),
  optional('sector', ['SSBMHY', '所属部门/行业', 'sector'], asText),
  optional('ipAddress', ['IPV4', 'IPv4地址', 'ipAddress'], asText),
  optional('macAddress', ['MACDZ', 'MAC地址', 'macAddress'], asText),
  optional('ptzType', ['SXJLX', '摄像机类型', 'ptzType'], asCode(1, 2, 3, 4, 5, 6, 7, 99)),
  optional('directionType', ['JSFW', '监视方位', 'directionType'], asCode(1, 2, 3, 4, 5, 6, 7, 8, 9)),
  optional('heightM', ['AZGD', '安装高度', 'heightM'], asNumber(0, 500)),
  optional('viewDistanceM', ['KSJL', '可视距离', 'viewDistanceM'], asNumber(0, 20_000)),
  optional('poleNumber', ['LGBH', '立杆编号', 'poleNumber'], asText),
  optional('declaredSize', ['FBL', '分辨率', 'resolution'], asSize),
  optional('headingDeg', ['CXJ', '朝向角', 'headingDeg'], asNumber(0, 360)),
  optional('horizontalFieldAngleDeg', ['SPSCJ', '水平视场角', 'horizontalFieldAngleDeg'], asNumber(0.1, 360)),
  optional('verticalFieldAngleDeg', ['CZSCJ', '垂直视场角', 'verticalFieldAngleDeg'], asNumber(0.1, 180)),
  optional('tiltDeg', ['FJ', '俯角', 'tiltDeg'], asNumber(-90, 90)),
  optional('buildType', ['JSLX', '建设类型', 'buildType'], asCode(1, 2, 3)),
  optional('dutyHours', ['ZSSD', '值守时段', 'dutyHours'], asDuty),
  optional('owner', ['SSDW', '所属单位', '产权单位', 'owner'], asText),
];
