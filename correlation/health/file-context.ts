import { cameraTable, exclusionTable } from '../../contracts/index.ts';
import { type Clock, deterministicId } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import type { HealthContext } from './fold.ts';

/** What is on file is read again after so long. */
const freshMs = 30_000;

/** Reasons by which what is missing is expected. */
const expected = new Set(['plannedMaintenance', 'roadWorks', 'gridPowerCut', 'forceMajeure', 'trialRun']);

/** Hours that a repair may take, by class of the point. */
export type TicketLimits = Readonly<Record<'class1' | 'class2' | 'class3' | 'other', number>>;

const limitOf = (limits: TicketLimits, pointClass: number): number => {
  switch (pointClass) {
    case 1:
      return limits.class1;
    case 2:
      return limits.class2;
    case 3:
      return limits.class3;
    default:
      return limits.other;
  }
};

/** Asset files and approved windows, as the tables have them now or had them half a minute ago. */
export function openFileContext(
  store: Store,
  clock: Clock,
  limits: TicketLimits,
): { of(cameraId: string, atMs: number): Promise<HealthContext> } {
  const read = async () => {
    const [cameras, exclusions] = await Promise.all([
      store.find(cameraTable),
      store.find(exclusionTable, {
        where: "approver != '' AND toMs > {sinceMs:Int64}",
        params: { sinceMs: clock.nowMs() - 86_400_000 },
      }),
    ]);
    return {
      readAtMs: clock.nowMs(),
      cameras: new Map(cameras.map((camera) => [camera.cameraId, camera])),
      windows: Map.groupBy(
        exclusions.filter(({ reason }) => expected.has(reason)),
        ({ cameraId }) => cameraId,
      ),
    };
  };
  let known: ReturnType<typeof read> | undefined;
  return {
    async of(cameraId, atMs) {
      let file = await known;
      if (file === undefined || Math.abs(clock.nowMs() - file.readAtMs) > freshMs) {
        known = read();
        file = await known;
      }
      const camera = file.cameras.get(cameraId);
      const window = file.windows.get(cameraId)?.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
      const fileState = (): HealthContext['fileState'] => {
        if (camera?.deviceStatus === 3) return 'retired';
        const isComing = camera?.installedAtMs !== undefined && (camera.installedAtMs ?? 0) > atMs;
        return isComing ? 'notCommissioned' : null;
      };
      return {
        fileState: fileState(),
        maintenanceId: window?.reason === 'plannedMaintenance' ? window.exclusionId : null,
        isExcused: window !== undefined || fileState() !== null,
        limitHours: limitOf(limits, camera?.pointClass ?? 9),
        ticketIdOf: (kind, occurredAtMs) => deterministicId('ticket', cameraId, kind, String(occurredAtMs)),
      };
    },
  };
}
