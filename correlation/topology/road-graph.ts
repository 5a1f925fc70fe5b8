/** One direction of one stretch of road between two junctions. */
export interface RoadEdge {
  readonly edgeId: string;
  readonly fromJunction: string;
  readonly toJunction: string;
  readonly lengthM: number;
  /** Speed allowed. */
  readonly speedMps: number;
  readonly endsAtSignal: boolean;
  /** Edges that may follow, with the kind of turn; what is not here is forbidden. */
  readonly turns: ReadonlyMap<string, TurnKind>;
}

export type TurnKind = 'straight' | 'left' | 'right' | 'uTurn';

/** The stretch of one edge that one camera sees, in the direction of the edge. */
export interface CameraView {
  readonly cameraId: string;
  readonly edgeId: string;
  /** Metres from the start of the edge. */
  readonly fromM: number;
  readonly toM: number;
}

/** What a way through the network is made of, from the end of one view to the start of another. */
export interface Way {
  /** Driven at the speed allowed, without stopping. */
  readonly freeFlowMs: number;
  readonly signalCount: number;
  /** Left turns and turns back: where a driver waits for others. */
  readonly leftTurnCount: number;
  readonly rightTurnCount: number;
  /** Views on the way that the vehicle must have passed unseen. */
  readonly passedViews: readonly number[];
}

/** How long a way takes, in ms, as the traffic's pace has it. */
export interface Pace {
  /** Of the time at the speed allowed. */
  readonly perFreeFlow: number;
  readonly perSignalMs: number;
  readonly perLeftTurnMs: number;
  readonly perRightTurnMs: number;
}

/** Before any traffic was looked at: drivers keep a little under the limit; a signal costs a third of half a cycle. */
export const defaultPace: Pace = {
  perFreeFlow: 1.1,
  perSignalMs: 12_000,
  perLeftTurnMs: 6_000,
  perRightTurnMs: 3_000,
};

export const expectedMs = (way: Way, pace: Pace): number =>
  way.freeFlowMs * pace.perFreeFlow +
  way.signalCount * pace.perSignalMs +
  way.leftTurnCount * pace.perLeftTurnMs +
  way.rightTurnCount * pace.perRightTurnMs;
