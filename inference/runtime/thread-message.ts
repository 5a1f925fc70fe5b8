import { messageOf, PipelineError, type ErrorCode } from '../../kernel/index.ts';

/** An error as it crosses from one thread to another: a structured clone would lose code and hint. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

export type ToThread<Job> =
  | { readonly kind: 'job'; readonly job: Job }
  /** Finish the job at hand, give everything back and end. */
  | { readonly kind: 'close' };

export type FromThread<Ready, Result> =
  | { readonly kind: 'ready'; readonly ready: Ready }
  /** The thread cannot start, and would not the next time either. */
  | { readonly kind: 'refused'; readonly error: ErrorMessage }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: ErrorMessage };

/** @param otherwise code and hint of whatever is no PipelineError. */
export function toErrorMessage(
  error: unknown,
  otherwise: { readonly code: ErrorCode; readonly hint: string },
): ErrorMessage {
  const message = messageOf(error);
  if (!(error instanceof PipelineError)) return { ...otherwise, message, retryable: false };
  return { code: error.code, message, hint: error.hint, retryable: error.retryable };
}

export const fromErrorMessage = ({ code, message, hint, retryable }: ErrorMessage): PipelineError =>
  new PipelineError(code, message, { hint, retryable });
