/** A piece of the recording, cut without re-encoding. */
export interface CutClip {
  /** Begins at a key frame, so usually a little before what was asked for. */
  readonly capturedFromMs: number;
  readonly capturedToMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface StillPicture {
  /** PNG at the size the camera sends, pixels made square. */
  readonly image: Uint8Array;
  /** Of the picture that was on show at the moment asked for. */
  readonly capturedAtMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What a camera showed in the last minutes, or a file from beginning to end. Times are captured time. */
export interface Recorder {
  /**
   * Cut a clip as MP4. A span that reaches over the ends of the recording is cut down to it.
   * @param request.waitMs how long to wait until the recording reaches `toMs`; default: as long as that should take.
   * @throws PipelineError INGEST_CLIP_UNAVAILABLE when nothing of the span was recorded or is kept any more.
   */
  cutClip(request: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly filePath: string;
    readonly waitMs?: number;
    readonly signal: AbortSignal;
  }): Promise<CutClip>;
  /** @throws PipelineError INGEST_CLIP_UNAVAILABLE. */
  still(request: {
    readonly atMs: number;
    readonly waitMs?: number;
    readonly signal: AbortSignal;
  }): Promise<StillPicture>;
}
