import {
  archiveRowTable,
  type Camera,
  type CameraFileObjection,
  type CameraImportReport,
  cameraTable,
  type CodeExplanation,
  type FoundCamera,
  outlineTable,
  type RegistrationReport,
} from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import { checkArchive } from './archive-check.ts';
import { type CameraFile, readCameraFile } from './camera-file.ts';
import { correctedFile } from './correct-file.ts';
import { explainCameraCode } from './explain-code.ts';
import { exportCameraFile } from './export-file.ts';
import { type ImportPlan, planImport } from './import-plan.ts';
import type { CameraFileIssue } from './issue.ts';
import { locatorOf } from './outlines.ts';
import { registerFound } from './register.ts';
import type { TableFile } from './table-file.ts';

export interface CameraOfficeOptions {
  readonly store: Store;
  /** Hand cameras to everybody who follows them; resolves once that is durable. */
  readonly publish: (cameras: readonly Camera[]) => Promise<void>;
  readonly nowMs: () => number;
  readonly district: { readonly civilCode: string; readonly areaCode: string; readonly name: string };
  /** A code for a camera that no file knows: always the same for the same name. */
  readonly codeOf: (name: string) => string;
  /** Check a stream's address. @returns it without a login. @throws PipelineError INGEST_ADDRESS_REFUSED. */
  readonly checkedStream: (what: string, uri: string) => string;
}

/** Everything that is done to the camera file as a whole. */
export interface CameraOffice {
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  importFile(fileName: string, content: Uint8Array, isApplied: boolean): Promise<CameraImportReport>;
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  correctedFile(fileName: string, content: Uint8Array): Promise<TableFile>;
  exportFile(format: 'csv' | 'xlsx', headers: 'pinyin' | 'chinese'): Promise<TableFile>;
  /** @throws PipelineError INGEST_ADDRESS_REFUSED. */
  register(found: readonly FoundCamera[]): Promise<RegistrationReport>;
  explain(code: string): CodeExplanation;
}

const asObjection = (issue: CameraFileIssue): CameraFileObjection => ({
  row: issue.row,
  line: issue.line,
  column: issue.column,
  found: issue.found,
  kind: issue.kind,
  severity: issue.severity,
  reason: issue.reason,
  repairedTo: issue.repairedTo ?? null,
  otherRow: issue.otherRow ?? null,
});

/** Open the office of the camera file. */
export function openCameraOffice(options: CameraOfficeOptions): CameraOffice {
  const { store, publish, district } = options;

  /** Outlines of the newest listing; without them no place can be outside the district. */
  const outlinesNow = async () => {
    const rows = await store.find(outlineTable, { orderBy: 'updatedAtMs DESC' });
    const [newest] = rows;
    return rows.filter(({ listingId }) => listingId === newest?.listingId);
  };

  const read = async (
    fileName: string,
    content: Uint8Array,
  ): Promise<{
    file: CameraFile;
    plan: ImportPlan;
    issues: readonly CameraFileIssue[];
    existing: Camera[];
    outlines: Awaited<ReturnType<typeof outlinesNow>>;
    nowMs: number;
  }> => {
    const nowMs = options.nowMs();
    const outlines = await outlinesNow();
    const context = outlines.length === 0 ? {} : { locator: locatorOf(outlines) };
    const file = readCameraFile(content, fileName, nowMs, context);
    const existing = await store.find(cameraTable);
    const plan = planImport(file, existing);
    const issues = [...file.issues, ...plan.issues].toSorted((a, b) => a.row - b.row);
    return { file, plan, issues, existing, outlines, nowMs };
  };

  return {
    async importFile(fileName, content, isApplied) {
      const { file, plan, issues, existing, outlines, nowMs } = await read(fileName, content);
      if (isApplied) {
        await publish(plan.cameras);
        const rows = [...file.archive].map(([cameraId, row]) => ({
          ...row,
          blankRequired: [...row.blankRequired],
          cameraId,
          updatedAtMs: nowMs,
        }));
        await store.insert(archiveRowTable, rows, { deduplicationToken: `archive/${fileName}/${nowMs}` });
      }
      const kept = await store.find(archiveRowTable);
      const after = new Map(existing.map((camera) => [camera.cameraId, camera]));
      for (const camera of plan.cameras) after.set(camera.cameraId, camera);
      const archive = new Map([...kept.map((row) => [row.cameraId, row] as const), ...file.archive]);
      const errorLines = new Set(file.rejected.map(({ line }) => line));
      return {
        fileName,
        isApplied,
        acceptedCount: file.cameras.length,
        rejectedCount: errorLines.size,
        rejectedRows: [...file.rejected],
        addedCount: plan.addedCount,
        changedCount: plan.changedCount,
        unchangedCount: plan.unchangedCount,
        repairedCount: issues.filter(({ severity }) => severity === 'repairable').length,
        moved: [...plan.moved],
        objections: issues.map(asObjection),
        archiveRules: checkArchive([...after.values()], archive, {
          outlines,
          nowMs,
        }),
      };
    },
    async correctedFile(fileName, content) {
      const { file, issues } = await read(fileName, content);
      return correctedFile(content, fileName, file, issues);
    },
    async exportFile(format, headers) {
      const [cameras, rows] = await Promise.all([
        store.find(cameraTable, { orderBy: 'cameraId' }),
        store.find(archiveRowTable),
      ]);
      const archive = new Map(rows.map((row) => [row.cameraId, row]));
      return exportCameraFile(cameras, archive, { format, headers });
    },
    async register(found) {
      const clean = found.map(
        (camera): FoundCamera => ({
          ...camera,
          streams: camera.streams.map((stream) => ({
            ...stream,
            uri: options.checkedStream(camera.name, stream.uri),
          })),
        }),
      );
      const { cameras, report } = registerFound(await store.find(cameraTable), clean, {
        nowMs: options.nowMs(),
        civilCode: district.civilCode,
        areaCode: district.areaCode,
        codeOf: options.codeOf,
      });
      await publish(cameras);
      return report;
    },
    explain: (code) => explainCameraCode(code, district),
  };
}
