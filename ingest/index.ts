export { localCameraCode } from './camera-code.ts';
export { requireFfmpeg } from './ffmpeg/index.ts';
export { openCameraSession } from './open-session.ts';
export { probeSource } from './probe-source.ts';
export type { CutClip, Recorder, StillPicture } from './recorder/recorder.ts';
export { resolveCameraSource, type ResolveOptions } from './resolve-source.ts';
export type { CameraSession, LeasedFrame, MediaInfo, SessionOptions } from './session.ts';
export type { CameraSource, Pace } from './source.ts';
