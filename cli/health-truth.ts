import { z } from 'zod';
import type { PictureFault } from '../contracts/index.ts';

/** A fault as somebody named it, in seconds from the first picture. */
export interface NamedFault {
  readonly name: string;
  /** By our own words; null: nobody here knows the name. */
  readonly fault: PictureFault | null;
  readonly fromS: number;
  readonly toS: number;
}

/** Words in use for the same fault. */
const names: Readonly<Record<PictureFault, readonly string[]>> = {
  signalLost: ['signallost', 'lost', 'nosignal', 'videoloss', 'bluescreen'],
  black: ['black', 'blackscreen'],
  freeze: ['freeze', 'frozen', 'still'],
  noise: ['noise', 'noisy', 'snow'],
  dark: ['dark', 'toodark', 'underexposed'],
  bright: ['bright', 'toobright', 'overexposed'],
  lowContrast: ['lowcontrast', 'contrast', 'fog'],
  occlusion: ['occlusion', 'occluded', 'covered', 'cover', 'blocked'],
  colorCast: ['colorcast', 'colourcast', 'cast', 'tint'],
  blur: ['blur', 'blurred', 'defocus', 'defocused', 'outoffocus'],
  jitter: ['jitter', 'shake', 'shaken', 'shaking'],
  sceneChange: ['scenechange', 'moved', 'turned', 'knocked', 'shifted'],
};

const faultOf = (name: string): PictureFault | null => {
  const plain = name.toLowerCase().replaceAll(/[^a-z]/g, '');
  const found = Object.entries(names).find(([, words]) => words.includes(plain));
  return found === undefined ? null : (found[0] as PictureFault);
};

const one = z.tuple([z.string(), z.number(), z.number()]);
const Truth = z.looseObject({
  faults: z.record(z.string(), z.union([one, z.array(one)])).optional(),
});

/** The faults that `events.json` names for a video: `"faults": { "file.mp4": ["black", 10, 20] }`, or a list of such. */
export function namedFaults(truth: unknown, videoName: string): NamedFault[] {
  const parsed = Truth.safeParse(truth);
  const listed = parsed.success ? parsed.data.faults?.[videoName.split('/').at(-1) ?? videoName] : undefined;
  if (listed === undefined) return [];
  const list = typeof listed[0] === 'string' ? [one.parse(listed)] : z.array(one).parse(listed);
  return list.map(([name, fromS, toS]) => ({ name, fault: faultOf(name), fromS, toS }));
}
