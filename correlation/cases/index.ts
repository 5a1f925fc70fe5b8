export { collectEvidence, isIntact, review } from './custody.ts';
export { deskFor, onDutyAt } from './desks.ts';
export { dueEscalations } from './escalation.ts';
export { LegalTable, suggestBases } from './legal-table.ts';
export type { CaseSettings } from './settings.ts';
export { advanced, mayAdvance, sentBack, stateOfTasks, tasksFor } from './tasks.ts';
export { actAtMs, met, rested, termsAtRegistration, triageTerm, withMet, withStarted } from './terms.ts';
export { dueAt } from './work-calendar.ts';
