import type { ErrorCode } from '../../kernel/index.ts';
import type { Credential } from '../credentials/credential.ts';
import type { DeviceTarget } from './http.ts';
import type { ListenTiming } from './listen.ts';

/** What the thread is asked to do. */
export type Job =
  | {
      readonly kind: 'inspect';
      readonly target: DeviceTarget;
      readonly credential: Credential | null;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'listen';
      readonly target: DeviceTarget;
      readonly credential: Credential | null;
      readonly timeoutMs: number;
      readonly timing: ListenTiming;
    }
  | {
      readonly kind: 'probe';
      readonly interfaceName: string;
      readonly address: string;
      readonly timeoutMs: number;
    };

export type ToThread =
  | { readonly kind: 'start'; readonly id: number; readonly job: Job }
  | { readonly kind: 'cancel'; readonly id: number };

export interface ThreadError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

export type FromThread =
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ThreadError }
  /** Something on the way: a notice of a device, or its trouble. */
  | { readonly kind: 'said'; readonly id: number; readonly what: unknown };
