import { auditTable } from './audit-entry.ts';
import { cameras, cameraTable } from './camera.ts';
import { commands, commandTable } from './command.ts';
import { deadLetters } from './dead-letter.ts';
import { cameraHealth, cameraHealthTable } from './health.ts';
import { incidentChanges, incidentTable } from './incident.ts';
import { keyPlaceTable } from './key-place.ts';
import { observations, observationTable } from './observation.ts';
import { officialRecords, officialRecordTable } from './record.ts';
import { sceneEvents, sceneEventTable } from './scene-event.ts';
import type { Table } from './table.ts';
import type { Topic } from './topic.ts';

/** Every topic there is: what a broker must have before anything starts. */
export const allTopics: readonly Topic[] = [
  cameras,
  observations,
  cameraHealth,
  sceneEvents,
  officialRecords,
  commands,
  incidentChanges,
  deadLetters,
];

/** Every table there is, each derived from its schema. */
export const allTables: readonly Table[] = [
  cameraTable,
  keyPlaceTable,
  observationTable,
  cameraHealthTable,
  sceneEventTable,
  officialRecordTable,
  commandTable,
  incidentTable,
  auditTable,
];
