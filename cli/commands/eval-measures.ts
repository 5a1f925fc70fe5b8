import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exclusionTable, type ImportSummary } from '../../contracts/index.ts';
import {
  cameraFilesIn,
  compareWithReference,
  type Comparison,
  type District,
  figuresOf,
  type FolderMeta,
  loadDistrict,
  type Mismatch,
  parseScope,
  readFolderMeta,
  Reference,
} from '../../correlation/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { configure } from '../configure.ts';
import { importDistrictListings } from '../district-import.ts';
import { drain } from '../drain.ts';
import { cameraOfficeOf } from '../camera-office.ts';
import type { CommonOptions } from '../program/declare.ts';
import { type Base, openBase, openDistrictStore } from '../services.ts';
import { startCorrelation } from '../stages.ts';
import { supervise } from '../supervisor.ts';

/** Differences that are shown one by one; the rest is counted. */
const maxShown = 40;

async function readReference(dir: string): Promise<Reference> {
  const file = join(dir, 'expected.json');
  try {
    return Reference.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `expected.json cannot be read: ${messageOf(cause)}`, {
      hint: 'The folder must hold the figures that somebody else computed of it, by scope and metric.',
      cause,
    });
  }
}

const lineOf = ({ scope, metric, field, expected, found }: Mismatch): string =>
  [scope.padEnd(26), metric.padEnd(22), field.padEnd(22), expected, '≠', found].join(' ');

/** The district as the figures see it once everything was brought in: out of the store, by the folder's own time. */
async function storedDistrict(store: Store, meta: FolderMeta) {
  const time = {
    window: { fromMs: meta.from, toMs: meta.to },
    instantMs: meta.instant,
    asOfMs: meta.asOf,
  };
  const reference = { lonDeg: meta.reference.lon0, latDeg: meta.reference.lat0 };
  const district = { ...(await loadDistrict(store, time, reference)), civilCode: meta.district };
  // Figures need the exclusions of their own months only; verdicts are asked of all.
  const exclusions = await store.find(exclusionTable, { orderBy: 'ordinal, exclusionId' });
  return { district, judged: { ...district, exclusions } };
}

function compare(
  { district, judged }: { readonly district: District; readonly judged: District },
  reference: Reference,
  interrupted: AbortSignal,
): Comparison {
  return compareWithReference(judged, reference, (name) => {
    interrupted.throwIfAborted();
    const scope = parseScope(name);
    return scope === null ? null : figuresOf(district, scope);
  });
}

interface Judged {
  readonly summaries: readonly ImportSummary[];
  readonly mismatches: (Mismatch & { readonly cameraFile: string })[];
  readonly comparedCount: number;
  readonly importMs: number;
  readonly compareMs: number;
}

/** Import the folder into a store of its own and compare it with each of its camera files. */
async function judge(
  dir: string,
  base: Base,
  reference: Reference,
  interrupted: AbortSignal,
): Promise<Judged> {
  const meta = await readFolderMeta(dir);
  const store = await openDistrictStore(base);
  const supervisor = supervise(interrupted, base.log);
  await startCorrelation(base, store, supervisor);
  let importMs = 0;
  let compareMs = 0;
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedAtMs = performance.now();
    const result = await work();
    importMs += performance.now() - startedAtMs;
    return result;
  };
  // The files are of that day: what lies in the future of it is refused as it was then.
  const at = (nowMs: number) => ({ ...base, clock: { ...base.clock, nowMs: () => nowMs } });
  const summaries = [...(await timed(() => importDistrictListings(at(meta.asOf), store, dir)))];
  const mismatches: Judged['mismatches'] = [];
  let comparedCount = 0;
  for (const [index, cameraFile] of (await cameraFilesIn(dir)).entries()) {
    await timed(async () => {
      const content = await readFile(join(dir, cameraFile));
      const office = cameraOfficeOf(at(meta.asOf + index), store);
      summaries.push(await office.importFile(cameraFile, content, true));
      await drain(base, supervisor.signal);
    });
    const startedAtMs = performance.now();
    const comparison = compare(await storedDistrict(store, meta), reference, interrupted);
    compareMs += performance.now() - startedAtMs;
    comparedCount += comparison.comparedCount;
    mismatches.push(...comparison.mismatches.map((mismatch) => ({ ...mismatch, cameraFile })));
  }
  await supervisor.stop();
  return { summaries, mismatches, comparedCount, importMs, compareMs };
}

/**
 * Bring in a district's folder through the importers into a store of its own, and hold every figure that the store then
 * gives against `expected.json`.
 * @throws PipelineError EVAL_GOAL_MISSED when a row was refused or a figure differs.
 */
export async function evalMeasures(
  dir: string,
  options: CommonOptions & { readonly json?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const reference = await readReference(dir);
  // Asked first: a folder that is none is told before a store is made for it.
  const cameraFiles = await cameraFilesIn(dir);
  const dataDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-eval-measures-'));
  let judged: Judged;
  try {
    const config = await configure({ ...options, data: dataDir }, { log: { level: 'warn' } });
    await using base = await openBase(config, 'eval');
    judged = await judge(dir, base, reference, interrupted);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
  const { summaries, mismatches, comparedCount } = judged;
  const ignored = reference.notes.stateRowsIgnored;
  const found = summaries.reduce((sum, { notes }) => sum + (notes?.['ignoredRows'] ?? 0), 0);
  if (ignored !== undefined && ignored !== found) {
    const what = { cameraFile: '', scope: 'notes', metric: 'states', field: 'stateRowsIgnored' };
    mismatches.push({ ...what, expected: String(ignored), found: String(found) });
  }
  const refused = summaries.flatMap(({ fileName, rejectedRows }) =>
    rejectedRows.map(({ line, reason }) => ({ file: fileName, line, reason })),
  );
  for (const { file, line, reason } of refused.slice(0, maxShown)) {
    process.stdout.write(`${file} line ${line}: ${reason}\n`);
  }
  for (const mismatch of mismatches.slice(0, maxShown)) {
    process.stdout.write(`${mismatch.cameraFile.padEnd(16)} ${lineOf(mismatch)}\n`);
  }
  if (mismatches.length > maxShown) process.stdout.write(`… and ${mismatches.length - maxShown} more\n`);
  const rowCount = summaries.reduce((sum, { acceptedCount }) => sum + acceptedCount, 0);
  const scopeCount = Object.keys(reference.scopes).length;
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  process.stdout.write(
    `${rowCount} rows imported in ${seconds(judged.importMs)} s, ${refused.length} refused; ` +
      `${comparedCount} values of ${scopeCount} scopes from ${cameraFiles.length} camera files compared in ` +
      `${seconds(judged.compareMs)} s, ${mismatches.length} differ\n`,
  );
  if (options.json !== undefined) {
    const figures = { rowCount, refused, scopeCount, comparedCount, mismatches };
    await writeFile(options.json, `${JSON.stringify(figures, null, 1)}\n`);
  }
  if (mismatches.length === 0 && refused.length === 0) return;
  throw new PipelineError(
    'EVAL_GOAL_MISSED',
    `${mismatches.length} of ${comparedCount} values differ, ${refused.length} rows were refused.`,
    { hint: 'Each is named above with its scope, metric and field, or its file and line.' },
  );
}
