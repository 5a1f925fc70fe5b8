/** What is compared of a profile. */
export interface ProfileSize {
  readonly token: string;
  readonly codec: string | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly fps: number | null;
}

/** A profile proposed for a role, and why, in words. */
export interface StreamProposal {
  readonly profileToken: string;
  readonly why: string;
}

/** Analysis looks at pictures of this long side: what is larger costs decoding, what is smaller loses people. */
const analysisWidthPx = 640;
/** Narrower pictures show nobody. */
const leastSubWidthPx = 320;

const areaOf = ({ widthPx, heightPx }: ProfileSize): number => (widthPx ?? 0) * (heightPx ?? 0);
const sizeText = ({ widthPx, heightPx, codec }: ProfileSize): string =>
  `${widthPx ?? '?'}×${heightPx ?? '?'}${codec === null ? '' : ` ${codec}`}`;
/** Single pictures without prediction: ten times the network for the same picture. */
const isStills = ({ codec }: ProfileSize): boolean => codec === 'mjpeg';

/**
 * Which profiles of one camera to record and to analyse: main is the largest picture, sub the one nearest to 640 px
 * wide. Streams of coded video come before motion JPEG.
 */
export function proposeStreams(profiles: readonly ProfileSize[]): {
  readonly main: StreamProposal | null;
  readonly sub: StreamProposal | null;
} {
  const coded = profiles.some((profile) => !isStills(profile))
    ? profiles.filter((p) => !isStills(p))
    : profiles;
  const [main] = coded.toSorted((a, b) => areaOf(b) - areaOf(a) || (b.fps ?? 0) - (a.fps ?? 0));
  if (main === undefined) return { main: null, sub: null };
  const distance = ({ widthPx }: ProfileSize): number => Math.abs((widthPx ?? 0) - analysisWidthPx);
  const [sub] = coded
    .filter((profile) => areaOf(profile) < areaOf(main) && (profile.widthPx ?? 0) >= leastSubWidthPx)
    .toSorted((a, b) => distance(a) - distance(b) || areaOf(a) - areaOf(b));
  return {
    main: {
      profileToken: main.token,
      why:
        areaOf(main) === 0
          ? 'the first profile; the device names no sizes'
          : `${sizeText(main)} is the largest of ${coded.length}`,
    },
    sub:
      sub === undefined
        ? null
        : { profileToken: sub.token, why: `${sizeText(sub)} is nearest to ${analysisWidthPx} px wide` },
  };
}
