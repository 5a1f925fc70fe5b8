/** `STAGE_WHAT`: stable, so that a log search, a test or an alert can rely on it. */
export type ErrorCode =
  | 'USAGE'
  | 'INTERRUPTED'
  | 'SETUP_MISSING'
  | 'CONFIG_NOT_FOUND'
  | 'CONFIG_INVALID'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_UNUSABLE'
  | 'DISK_FULL'
  | 'PORT_IN_USE'
  | 'BUS_CLOSED'
  | 'BUS_UNREACHABLE'
  | 'BUS_STALLED'
  | 'BUS_RECORD_INVALID'
  | 'STORE_UNREACHABLE'
  | 'STORE_QUERY'
  | 'STORE_MIGRATION_CHANGED'
  | 'STORE_SCHEMA_DRIFT'
  | 'MEDIA_NOT_FOUND'
  | 'MEDIA_DELETED'
  | 'MEDIA_DAMAGED'
  | 'INGEST_FILE_NOT_FOUND'
  | 'INGEST_NOT_A_VIDEO'
  | 'INGEST_FILE_DAMAGED'
  | 'INGEST_FFMPEG_MISSING'
  | 'INGEST_FFMPEG_EXIT'
  | 'INGEST_RTSP_AUTH'
  | 'INGEST_RTSP_NOT_FOUND'
  | 'INGEST_RTSP_UNREACHABLE'
  | 'INGEST_FRAMES_STALLED'
  | 'INGEST_ADDRESS_REFUSED'
  | 'INGEST_ONVIF_UNREACHABLE'
  | 'INGEST_ONVIF_AUTH'
  | 'INGEST_ONVIF_ANSWER'
  | 'INGEST_ONVIF_FAULT'
  | 'CREDENTIAL_NOT_FOUND'
  | 'CREDENTIAL_KEY'
  | 'INGEST_CLIP_UNAVAILABLE'
  | 'MODEL_NOT_FOUND'
  | 'MODEL_CHECKSUM'
  | 'MODEL_SHAPE'
  | 'MODEL_INVALID'
  | 'MODEL_WORKER_DIED'
  | 'MODEL_BUSY'
  | 'IMPORT_FILE_NOT_FOUND'
  | 'PLACE_UNKNOWN'
  | 'IMPORT_FILE_UNREADABLE'
  | 'IMPORT_PROFILE_INVALID'
  | 'IMPORT_ROWS_REJECTED'
  | 'ROUTE_TRAFFIC'
  | 'COMMAND_REFUSED'
  | 'COMMAND_TIMEOUT'
  | 'AUTH_REQUIRED'
  | 'AUTH_REFUSED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'BAD_REQUEST'
  | 'EVAL_GOAL_MISSED';

/** An error somebody can act on: a stable code, what was found, and what to do next. Never a password in it. */
export class PipelineError extends Error {
  readonly code: ErrorCode;
  /** What to do next. */
  readonly hint: string;
  /** The same call may work later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    detail: { hint: string; retryable?: boolean; cause?: unknown },
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'PipelineError';
    this.code = code;
    this.hint = detail.hint;
    this.retryable = detail.retryable ?? false;
  }
}

/** The text of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system error code (`ENOENT`, `ENOSPC`, …) of whatever was thrown, if it has one. */
export function systemCodeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
