import { pino } from 'pino';

/** Structured log; fields first, sentence second, as in pino. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

const secretKeys = ['password', 'token', 'secret', 'authorization', 'cookie', 'credential', 'loginLink'];

/**
 * `user:password@` in any address becomes `***@`, and the value of `password=` (`pwd=`, …) in it `***`: ffmpeg and
 * cameras put passwords into their messages.
 */
export function redactAddresses(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@')
    .replaceAll(/([?&/_;](?:pass(?:word|wd)?|pwd|loginpas)=)[^\s?&/_;'"]+/gi, '$1***');
}

/**
 * Open the log.
 * @param options.destination where lines go; stderr by default, because stdout belongs to `--json` output.
 */
export function openLog(options: {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  destination?: { write(line: string): void };
}): Log {
  const destination = options.destination ?? process.stderr;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '***' },
    },
    { write: (line: string) => void destination.write(redactAddresses(line)) },
  );
}

/** Errors as log fields: code, message and hint, with the cause behind them. */
export function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { error: String(error) };
  const { code, hint } = error as Error & { code?: unknown; hint?: unknown };
  return {
    error: error.message,
    ...(code === undefined ? {} : { code }),
    ...(hint === undefined ? {} : { hint }),
    ...(error.cause instanceof Error ? { cause: error.cause.message } : {}),
  };
}
