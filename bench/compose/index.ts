/** Videos with a known dumping, made from real footage: scene description in, video and truth out. */
export { makeVideo } from './make-video.ts';
export { Scene } from './scene.ts';
export type { EventsFile } from './truth.ts';
export { gaussian, seededRandom } from './random.ts';
export { type ObjectKind, renderObject } from './object.ts';
export { encodeSrgb } from './light.ts';
