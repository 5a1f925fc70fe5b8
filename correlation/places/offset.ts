/** Degrees clockwise from north. */
const bearings: Readonly<Record<string, number>> = {
  北: 0,
  东北: 45,
  东: 90,
  东南: 135,
  南: 180,
  西南: 225,
  西: 270,
  西北: 315,
};

/** The way from an anchor to the place that is meant. */
export interface Offset {
  /** Metres; 0 when the anchor itself is meant. */
  readonly distanceM: number;
  /** Null when no direction is said. */
  readonly bearingDeg: number | null;
  /** What people round to and misjudge, metres. */
  readonly errorM: number;
}

const compass = '(?:正|偏)?(东南|东北|西南|西北|南东|北东|南西|北西|东|南|西|北)';
const about = '(?:再|走|过去|去|大概|大约|约|差不多|将近|近|不到|有|个|的|方向|面|侧|边|头|向|往|[,，]|\\s)*';
const metres = '(\\d{1,4})(来|多|几|余|把)?(?:米|公尺|m\\b)';
const front = '^(?:路口|口子上?|口|门口|交叉口|站台?|那边|这边|附近|旁边|的|[,，]|\\s)*';

const towards = new RegExp(`${front}(?:[往向朝以沿从]|靠)?${compass}${about}${metres}`, 'u');
const onwards = new RegExp(
  `${front}(?:过去|过来|往前|向前|前面|前方|再走|走|再过去)${about}${metres}(?:左右|处|的地方|上下|光景|[,，]|\\s)*(?:靠|在|偏)?(?:近)?(?:${compass}(?:边|侧|面|首|头)?)?`,
  'u',
);
const away = new RegExp(`${front}(?:约|大约|大概)?${metres}`, 'u');

const sideDegOf = (word: string | undefined): number | null =>
  word === undefined ? null : (bearings[word] ?? bearings[word.charAt(1) + word.charAt(0)] ?? null);

const offsetOf = (
  distance: string | undefined,
  rough: string | undefined,
  bearing: number | null,
): Offset => {
  const distanceM = Number(distance) + (rough === undefined ? 0 : distanceTail(Number(distance)));
  return { distanceM, bearingDeg: bearing, errorM: 8 + 0.12 * distanceM };
};

/** 六十来米 is a little more than 60. */
const distanceTail = (distanceM: number): number => Math.min(5, distanceM * 0.05);

/**
 * Read direction and distance behind an anchor: `往南60米`, `东侧八十来米`, `过去50米,靠北边`, `以北100米`.
 * @param rest text behind the anchor, as `plainText` makes it.
 */
export function readOffset(rest: string): Offset | null {
  const straight = towards.exec(rest);
  if (straight !== null) return offsetOf(straight[2], straight[3], sideDegOf(straight[1]));
  const on = onwards.exec(rest);
  if (on !== null) return offsetOf(on[1], on[2], sideDegOf(on[3]));
  const off = away.exec(rest);
  if (off !== null) return offsetOf(off[1], off[2], null);
  return null;
}

/**
 * How much further off words behind an anchor put the place than the anchor itself is large.
 * @returns a factor on the anchor's extent: right at it, beside or across, somewhere about.
 */
export function nearness(rest: string): number {
  const head = rest.slice(0, 8);
  return /^(?:那一?带|这一?带|一带|附近|周边|周围|这段|那段|那边|这边|沿线)/u.test(head) ? 1.6 : 1;
}
