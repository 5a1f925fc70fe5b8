import { deterministicId } from '../../kernel/index.ts';
import type { MediaDraft } from '../media-store.ts';

/** What is known of a made-up still before it is kept. */
export const draftOf = (index: number): MediaDraft => ({
  mediaId: deterministicId('test-medium', index),
  role: 'arrived',
  mimeType: 'image/jpeg',
  isMasked: true,
  capturedFromMs: 1_764_000_000_000,
  capturedToMs: 1_764_000_000_000,
  widthPx: 640,
  heightPx: 360,
});
