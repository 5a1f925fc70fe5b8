import type { ErrorCode } from '../kernel/index.ts';

/** What the exit code of every command means. */
export const exitCodes = {
  done: 0,
  /** The command failed; the error says why. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** Something that the command needs is not installed. */
  missing: 3,
  /** Done in part: some files or rows were refused, each named. */
  partly: 4,
  /** An evaluation ran, and missed its goal. */
  goalMissed: 5,
  interrupted: 130,
} as const;

const byError: Partial<Record<ErrorCode, number>> = {
  USAGE: exitCodes.usage,
  CONFIG_INVALID: exitCodes.usage,
  CONFIG_NOT_FOUND: exitCodes.usage,
  SETUP_MISSING: exitCodes.missing,
  INGEST_FFMPEG_MISSING: exitCodes.missing,
  IMPORT_ROWS_REJECTED: exitCodes.partly,
  EVAL_GOAL_MISSED: exitCodes.goalMissed,
  INTERRUPTED: exitCodes.interrupted,
};

/** The exit code that goes with an error. */
export const exitCodeOf = (code: ErrorCode): number => byError[code] ?? exitCodes.failed;
