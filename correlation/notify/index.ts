export { runNotify } from './run-notify.ts';
export { webhookStatus } from './self-test.ts';
export { webhookTargets } from './targets.ts';
