import type { ErrorRequestHandler, Response } from 'express';
import type { ApiError } from '../contracts/index.ts';
import { errorFields, type ErrorCode, type Log, PipelineError } from '../kernel/index.ts';

const statusOf: Partial<Record<ErrorCode, number>> = {
  BAD_REQUEST: 400,
  IMPORT_FILE_UNREADABLE: 400,
  IMPORT_PROFILE_INVALID: 400,
  IMPORT_ROWS_REJECTED: 422,
  AUTH_REQUIRED: 401,
  AUTH_REFUSED: 403,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  MEDIA_NOT_FOUND: 404,
  MEDIA_DELETED: 410,
  PLACE_UNKNOWN: 404,
  COMMAND_REFUSED: 409,
  COMMAND_TIMEOUT: 504,
  BUS_UNREACHABLE: 503,
  BUS_CLOSED: 503,
  BUS_STALLED: 503,
  STORE_UNREACHABLE: 503,
  DISK_FULL: 507,
};

/** An error that names its own HTTP status where the code alone does not decide it. */
export class HttpError extends PipelineError {
  readonly status: number;
  constructor(status: number, code: ErrorCode, message: string, hint: string) {
    super(code, message, { hint });
    this.status = status;
  }
}

export const badRequest = (message: string, hint: string): HttpError =>
  new HttpError(400, 'BAD_REQUEST', message, hint);

export const notFound = (what: string): HttpError =>
  new HttpError(404, 'NOT_FOUND', `There is no ${what}.`, 'Check the id; the list shows what there is.');

/** Status and body of whatever was thrown. Of an unexpected error nothing but its class leaves the process. */
export function describeError(error: unknown): { status: number; body: ApiError } {
  if (error instanceof PipelineError) {
    const status = error instanceof HttpError ? error.status : (statusOf[error.code] ?? 500);
    return { status, body: { code: error.code, message: error.message, hint: error.hint } };
  }
  // body-parser and path decoding name a status of their own, e.g. 413 or 400.
  const status =
    error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
  if (status >= 400 && status < 500 && error instanceof Error) {
    const hint = 'Compare with /openapi.json.';
    return {
      status,
      body: { code: 'BAD_REQUEST', message: `The request cannot be read: ${error.message}`, hint },
    };
  }
  return {
    status: 500,
    body: {
      code: 'INTERNAL',
      message: 'The request failed for a reason of our own.',
      hint: 'Look at the log of the process at this time; it names the cause.',
    },
  };
}

export function sendError(res: Response, error: unknown): void {
  const { status, body } = describeError(error);
  // What a route has said about its good answer does not hold for this one.
  res.removeHeader('ETag');
  res.set('Cache-Control', 'no-store');
  res.status(status).json(body);
}

/** Last handler of the app: every error becomes one JSON body; what nobody expected is logged whole. */
export function answerErrors(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const { status } = describeError(error);
    if (status >= 500)
      log.error({ ...errorFields(error), method: req.method, path: req.path }, 'request failed');
    // Half an answer cannot become an error body: cut it, so that the client sees that it is not whole.
    if (res.headersSent) next(error);
    else sendError(res, error);
  };
}
