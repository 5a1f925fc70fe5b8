export { discover, targetAt } from './discover.ts';
export { type FoundDevice, foundDevice, proposedStreams } from './found-device.ts';
export { type Onvif, openOnvif } from './onvif.ts';
export { planScan, type ScanPlan } from './scan-plan.ts';
