import { messageOf, PipelineError, redactAddresses } from '../../kernel/index.ts';

const noSpace = /No space left on device|NOT_ENOUGH_SPACE|Cannot reserve .*not enough space/i;

/** ClickHouse's names of what passes by itself: load, a restart, a replica that catches up. */
const passing = new Set([
  'ALL_CONNECTION_TRIES_FAILED',
  'KEEPER_EXCEPTION',
  'MEMORY_LIMIT_EXCEEDED',
  'NETWORK_ERROR',
  'NO_ZOOKEEPER',
  'SOCKET_TIMEOUT',
  'TABLE_IS_READ_ONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_PARTS',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'UNKNOWN_STATUS_OF_INSERT',
]);

const loginRefused = new Set([
  'AUTHENTICATION_FAILED',
  'REQUIRED_PASSWORD',
  'WRONG_PASSWORD',
  'UNKNOWN_USER',
]);

interface ServerException extends Error {
  readonly code: string;
  readonly type?: string;
}

/** By shape: the in-process connection throws a class of the same name from another copy of the package. */
const isServerException = (cause: unknown): cause is ServerException =>
  cause instanceof Error && 'type' in cause && 'code' in cause && /^\d+$/.test(String(cause.code));

/** Where the store is, as a person knows it. */
export interface Location {
  /** A folder, or an address without user and password. */
  readonly where: string;
  readonly isRemote: boolean;
}

/**
 * What went wrong in the store, in the product's words.
 * @param doing what was tried, e.g. `insert into scene_event`.
 * @returns DISK_FULL, STORE_QUERY with ClickHouse's code, name and message, or STORE_UNREACHABLE (retryable).
 */
export function storeError(cause: unknown, { where, isRemote }: Location, doing: string): PipelineError {
  if (cause instanceof PipelineError) return cause;
  const found = redactAddresses(messageOf(cause).trim());
  if (noSpace.test(found) || (isServerException(cause) && cause.type === 'NOT_ENOUGH_SPACE')) {
    return new PipelineError('DISK_FULL', `The store at ${where} has no room left (${doing}): ${found}`, {
      hint: 'Free space on that disk, or move dataDir to a larger one; then start again: nothing acknowledged is lost.',
      cause,
    });
  }
  if (isServerException(cause)) {
    const name = cause.type ?? 'UNKNOWN';
    return new PipelineError('STORE_QUERY', `ClickHouse ${cause.code} ${name} (${doing}): ${found}`, {
      hint: hintFor(name),
      retryable: passing.has(name),
      cause,
    });
  }
  // Nothing stands between us and the engine in process, and a TypeError never left this one: the same call would fail
  // for ever, so nobody may be told to try again.
  if (!isRemote || cause instanceof TypeError) {
    return new PipelineError('STORE_QUERY', `The store at ${where} refused (${doing}): ${found}`, {
      hint: 'Correct the parameters or records of this call.',
      cause,
    });
  }
  return new PipelineError(
    'STORE_UNREACHABLE',
    `The store at ${where} does not answer (${doing}): ${found}`,
    {
      hint: 'Check store.url and that ClickHouse runs and accepts connections from here.',
      retryable: true,
      cause,
    },
  );
}

function hintFor(name: string): string {
  if (loginRefused.has(name))
    return 'Check store.user and the environment variable named by store.passwordEnv.';
  if (name === 'ACCESS_DENIED') return 'Grant the user all rights on the database named by store.database.';
  if (passing.has(name)) return 'ClickHouse is busy or restarting; the same call can succeed later.';
  return 'Correct the statement; the message of ClickHouse says where it is wrong.';
}
