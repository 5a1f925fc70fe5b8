import { z } from 'zod';
import { ObjectClass, type RouteSighting, type SeenColour } from '../../contracts/index.ts';

/** What the store says of one track in one class. */
export const TrackRow = z.object({
  cameraId: z.string(),
  trackId: z.string(),
  className: ObjectClass,
  enteredAtMs: z.coerce.number(),
  leftAtMs: z.coerce.number(),
  /** Sum of the confidences. */
  weight: z.coerce.number(),
  /** Share of the picture that its box covers, when it was first and last seen. */
  firstArea: z.coerce.number(),
  lastArea: z.coerce.number(),
  /** The last that its looks agreed on. */
  seenColour: z.string().nullable(),
});
export type TrackRow = z.infer<typeof TrackRow>;

/** Rows of every vehicle track that was seen between two moments by these cameras. */
export const trackRowsSql = `
SELECT cameraId, trackId, className, min(capturedAtMs) AS enteredAtMs, max(capturedAtMs) AS leftAtMs,
  sum(confidence) AS weight, argMin(wNorm * hNorm, capturedAtMs) AS firstArea,
  argMax(wNorm * hNorm, capturedAtMs) AS lastArea,
  argMaxIf(colour, capturedAtMs, colour != 'unknown') AS seenColour
FROM observation FINAL
WHERE cameraId IN {cameraIds:Array(String)} AND capturedAtMs BETWEEN {fromMs:Int64} AND {toMs:Int64}
  AND className IN {classNames:Array(String)}
GROUP BY cameraId, trackId, className`;

/** Only vehicles: no person's way is ever followed. */
export const vehicleClasses: readonly ObjectClass[] = [
  'motorcycle',
  'threeWheeler',
  'car',
  'van',
  'bus',
  'truck',
];

/** Which way it drove, told by its box: growing comes towards the camera. */
export type Heading = 'towards' | 'away' | 'unknown';

/** One vehicle passing one camera. */
export interface TrackPassage extends RouteSighting {
  /** Likelihood of each class, as far as the detector's votes tell. */
  readonly classScores: Readonly<Record<string, number>>;
  /** Likelihood of each colour; empty where none was told: then colour says nothing. */
  readonly colorScores: Readonly<Record<string, number>>;
  readonly heading: Heading;
}

/** What a detector's votes leave open, spread over all classes. */
const doubt = 0.15;
/** Colours that may be told. */
const colours: readonly Exclude<SeenColour, 'unknown'>[] = [
  'white',
  'black',
  'grey',
  'red',
  'yellow',
  'green',
  'blue',
];
/** A colour on which the looks at one camera agree is still another one to the next, one time in five. */
const colourDoubt = 0.2;

/** Boxes that change less say nothing of the direction. */
const minGrowth = 1.3;

/** One passage per camera and track, its classes put together. */
export function passagesOf(rows: readonly TrackRow[]): TrackPassage[] {
  const tracks = Map.groupBy(rows, ({ cameraId, trackId }) => sightingIdOf(cameraId, trackId));
  return [...tracks].flatMap(([sightingId, parts]) => {
    const [first] = parts;
    if (first === undefined) return [];
    const total = parts.reduce((sum, { weight }) => sum + weight, 0);
    const votes = new Map(parts.map(({ className, weight }) => [className, weight / Math.max(total, 1e-9)]));
    const earliest = parts.reduce((a, b) => (b.enteredAtMs < a.enteredAtMs ? b : a));
    const latest = parts.reduce((a, b) => (b.leftAtMs > a.leftAtMs ? b : a));
    const best = parts.reduce((a, b) => (b.weight > a.weight ? b : a));
    return [
      {
        sightingId,
        cameraId: first.cameraId,
        trackId: first.trackId,
        enteredAtMs: earliest.enteredAtMs,
        leftAtMs: latest.leftAtMs,
        className: best.className,
        classScores: Object.fromEntries(
          vehicleClasses.map((name) => [
            name,
            (1 - doubt) * (votes.get(name) ?? 0) + doubt / vehicleClasses.length,
          ]),
        ),
        colorScores: colourScores(parts.toSorted((a, b) => b.weight - a.weight)),
        heading: headingOf(earliest.firstArea, latest.lastArea),
      },
    ];
  });
}

function colourScores(parts: readonly TrackRow[]): Record<string, number> {
  const seen = parts.find(({ seenColour }) => colours.some((colour) => colour === seenColour))?.seenColour;
  if (seen === undefined) return {};
  return Object.fromEntries(
    colours.map((colour) => [colour, (colour === seen ? 1 - colourDoubt : 0) + colourDoubt / colours.length]),
  );
}

export const sightingIdOf = (cameraId: string, trackId: string): string => `${cameraId}/${trackId}`;

function headingOf(firstArea: number, lastArea: number): Heading {
  const growth = lastArea / Math.max(firstArea, 1e-9);
  if (growth > minGrowth) return 'towards';
  return growth < 1 / minGrowth ? 'away' : 'unknown';
}
