export * from './camera-code.ts';
export * from './camera-file.ts';
export { explainCameraCode } from './explain-code.ts';
export { type CameraOffice, openCameraOffice } from './camera-office.ts';
export { disarmed } from './cell-text.ts';
export type { CameraFileIssue, IssueKind } from './issue.ts';
export * from './key-places.ts';
export * from './outlines.ts';
export type { CameraFileContext } from './row-checks.ts';
