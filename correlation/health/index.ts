export { readCameraHealth } from './camera-health-view.ts';
export { openExclusionOffice } from './exclusion-requests.ts';
export { healthHistoryGroup, runHealthHistory } from './run-health.ts';
