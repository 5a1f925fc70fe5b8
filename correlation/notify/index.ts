export { type DeskOffice, openDeskOffice } from './office.ts';
export { runNotify } from './run-notify.ts';
