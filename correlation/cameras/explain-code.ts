import type { CodeExplanation } from '../../contracts/index.ts';
import { codeIssues } from './camera-code.ts';

type Meaning = readonly [zh: string, en: string];
type Meanings = Readonly<Record<string, Meaning>>;

/** Provinces by the first two digits. @see GB/T 2260 */
const provinces: Meanings = {
  '11': ['北京市', 'Beijing'],
  '12': ['天津市', 'Tianjin'],
  '13': ['河北省', 'Hebei'],
  '14': ['山西省', 'Shanxi'],
  '15': ['内蒙古自治区', 'Inner Mongolia'],
  '21': ['辽宁省', 'Liaoning'],
  '22': ['吉林省', 'Jilin'],
  '23': ['黑龙江省', 'Heilongjiang'],
  '31': ['上海市', 'Shanghai'],
  '32': ['江苏省', 'Jiangsu'],
  '33': ['浙江省', 'Zhejiang'],
  '34': ['安徽省', 'Anhui'],
  '35': ['福建省', 'Fujian'],
  '36': ['江西省', 'Jiangxi'],
  '37': ['山东省', 'Shandong'],
  '41': ['河南省', 'Henan'],
  '42': ['湖北省', 'Hubei'],
  '43': ['湖南省', 'Hunan'],
  '44': ['广东省', 'Guangdong'],
  '45': ['广西壮族自治区', 'Guangxi'],
  '46': ['海南省', 'Hainan'],
  '50': ['重庆市', 'Chongqing'],
  '51': ['四川省', 'Sichuan'],
  '52': ['贵州省', 'Guizhou'],
  '53': ['云南省', 'Yunnan'],
  '54': ['西藏自治区', 'Tibet'],
  '61': ['陕西省', 'Shaanxi'],
  '62': ['甘肃省', 'Gansu'],
  '63': ['青海省', 'Qinghai'],
  '64': ['宁夏回族自治区', 'Ningxia'],
  '65': ['新疆维吾尔自治区', 'Xinjiang'],
  '71': ['台湾省', 'Taiwan'],
  '81': ['香港特别行政区', 'Hong Kong'],
  '82': ['澳门特别行政区', 'Macao'],
};

/** Sectors (行业编码), digits 9–10. @see GB/T 28181 annex D, table D.3 */
const sectors: Meanings = {
  '00': ['社会治安路面接入', 'public security, streets and public areas'],
  '01': ['社会治安社区接入', 'public security, residential areas'],
  '02': ['社会治安内部接入', 'public security, inside premises'],
  '03': ['社会治安其他接入', 'public security, other'],
  '04': ['交通路面接入', 'traffic, roads'],
  '05': ['交通卡口接入', 'traffic, checkpoints'],
  '06': ['交通内部接入', 'traffic, inside premises'],
  '07': ['交通其他接入', 'traffic, other'],
  '08': ['城市管理接入', 'city management'],
  '09': ['卫生环保接入', 'health and environment'],
  '10': ['商检海关接入', 'inspection and customs'],
  '11': ['教育部门接入', 'education'],
  '12': ['民航接入', 'civil aviation'],
  '13': ['铁路接入', 'railways'],
  '14': ['航运接入', 'shipping'],
};

/** Device types (类型编码), digits 11–13. @see GB/T 28181 annex D, table D.1 */
const types: Meanings = {
  '111': ['DVR', 'digital video recorder'],
  '112': ['视频服务器', 'video server'],
  '113': ['编码器', 'encoder'],
  '114': ['解码器', 'decoder'],
  '115': ['视频切换矩阵', 'video switcher'],
  '116': ['音频切换矩阵', 'audio switcher'],
  '117': ['报警控制器', 'alarm controller'],
  '118': ['网络视频录像机 (NVR)', 'network video recorder'],
  '121': ['视频卡口', 'video checkpoint'],
  '122': ['多目设备', 'multi-lens device'],
  '130': ['混合硬盘录像机 (HVR)', 'hybrid video recorder'],
  '131': ['摄像机', 'camera'],
  '132': ['网络摄像机 (IPC)', 'network camera'],
  '133': ['显示器', 'display'],
  '134': ['报警输入设备', 'alarm input'],
  '135': ['报警输出设备', 'alarm output'],
  '136': ['语音输入设备', 'audio input'],
  '137': ['语音输出设备', 'audio output'],
  '200': ['中心信令控制服务器', 'signalling server'],
  '215': ['业务分组', 'business group'],
  '216': ['虚拟组织', 'virtual organisation'],
  '300': ['中心用户', 'central user'],
  '400': ['终端用户', 'terminal user'],
  '500': ['视频图像信息综合应用平台', 'integrated video application platform'],
  '501': ['视频图像信息运维管理平台', 'operation and maintenance platform'],
  '502': ['视频图像分析系统', 'video analysis system'],
  '503': ['视频图像信息数据库', 'video information database'],
};

/** Networks (网络标识), digit 14. */
const networks: Meanings = {
  '0': ['监控报警专网 / 公安视频传输网', 'police video network'],
  '1': ['监控报警专网 / 公安视频传输网', 'police video network'],
  '2': ['行业专网', 'network of a sector'],
  '3': ['政法信息网', 'political and legal affairs network'],
  '4': ['公安移动信息网', 'police mobile network'],
  '5': ['公安信息网', 'police information network'],
  '6': ['电子政务外网', 'government extranet'],
  '7': ['互联网等公共网络', 'internet and other public networks'],
  '8': ['专线', 'leased line'],
  '9': ['预留', 'reserved; here: a camera that no file knows yet'],
};

const unknown: Meaning = ['未定义', 'not defined'];

const sectorOf = (digits: string): Meaning =>
  sectors[digits] ??
  (Number(digits) >= 40 && Number(digits) <= 45
    ? ['社会资源接入（企事业单位等）', 'resources of enterprises and institutions']
    : unknown);

/**
 * Say what each part of a code means, and what is wrong with it.
 * @param district six digits and the district's name, for its own codes.
 */
export function explainCameraCode(
  text: string,
  district: { readonly civilCode: string; readonly name: string } | null,
): CodeExplanation {
  const code = text.trim();
  const issues = codeIssues(code, null);
  const head = { code, isValid: issues.length === 0, problems: issues.map(({ reason }) => reason) };
  if (!/^\d{20}$/.test(code)) return { ...head, parts: [] };
  const part = (
    name: CodeExplanation['parts'][number]['name'],
    from: number,
    to: number,
    meaning: (digits: string) => Meaning,
  ): CodeExplanation['parts'][number] => {
    const digits = code.slice(from - 1, to);
    const [zh, en] = meaning(digits);
    return { name, from, to, digits, zh, en };
  };
  const isOwn = district !== null && code.startsWith(district.civilCode);
  return {
    ...head,
    parts: [
      part('province', 1, 2, (digits) => provinces[digits] ?? unknown),
      part('city', 3, 4, (digits) => [`地市代码 ${digits}`, `prefecture ${digits}`]),
      part('district', 5, 6, (digits) =>
        isOwn
          ? [district.name, `${district.name}, this district`]
          : [`区县代码 ${digits}`, `county ${digits}`],
      ),
      part('unit', 7, 8, (digits) =>
        digits === '00'
          ? ['未使用基层接入单位', 'no unit below the district']
          : [`基层接入单位 ${digits}`, `unit ${digits}`],
      ),
      part('sector', 9, 10, sectorOf),
      part('type', 11, 13, (digits) => types[digits] ?? unknown),
      part('network', 14, 14, (digits) => networks[digits] ?? unknown),
      part('serial', 15, 20, (digits) => [`序号 ${Number(digits)}`, `number ${Number(digits)}`]),
    ],
  };
}
