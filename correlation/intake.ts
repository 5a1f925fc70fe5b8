import { stringify } from 'csv-stringify/sync';
import type { Bus } from '../bus/index.ts';
import {
  type ImportSummary,
  type OfficialRecord,
  officialRecords,
  type PublicReport,
  type RecordSubmission,
  recordSubmissions,
} from '../contracts/index.ts';
import { type Clock, deterministicId, errorFields, type Log, PipelineError } from '../kernel/index.ts';
import type { DistrictPlaces } from './district-places.ts';
import { loadProfile, readRecords, withoutPersonalData } from './records/index.ts';
import { withRetry } from './retry.ts';

/** The ways in which records reach the bus: all of them through the same profiles, scrubber and gazetteer. */
export interface Intake {
  /** @throws PipelineError IMPORT_PROFILE_INVALID, IMPORT_FILE_UNREADABLE. */
  takeFile(fileName: string, content: Uint8Array, profileName: string): Promise<ImportSummary>;
  /** @throws PipelineError IMPORT_PROFILE_INVALID, IMPORT_FILE_UNREADABLE. */
  takeRows(submission: RecordSubmission): Promise<ImportSummary>;
  /** @returns the number under which the report is kept. */
  takeReport(report: PublicReport): Promise<string>;
}

interface IntakeParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly places: DistrictPlaces;
  /** Jurisdiction of records that neither name one nor lie near a camera. */
  readonly areaCode: string;
}

export function openIntake({ bus, clock, places, areaCode }: IntakeParts): Intake {
  const publish = async (records: readonly OfficialRecord[]): Promise<void> => {
    const placed: OfficialRecord[] = [];
    for (const record of records) {
      placed.push({ ...record, areaCode: (await places.areaOf(record)) ?? record.areaCode });
    }
    await bus.publish(officialRecords, placed);
  };

  const takeFile = async (
    fileName: string,
    content: Uint8Array,
    profileName: string,
  ): Promise<ImportSummary> => {
    const profile = await loadProfile(profileName);
    const { records, rejected } = readRecords({
      content,
      fileName,
      profile,
      defaults: { areaCode },
      gazetteer: await places.gazetteer(),
    });
    await publish(records);
    return {
      fileName,
      acceptedCount: records.length,
      rejectedCount: new Set(rejected.map(({ row }) => row)).size,
      rejectedRows: rejected.map(({ line, row, column, found, reason }) => ({
        line,
        row,
        column,
        found,
        reason,
      })),
    };
  };

  return {
    takeFile,
    async takeRows({ profile, rows }) {
      const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const table = rows.map((row) => columns.map((column) => row[column] ?? ''));
      return await takeFile(
        `${profile} rows`,
        new TextEncoder().encode(stringify([columns, ...table])),
        profile,
      );
    },
    async takeReport({ reportKey, text, placeText, lonDeg, latDeg }) {
      const sourceId = `web-${deterministicId('public-report', reportKey)}`;
      const row = {
        reportId: sourceId,
        reportedAt: new Date(clock.nowMs()).toISOString(),
        content: plainCell(withoutPersonalData(text, [])),
        place: plainCell(withoutPersonalData(placeText, [])),
        lng: lonDeg ?? '',
        lat: latDeg ?? '',
      };
      const content = new TextEncoder().encode(stringify([row], { header: true }));
      const summary = await takeFile('public report', content, 'resident-report');
      const [refused] = summary.rejectedRows;
      if (refused !== undefined) {
        throw new PipelineError('IMPORT_ROWS_REJECTED', `The report cannot be taken: ${refused.reason}.`, {
          hint: 'Say in a few words what lies where.',
        });
      }
      return sourceId;
    },
  };
}

/** A resident's sentence may begin with a sign that a spreadsheet would run; it is only a sentence. */
const plainCell = (text: string): string => text.replace(/^[=@+\-\t\r]+/, '');

/** Consumer group of the process that takes in what other systems put on the bus. */
export const intakeGroup = 'intake';

/**
 * Take in records that other systems put on the bus, until `signal` aborts. A row that cannot be right goes to the
 * dead-letter topic with its reasons; the other rows of its message are taken.
 */
export async function runIntake(parts: {
  readonly bus: Bus;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { bus, intake, clock, log, signal } = parts;
  const take = async (): Promise<void> => {
    for await (const delivery of bus.subscribe([recordSubmissions], { group: intakeGroup, signal })) {
      try {
        const { rejectedRows } = await intake.takeRows(delivery.record);
        if (rejectedRows.length === 0) await delivery.ack();
        else {
          const reasons = rejectedRows.map(
            ({ row, column, reason }) => `row ${row}, ${column ?? 'all of it'}: ${reason}`,
          );
          await delivery.deadLetter(
            new PipelineError('IMPORT_ROWS_REJECTED', reasons.slice(0, 20).join('; '), {
              hint: 'The other rows of the message are taken.',
            }),
          );
        }
      } catch (error) {
        if (signal.aborted) throw error;
        if (!(error instanceof PipelineError) || !error.code.startsWith('IMPORT_')) throw error;
        log.warn({ ...errorFields(error), offset: delivery.offset }, 'a submission of records was refused');
        await delivery.deadLetter(error);
      }
    }
  };
  try {
    await withRetry(take, { clock, log, signal, doing: 'taking in records of other systems' });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
