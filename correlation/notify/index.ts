export { openDeskOffice } from './office.ts';
export { runNotify } from './run-notify.ts';
