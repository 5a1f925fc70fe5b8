import type { LonLat } from '../../contracts/index.ts';
import type { PointM } from '../measures/plane.ts';
import { type Gazetteer, poleKey } from './gazetteer.ts';
import { findMentions, type Mention } from './mentions.ts';
import { nearness, readOffset } from './offset.ts';
import { apartM, combineHints, type Hill, type PlaceHint } from './spots.ts';
import { plainText } from './text.ts';
import { walk } from './walk.ts';

/** What a record says of its place. */
export interface SaidPlace {
  /** The column that holds the address. */
  readonly address: string | null;
  /** Road the address is on, where the source has a column of its own for it. */
  readonly road: string | null;
  readonly text: string;
  readonly poleNumber: string | null;
  readonly point: LonLat | null;
  /** How far the source's coordinates are off, metres. */
  readonly pointErrorM: number;
  /** How often they are of another place (the caller's home). */
  readonly pointWrongShare: number;
}

/** Where a record may be, likeliest first; the weights add up to 1. */
export interface Spot extends LonLat {
  readonly errorM: number;
  readonly weight: number;
}

/** Half the width of a road with its pavements, metres. */
const roadHalfWidthM = 12;
/** Metres of road that one hill stands for when nothing but the road is known. */
const roadHillM = 60;

function hillsOf({ anchor, rest }: Mention): Hill[] {
  const offset = readOffset(rest);
  switch (anchor.kind) {
    case 'road': {
      // On a road alone: anywhere along it.
      const count = Math.max(1, Math.ceil((anchor.road.samples.length * 5) / roadHillM));
      const step = anchor.road.samples.length / count;
      return Array.from(
        { length: count },
        (_, index) => anchor.road.samples[Math.floor(index * step)],
      ).flatMap((at) =>
        at === undefined
          ? []
          : [{ at, errorM: Math.hypot(roadHillM / 2, roadHalfWidthM), weight: 1 / count }],
      );
    }
    case 'point': {
      if (offset !== null) {
        const hills = walk(anchor.at, anchor.errorM, anchor.roads, offset);
        if (hills.length > 0) return hills;
      }
      return [
        { at: anchor.at, errorM: Math.hypot(anchor.errorM, anchor.extentM * nearness(rest)), weight: 1 },
      ];
    }
    case 'landmarks':
      return anchor.landmarks.flatMap(({ at }) => {
        const share = 1 / anchor.landmarks.length;
        const hills: Hill[] =
          offset === null
            ? [{ at, errorM: Math.hypot(anchor.errorM, anchor.extentM * nearness(rest)), weight: 1 }]
            : walk(at, anchor.errorM, [], offset);
        return hills.map((hill) => ({ ...hill, weight: hill.weight * share }));
      });
  }
}

const wrongShares = { pole: 0.03, address: 0.08, text: 0.06, roadOnly: 0.1 } as const;

/** Words before a place that say it is somebody's home or where they come from. */
const isElsewhere = /(?:家住|住在|我住|户籍|来自|转至|移交|送往|运往|开往|去往)$/u;

/** The place a text is about: the first one named, but a place with a number, an offset or a name before a mere road. */
function hintOf(gazetteer: Gazetteer, text: string, isWrongShare: number): PlaceHint | null {
  const mentions = findMentions(gazetteer, text).filter(({ before }) => !isElsewhere.test(before));
  const exact = mentions.find(({ anchor }) => anchor.kind !== 'road') ?? mentions[0];
  if (exact === undefined) return null;
  return {
    hills: hillsOf(exact),
    isWrongShare: exact.anchor.kind === 'road' ? wrongShares.roadOnly : isWrongShare,
  };
}

/** `距中山路路口约60米` on a road: the crossing is the anchor, the road is the way. */
function onRoad(road: string, address: string): string {
  const said = address.replace(/^(?:距离?|近|靠近|临近)/u, '');
  return said.startsWith(road) ? said : `${road}${said}`;
}

/**
 * Place a record by everything it says: address, free text, pole and coordinates must agree, each may be wrong.
 * @returns likeliest spots; empty when nothing of it is known.
 */
export function locate(gazetteer: Gazetteer, said: SaidPlace): Spot[] {
  const hints: PlaceHint[] = [];
  const pole = said.poleNumber === null ? undefined : gazetteer.poles.get(poleKey(said.poleNumber));
  if (pole !== undefined) {
    hints.push({ hills: [{ at: pole.at, errorM: 25, weight: 1 }], isWrongShare: wrongShares.pole });
  }
  const address = said.address === null ? '' : plainText(said.address);
  const road = said.road === null ? '' : plainText(said.road);
  const whole = road === '' ? address : onRoad(road, address);
  const byAddress = whole === '' ? null : hintOf(gazetteer, whole, wrongShares.address);
  if (byAddress !== null) hints.push(byAddress);
  const text = plainText(said.text);
  if (text !== '' && text !== address) {
    const byText = hintOf(gazetteer, text, wrongShares.text);
    if (byText !== null) hints.push(byText);
  }
  if (said.point !== null) {
    const at = gazetteer.toPlane(said.point);
    hints.push({
      hills: [{ at, errorM: said.pointErrorM, weight: 1 }],
      isWrongShare: said.pointWrongShare,
    });
  }
  const hills = combineHints(hints);
  return spotsOf(gazetteer, hills);
}

/** A record keeps so many spots; a road without a number needs many. */
const mostSpots = 80;

function spotsOf(gazetteer: Gazetteer, hills: readonly Hill[]): Spot[] {
  const joined: { at: PointM; errorM: number; weight: number }[] = [];
  for (const hill of hills) {
    const near = joined.find(
      ({ at, errorM }) => apartM(at, hill.at) < errorM / 3 && Math.abs(errorM - hill.errorM) < errorM / 3,
    );
    if (near === undefined) joined.push({ ...hill });
    else near.weight += hill.weight;
  }
  const kept = joined.toSorted((one, other) => other.weight - one.weight).slice(0, mostSpots);
  const sum = kept.reduce((total, { weight }) => total + weight, 0);
  return kept
    .filter(({ weight }) => weight / sum > 0.002)
    .map(({ at, errorM, weight }) => ({
      ...roundedPlace(gazetteer.fromPlane(at)),
      errorM: Math.round(errorM * 10) / 10,
      weight: Math.round((weight / sum) * 1e4) / 1e4,
    }));
}

const roundedPlace = ({ lonDeg, latDeg }: LonLat): LonLat => ({
  lonDeg: Math.round(lonDeg * 1e6) / 1e6,
  latDeg: Math.round(latDeg * 1e6) / 1e6,
});
