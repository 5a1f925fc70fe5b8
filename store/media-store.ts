import type { MediaRef } from '../contracts/index.ts';

/** What is known of a still or clip before it is kept: everything but size and hash. */
export type MediaDraft = Omit<MediaRef, 'sizeBytes' | 'sha256'>;

/** What a camera showed last. */
export interface LastStill {
  readonly capturedAtMs: number;
  readonly filePath: string;
}

/** A picture of one passage of a vehicle route. */
export interface PassagePicture {
  /** `still`, or `crop0`, `crop1`, … */
  readonly name: string;
  readonly capturedAtMs: number;
  readonly filePath: string;
}

/** Keeps stills and clips, each under its id with size and sha256; written once, never changed. */
export interface MediaStore {
  /**
   * Keep bytes or a finished file (which is moved in). A second put of the same id changes nothing and returns what is kept.
   * @throws PipelineError DISK_FULL; a half-written file is never visible.
   */
  put(draft: MediaDraft, content: Uint8Array | { readonly filePath: string }): Promise<MediaRef>;

  /**
   * @returns what is kept under the id and a path to read it from.
   * @throws PipelineError MEDIA_NOT_FOUND.
   */
  get(mediaId: string): Promise<{ readonly ref: MediaRef; readonly filePath: string }>;

  /** When it was kept, by the clock of the disk; null: nothing is kept under the id. */
  keptAtMs(mediaId: string): Promise<number | null>;

  /**
   * Delete it for good; one that is not there is no error. Its content goes before what is known of it, so that a
   * deletion that was cut off is seen as one and done again.
   */
  remove(media: Pick<MediaRef, 'mediaId' | 'mimeType'>): Promise<void>;

  /** @throws PipelineError MEDIA_DAMAGED when the bytes no longer have the hash they were kept with. */
  verify(mediaId: string): Promise<void>;

  /**
   * Keep what a camera showed last, in the place of what it showed before. It is nobody's evidence.
   * @param image JPEG, faces blurred.
   * @throws PipelineError DISK_FULL, DATA_DIR_UNUSABLE.
   */
  putLastStill(cameraId: string, capturedAtMs: number, image: Uint8Array): Promise<void>;

  /** Null: none was kept. */
  lastStill(cameraId: string): Promise<LastStill | null>;

  /** Pictures of vehicle routes: they go with the route, all at once. */
  readonly passages: {
    /** @param image JPEG, faces blurred. @throws PipelineError DISK_FULL, DATA_DIR_UNUSABLE. */
    put(
      of: { readonly routeId: string; readonly sightingId: string },
      picture: { readonly name: string; readonly capturedAtMs: number },
      image: Uint8Array,
    ): Promise<void>;
    /** What is kept of one passage, in order of name. */
    list(of: { readonly routeId: string; readonly sightingId: string }): Promise<PassagePicture[]>;
    /** How many pictures a route has. */
    count(routeId: string): Promise<number>;
    /** Delete all pictures of a route. */
    remove(routeId: string): Promise<void>;
    /** Routes that have pictures. */
    routeIds(): Promise<string[]>;
  };
}
