import { z } from 'zod';
import { EpochMs } from './ids.ts';

/**
 * What can be wrong with a picture (视频质量诊断), by the words of image checks:
 * `signalLost` one flat colour, `black`, `freeze`, `noise` (snow), `dark`, `bright`, `lowContrast`,
 * `occlusion` (covered), `colorCast`, `blur` (out of focus), `jitter` (shaken), `sceneChange` (turned or knocked).
 */
export const PictureFault = z.enum([
  'signalLost',
  'black',
  'freeze',
  'noise',
  'dark',
  'bright',
  'lowContrast',
  'occlusion',
  'colorCast',
  'blur',
  'jitter',
  'sceneChange',
]);
export type PictureFault = z.infer<typeof PictureFault>;

/** Which of a camera's two baselines a picture was held against: in colour, or by infrared light. */
export const PicturePass = z.enum(['day', 'night']);
export type PicturePass = z.infer<typeof PicturePass>;

/** Diagnosis of a camera's picture at one moment. `unknown` (too little seen yet) is not `normal`. */
export const PictureVerdict = z
  .strictObject({
    verdict: z.enum(['normal', 'faulty', 'unknown']),
    /** The gravest first; empty unless faulty. */
    faults: z.array(
      z.strictObject({
        fault: PictureFault,
        /** First picture that showed it, not the one that made it certain. */
        sinceMs: EpochMs,
      }),
    ),
    /** Faults that this picture made certain to be over, and the first good picture after each. */
    ended: z.array(z.strictObject({ fault: PictureFault, sinceMs: EpochMs, untilMs: EpochMs })).default([]),
    pass: PicturePass,
    checkedAtMs: EpochMs,
  })
  .meta({ id: 'PictureVerdict' });
export type PictureVerdict = z.infer<typeof PictureVerdict>;
