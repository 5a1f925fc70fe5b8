import { z } from 'zod';
import { column } from './column.ts';

/** 20-digit GB/T 28181 code: centre 8, sector 2, type 3, network 1, serial 6. */
export const CameraId = z
  .string()
  .regex(/^\d{20}$/, 'a camera code has 20 digits (GB/T 28181)')
  .register(column, { type: 'LowCardinality(String)' });

/** Code of a police station's jurisdiction (所属辖区公安机关): the partition key of everything that meets in an incident. */
export const AreaCode = z.string().min(1).max(64).register(column, { type: 'LowCardinality(String)' });

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const EpochMs = z.int().nonnegative();

export const Uuid = z.uuid();
