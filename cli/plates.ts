import type { PlateText } from '../contracts/index.ts';
import { openPlateReader, type PlateReader } from '../inference/index.ts';
import type { Log } from '../kernel/index.ts';

/** The reader of plates of a process: its networks are loaded when the first plate is asked for. */
export function openPlates(
  isOn: boolean,
  log: Log,
): { readonly read: ((crops: readonly Uint8Array[]) => Promise<PlateText>) | null } & AsyncDisposable {
  let opened: Promise<PlateReader> | undefined;
  const reader = async (): Promise<PlateReader> => {
    opened ??= openPlateReader(log);
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
  return {
    read: isOn ? async (crops) => await (await reader()).read(crops) : null,
    async [Symbol.asyncDispose]() {
      const made = await opened?.catch(() => undefined);
      await made?.[Symbol.asyncDispose]();
    },
  };
}
