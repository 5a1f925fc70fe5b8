import type { BoxNorm, SceneEvent } from '../contracts/index.ts';

type BoxPx = readonly [x: number, y: number, w: number, h: number];

const secondsSince = (startedAtMs: number, atMs: number | null): number | null =>
  atMs === null ? null : Math.round(atMs - startedAtMs) / 1_000;

/** A box in px of the picture as the camera sent it. */
export const boxInPx = (
  box: BoxNorm,
  { sourceWidthPx, sourceHeightPx }: Pick<SceneEvent, 'sourceWidthPx' | 'sourceHeightPx'>,
): BoxPx => [
  Math.round(box.xNorm * sourceWidthPx),
  Math.round(box.yNorm * sourceHeightPx),
  Math.round(box.wNorm * sourceWidthPx),
  Math.round(box.hNorm * sourceHeightPx),
];

/**
 * One scene event as one line of JSON: times in seconds from the first frame, boxes in px of the source.
 * @param video as the caller named it.
 */
export function eventLine(video: string, event: SceneEvent, startedAtMs: number): string {
  const { moments, actor } = event;
  return JSON.stringify({
    video,
    kind: event.kind,
    phase: event.phase,
    raisedAtS: secondsSince(startedAtMs, event.raisedAtMs),
    arrivedAtS: secondsSince(startedAtMs, moments.arrivedAtMs),
    putDownAtS: secondsSince(startedAtMs, moments.putDownAtMs),
    departedAtS: secondsSince(startedAtMs, moments.departedAtMs),
    clearedAtS: secondsSince(startedAtMs, moments.clearedAtMs),
    box: boxInPx(event.box, event),
    actor: actor === null ? null : { class: actor.className, box: boxInPx(actor.box, event) },
    score: event.confidence,
  });
}
