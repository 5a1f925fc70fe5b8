export type { DeviceClock } from './device-clock.ts';
export { discover, type Discovery, targetAt } from './discover.ts';
export { type FoundDevice, foundDevice, proposedStreams } from './found-device.ts';
export type { OnvifNotice } from './notice.ts';
export { openOnvif, type Onvif } from './onvif.ts';
export { planScan, type ScanPlan } from './scan-plan.ts';
