import type { ParametersOf } from '../../../contracts/index.ts';
import type { Track } from '../../track/index.ts';
import type { AnalysisGrid, Picture } from './analysis-grid.ts';
import { type Canvas, markOccupied } from './canvas.ts';
import type { Damage } from './damage.ts';
import { measureView, referenceOf, type ViewMeasures, type ViewReference } from './view-measures.ts';

/** What is wrong with a view. In the order in which it is looked for: a black picture is also frozen and covered. */
export type ViewFault = 'black' | 'frozen' | 'covered' | 'turned' | 'defocused';

/** The condition of one camera's view. Times in captured ms. */
export interface ViewCondition {
  /** What is wrong for longer than the rule asks; null: nothing. */
  readonly fault: ViewFault | null;
  /** Since when it is wrong; null when nothing is. */
  readonly sinceMs: number | null;
  /** Something is wrong for a moment already: what is seen now may not be the scene. */
  readonly isDoubtful: boolean;
  /** What decided, and what it was compared with. */
  readonly figures: readonly {
    readonly name: string;
    readonly measured: number;
    readonly threshold: number;
  }[];
}

const lookEveryMs = 400;
/** A reference is taken of a background that has settled, and renewed while nothing is wrong. */
const [settleMs, renewMs] = [5_000, 20_000];
/** Time constants of normal figures: of better ones, and of worse ones. */
const [soonMs, lateMs] = [1_500, 60_000];
/**
 * A coded picture of a quiet scene may not change for seconds either: a freeze is this many times longer than the
 * longest such time, of which something must be known first.
 */
const stillFactor = 4;
const frozenAfterWatchingMs = 10_000;
/** A byte of luma that differs by no more than this is the same; so may this share of those looked at be. */
const [sameLuma, differentShare] = [2, 0.0002];
/** Shorter lapses do not interrupt a fault: a car may pass in front of it. */
const lapseMs = 2_500;
/** So long it must look right again. */
const rightAgainMs = 3_000;
const doubtAfterMs = 800;
/** So long after a damaged picture the ones that follow may rest on it. */
const damagedForMs = 3_000;
/** What a damaged picture is taken for. */
const looksLike: Readonly<Record<Damage, readonly ViewFault[]>> = {
  grey: ['covered', 'turned', 'defocused'],
  smeared: ['turned'],
};
/** A view that stays different this long is the new view. */
const acceptAfterMs = 600_000;
/** More of the picture must not be hidden by persons and vehicles, or nothing can be said. */
const leastComparedShare = 0.4;
/** Fewer slopes than this (luma steps per cell), or a view that hardly matches itself: too little to compare. */
const [leastDetail, leastSelfMatch] = [0.8, 0.25];
const dark = { meanLuma: 24, brightShare: 0.02 };
/** The light fell to this share of what it was: then also a picture in which lamps still show is too dark. */
const [suddenDarkShare, suddenBrightShare] = [0.25, 0.2];
/** Normal is what a view looks like while no more than this share of it is hidden. */
const normalCoveredShare = 0.12;
const lost = { slopeMatch: 0.3, detailRatio: 0.45, layoutMatch: 0.8 };
/** Of a view that was turned or covered hardly a part shows where it was; what stands in front leaves some. */
const stillSeenShare = 0.15;
/** Who walks past hides what is left for so long. */
const passersMs = 10_000;
const inFront: ReadonlySet<ViewFault> = new Set(['turned', 'covered']);
/** A bus stands at its stop for minutes; what hides most of the picture for longer than this is told as well. */
const hiddenMs = 300_000;
/** Below this correlation of slopes a background looks otherwise than before; so many earlier ones are kept. */
const [otherLook, keptReferences] = [0.8, 3];
/** From these on the view looks as it did then: another view matches by chance, up to 0.3. */
const asBefore = { slopeMatch: 0.4, detailRatio: 0.35 };
/** Every so many bytes of luma are compared with the picture before. */
const sampleStride = 13;

/** How a view that looks right compares with its own reference. */
interface NormalFigures {
  readonly meanLuma: number;
  /** Noise lowers it. */
  readonly slopeMatch: number;
}

type TamperRule = ParametersOf<'camera_tamper'>;

/** Watches whether the camera still shows its scene. One per camera. */
export class ViewWatch {
  readonly #rule: TamperRule;
  #reference: ViewReference | null = null;
  /** Earlier ones that look otherwise, the latest last. */
  #earlier: readonly ViewReference[] = [];
  #referenceAtMs = Number.NEGATIVE_INFINITY;
  #beganAtMs: number | null = null;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #normal: NormalFigures | null = null;
  /** Of each fault: since when, and when it was last seen. */
  readonly #spans = new Map<ViewFault, { readonly sinceMs: number; lastMs: number }>();
  #rightSinceMs: number | null = null;
  #fault: { readonly fault: ViewFault; readonly sinceMs: number } | null = null;
  #figures: ViewCondition['figures'] = [];
  /** When parts of a view that looked wrong were last seen where they were. */
  #stillSeenAtMs = Number.NEGATIVE_INFINITY;
  #samples = new Uint8Array(0);
  #watchedMs = 0;
  /** How long the picture has not changed, and the longest such time after which it went on. */
  #stillMs = 0;
  #longestStillMs = 0;
  readonly #brokenUntilMs = new Map<ViewFault, number>();

  constructor(rule: TamperRule) {
    this.#rule = rule;
  }

  /** @param coveredShare share of the picture that does not show the learnt background. */
  step(
    picture: Picture,
    scene: {
      readonly canvas: Canvas;
      readonly tracks: readonly Track[];
      readonly coveredShare: number;
      readonly dtMs: number;
      readonly damage: Damage | null;
    },
  ): ViewCondition {
    const nowMs = picture.capturedAtMs;
    this.#beganAtMs ??= nowMs;
    this.#watchedMs += scene.dtMs;
    for (const fault of scene.damage === null ? [] : looksLike[scene.damage]) {
      this.#brokenUntilMs.set(fault, nowMs + damagedForMs);
      this.#spans.delete(fault);
    }
    if (this.#isSameAsBefore(picture)) this.#stillMs += scene.dtMs;
    else {
      // Where the fault was a freeze, its length says nothing of the camera's quiet times.
      if (this.#fault === null) this.#longestStillMs = Math.max(this.#longestStillMs, this.#stillMs);
      this.#stillMs = 0;
    }
    if (nowMs - this.#lookedAtMs >= lookEveryMs) {
      const sinceLookMs = Math.min(nowMs - this.#lookedAtMs, 1_000);
      this.#lookedAtMs = nowMs;
      this.#look(scene, nowMs, sinceLookMs);
    }
    return this.#condition(nowMs);
  }

  /** Another picture size is another view. */
  reset(): void {
    this.#reference = null;
    this.#earlier = [];
    this.#normal = null;
    this.#beganAtMs = null;
    this.#spans.clear();
    this.#fault = null;
    this.#rightSinceMs = null;
  }

  #look(
    { canvas, tracks, coveredShare }: Parameters<ViewWatch['step']>[1],
    nowMs: number,
    sinceLookMs: number,
  ): void {
    const { grid, layers } = canvas;
    const occupied = markOccupied(canvas, tracks);
    const measures = measureView(grid, this.#reference ?? emptyReference(grid), occupied);
    const found = this.#verdictOf(measures, () => this.#looksAsBefore(grid, occupied));
    // A broken stream shows other edges than the scene's, or none.
    const isBroken = found !== null && nowMs <= (this.#brokenUntilMs.get(found) ?? Number.NEGATIVE_INFINITY);
    const verdict = isBroken ? null : found;
    if (verdict === null) {
      for (const [fault, { lastMs }] of this.#spans) {
        if (nowMs - lastMs > lapseMs) this.#spans.delete(fault);
      }
      this.#rightSinceMs ??= nowMs;
      if (nowMs - this.#rightSinceMs >= rightAgainMs) this.#fault = null;
      if (this.#fault === null && coveredShare < normalCoveredShare) this.#learn(measures, sinceLookMs);
    } else {
      this.#rightSinceMs = null;
      const span = this.#spans.get(verdict);
      if (span === undefined || nowMs - span.lastMs > lapseMs) {
        // A freeze shows only after a while that it is none of the camera's quiet times.
        this.#spans.set(verdict, {
          sinceMs: verdict === 'frozen' ? nowMs - this.#stillMs : nowMs,
          lastMs: nowMs,
        });
      } else span.lastMs = nowMs;
      this.#figures = this.#figuresOf(verdict, measures);
      const sinceMs = this.#spans.get(verdict)?.sinceMs ?? nowMs;
      if (inFront.has(verdict) && measures.seenShare() >= stillSeenShare) this.#stillSeenAtMs = nowMs;
      const isHidden = inFront.has(verdict) && nowMs - this.#stillSeenAtMs <= passersMs;
      const minStayMs = Math.max(this.#minStayMs(verdict), isHidden ? hiddenMs : 0);
      if (this.#fault === null && nowMs - sinceMs >= minStayMs) {
        this.#fault = { fault: verdict, sinceMs };
      }
    }
    const settledAtMs = (this.#beganAtMs ?? nowMs) + settleMs;
    const isQuiet = verdict === null && this.#fault === null && coveredShare < 0.3;
    const isNewView = this.#fault !== null && nowMs - this.#fault.sinceMs >= acceptAfterMs;
    const isDue = this.#reference === null ? nowMs >= settledAtMs : nowMs - this.#referenceAtMs >= renewMs;
    if (isNewView || (isQuiet && isDue)) {
      const luma = isNewView ? grid.luma : layers.expected.luma;
      this.#keepReference(grid, luma);
      this.#referenceAtMs = nowMs;
      if (isNewView) this.#acceptView();
    }
  }

  /** Something large that stood there was learnt, or has left again: how the view looked until then is not forgotten. */
  #keepReference(grid: AnalysisGrid, luma: Uint8Array): void {
    const was = this.#reference;
    const look = { ...grid, luma };
    if (was !== null && measureView(look, was, new Uint8Array(luma.length)).slopeMatch < otherLook) {
      this.#earlier = [...this.#earlier, was].slice(-keptReferences);
    }
    this.#reference = referenceOf(look);
  }

  /** The view looks as it did before something large was learnt that stood in front of it. */
  #looksAsBefore(grid: AnalysisGrid, occupied: Uint8Array): boolean {
    return this.#earlier.some((reference) => {
      const { detailRatio, slopeMatch } = measureView(grid, reference, occupied);
      return detailRatio >= asBefore.detailRatio && slopeMatch >= asBefore.slopeMatch;
    });
  }

  #acceptView(): void {
    this.#earlier = [];
    this.#normal = null;
    this.#spans.clear();
    this.#fault = null;
  }

  #verdictOf(
    { meanLuma, brightShare, ...measures }: ViewMeasures,
    looksAsBefore: () => boolean,
  ): ViewFault | null {
    const isSudden = this.#normal !== null && meanLuma < suddenDarkShare * this.#normal.meanLuma;
    const brightest = isSudden ? suddenBrightShare : dark.brightShare;
    if (meanLuma < dark.meanLuma && brightShare < brightest) return 'black';
    if (this.#stillMs >= this.#frozenAfterMs() && this.#watchedMs >= frozenAfterWatchingMs) return 'frozen';
    const normal = this.#normal;
    if (this.#reference === null || normal === null || measures.comparedShare < leastComparedShare)
      return null;
    if (this.#reference.detail < leastDetail || normal.slopeMatch < leastSelfMatch) return null;
    const isDull = measures.detailRatio < lost.detailRatio;
    const isElsewhere = measures.slopeMatch < lost.slopeMatch * normal.slopeMatch;
    if ((!isDull && !isElsewhere) || looksAsBefore()) return null;
    const isSameLayout = measures.layoutMatch() >= lost.layoutMatch;
    if (isDull) return isSameLayout ? 'defocused' : 'covered';
    return isSameLayout ? null : 'turned';
  }

  /** Whatever passes makes a view match less, so better figures are believed soon and worse ones late. */
  #learn({ meanLuma, slopeMatch }: ViewMeasures, sinceLookMs: number): void {
    if (this.#reference === null) return;
    const was = this.#normal ?? { meanLuma, slopeMatch };
    const rateOf = (followMs: number): number => 1 - Math.exp(-sinceLookMs / followMs);
    this.#normal = {
      meanLuma: was.meanLuma + rateOf(lateMs) * (meanLuma - was.meanLuma),
      slopeMatch:
        was.slopeMatch +
        rateOf(slopeMatch > was.slopeMatch ? soonMs : lateMs) * (slopeMatch - was.slopeMatch),
    };
  }

  #figuresOf(fault: ViewFault, measures: ViewMeasures): ViewCondition['figures'] {
    const { meanLuma, detailRatio, slopeMatch, layoutMatch } = measures;
    const slopes = slopeMatch / (this.#normal?.slopeMatch ?? 1);
    const detail = {
      name: 'detail against normal, share',
      measured: detailRatio,
      threshold: lost.detailRatio,
    };
    const edges = { name: 'edges where they were, share', measured: slopes, threshold: lost.slopeMatch };
    const layout = { name: 'layout as before, share', measured: layoutMatch(), threshold: lost.layoutMatch };
    switch (fault) {
      case 'black':
        return [{ name: 'mean luma', measured: meanLuma, threshold: dark.meanLuma }];
      case 'frozen':
        return [
          {
            name: 'longest still time before, ms',
            measured: this.#longestStillMs,
            threshold: this.#frozenAfterMs(),
          },
        ];
      case 'turned':
        return [edges, layout];
      case 'covered':
      case 'defocused':
        return [detail, layout];
    }
  }

  #condition(nowMs: number): ViewCondition {
    const doubtful = [...this.#spans.values()].some(
      ({ sinceMs, lastMs }) => lastMs - sinceMs >= doubtAfterMs && nowMs - lastMs <= lapseMs,
    );
    return {
      fault: this.#fault?.fault ?? null,
      sinceMs: this.#fault?.sinceMs ?? null,
      isDoubtful: this.#fault !== null || doubtful,
      figures: this.#figures,
    };
  }

  #frozenAfterMs(): number {
    return Math.max(this.#rule.frozenMs, stillFactor * this.#longestStillMs);
  }

  #minStayMs(fault: ViewFault): number {
    return fault === 'frozen' ? this.#frozenAfterMs() : this.#rule[`${fault}Ms`];
  }

  #isSameAsBefore({ data, widthPx, heightPx }: Picture): boolean {
    const count = Math.floor((widthPx * heightPx) / sampleStride);
    const isFirst = this.#samples.length !== count;
    if (isFirst) this.#samples = new Uint8Array(count);
    let different = 0;
    for (let sample = 0, at = 0; sample < count; sample++, at += sampleStride) {
      const value = data[at] ?? 0;
      const off = value - (this.#samples[sample] ?? 0);
      if (off > sameLuma || off < -sameLuma) different++;
      this.#samples[sample] = value;
    }
    return !isFirst && different <= differentShare * count;
  }
}

/** Before anything is learnt only darkness can be told. */
const emptyReference = (grid: { readonly columns: number; readonly rows: number }): ViewReference =>
  referenceOf({ columns: grid.columns, rows: grid.rows, luma: new Uint8Array(grid.columns * grid.rows) });
