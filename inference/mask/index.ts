import type { MaskModels } from './find-regions.ts';
import { maskClip, type MaskClipJob } from './mask-clip.ts';
import { maskStill } from './mask-still.ts';

export type { MaskModels } from './find-regions.ts';
export type { MaskClipJob } from './mask-clip.ts';

/** Hides faces and heads. Fails closed: whatever goes wrong, nothing unmasked comes out. */
export interface Masker {
  /**
   * @param image JPEG, PNG or WebP.
   * @returns JPEG of the same size.
   * @throws PipelineError; then there is no picture.
   */
  maskStill(image: Uint8Array): Promise<Uint8Array>;
  /** @throws PipelineError; then there is no `outFile`. */
  maskClip(job: MaskClipJob): Promise<void>;
}

/** @param models stay open as long as the masker is used; whoever opened them closes them. */
export const openMasker = (models: MaskModels): Masker => ({
  maskStill: async (image) => await maskStill(image, models),
  maskClip: async (job) => {
    await maskClip(job, models);
  },
});
export { cutCrop, drawBox } from './passage-picture.ts';
