import { z } from 'zod';

/** 派出所, 交警, 综合执法. */
export const Agency = z.enum(['policeStation', 'trafficPolice', 'enforcement']);
export type Agency = z.infer<typeof Agency>;
