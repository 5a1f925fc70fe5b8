import { archiveRowTable } from './archive-row.ts';
import { auditTable } from './audit-entry.ts';
import { cameras, cameraTable } from './camera.ts';
import { cameraZones, cameraZonesTable } from './camera-zones.ts';
import { catalogueEntryTable } from './catalogue-entry.ts';
import { clockCheckTable } from './clock-check.ts';
import { commands, commandTable } from './command.ts';
import { deadLetters } from './dead-letter.ts';
import { exclusionTable } from './exclusion.ts';
import { exclusionRequestTable } from './exclusion-request.ts';
import { faultTicketTable } from './fault-ticket.ts';
import { footageAnswers, footageRequests } from './footage.ts';
import { footageDeletionTable } from './footage-deletion.ts';
import { cameraHealth, cameraHealthTable } from './health.ts';
import { historyListingTable } from './history-listing.ts';
import { imageCheckTable } from './image-check.ts';
import { incidentChanges, incidentTable } from './incident.ts';
import { keyPlaceTable } from './key-place.ts';
import { knownPlaceTable, placeAliasTable } from './known-place.ts';
import { measuredStreamTable } from './measured-stream.ts';
import { noticeDeliveryTable, notices } from './notice.ts';
import { observations, observationTable } from './observation.ts';
import { osdCheckTable } from './osd-check.ts';
import { outlineTable } from './outline.ts';
import { proberOutageTable } from './prober-outage.ts';
import { officialRecords, officialRecordTable } from './record.ts';
import { recordSubmissions } from './record-submission.ts';
import { recordingSegmentTable } from './recording-segment.ts';
import { roadTable } from './road.ts';
import { sceneEvents, sceneEventTable } from './scene-event.ts';
import { stateIntervalTable } from './state-interval.ts';
import { suppressedEvents, suppressedEventTable } from './suppressed-event.ts';
import type { Table } from './table.ts';
import type { Topic } from './topic.ts';
import { routeChanges, routeCommands, vehicleRouteTable } from './vehicle-route.ts';

/** Every topic there is: what a broker must have before anything starts. */
export const allTopics: readonly Topic[] = [
  cameras,
  cameraZones,
  observations,
  cameraHealth,
  sceneEvents,
  suppressedEvents,
  officialRecords,
  recordSubmissions,
  commands,
  incidentChanges,
  routeCommands,
  routeChanges,
  footageRequests,
  footageAnswers,
  notices,
  deadLetters,
];

/** Every table there is, each derived from its schema. */
export const allTables: readonly Table[] = [
  cameraTable,
  cameraZonesTable,
  keyPlaceTable,
  knownPlaceTable,
  placeAliasTable,
  observationTable,
  cameraHealthTable,
  sceneEventTable,
  suppressedEventTable,
  officialRecordTable,
  commandTable,
  incidentTable,
  roadTable,
  vehicleRouteTable,
  footageDeletionTable,
  noticeDeliveryTable,
  auditTable,
  stateIntervalTable,
  exclusionTable,
  exclusionRequestTable,
  proberOutageTable,
  imageCheckTable,
  recordingSegmentTable,
  clockCheckTable,
  measuredStreamTable,
  catalogueEntryTable,
  osdCheckTable,
  faultTicketTable,
  outlineTable,
  archiveRowTable,
  historyListingTable,
];
