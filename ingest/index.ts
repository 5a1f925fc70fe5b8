export { localCameraCode } from './camera-code.ts';
export { openCameraSession } from './open-session.ts';
export { probeSource } from './probe-source.ts';
export type { Recorder } from './recorder/recorder.ts';
export { resolveCameraSource } from './resolve-source.ts';
export type { CameraSession, LeasedFrame, SessionOptions } from './session.ts';
export type { CameraSource, Pace } from './source.ts';
