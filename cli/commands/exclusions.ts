import { ExclusionReason, ExclusionRequest, ExclusionRequestList } from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import type { CommonOptions } from '../program/declare.ts';
import { runningInstance } from '../running-instance.ts';

function momentOf(what: string, text: string): number {
  const ms = /[zZ]|[+-]\d{2}:\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new PipelineError('USAGE', `--${what} ${text} is no time with an offset.`, {
    hint: 'Write it like 2026-03-01T02:00:00+08:00.',
  });
}

const lineOf = ({
  requestId,
  cameraId,
  reason,
  fromMs,
  toMs,
  state,
  askedBy,
  decidedBy,
}: ExclusionRequest): string =>
  `${requestId} ${cameraId} ${reason} ${new Date(fromMs).toISOString()}–${new Date(toMs).toISOString()} ${state}` +
  ` (asked by ${askedBy.name}${decidedBy === null ? '' : `, decided by ${decidedBy.name}`})`;

export async function askExclusion(
  cameraId: string,
  options: CommonOptions & {
    readonly from: string;
    readonly to: string;
    readonly reason: string;
    readonly evidence: string;
    readonly note: string;
  },
): Promise<void> {
  const reason = ExclusionReason.safeParse(options.reason);
  if (!reason.success) {
    throw new PipelineError('USAGE', `"${options.reason}" is no reason.`, {
      hint: `Use one of ${ExclusionReason.options.join(', ')}.`,
    });
  }
  const ask = await runningInstance(options);
  const body = {
    cameraId,
    fromMs: momentOf('from', options.from),
    toMs: momentOf('to', options.to),
    reason: reason.data,
    evidence: options.evidence,
    note: options.note,
  };
  process.stdout.write(`${lineOf(ExclusionRequest.parse(await ask('/api/exclusions', body)))}\n`);
}

export async function listExclusions(options: CommonOptions & { readonly camera?: string }): Promise<void> {
  const ask = await runningInstance(options);
  const query = options.camera === undefined ? '' : `?cameraId=${options.camera}`;
  const { items } = ExclusionRequestList.parse(await ask(`/api/exclusions${query}`, null));
  for (const request of items) process.stdout.write(`${lineOf(request)}\n`);
}

export async function decideExclusion(
  requestId: string,
  decision: 'approved' | 'refused',
  options: CommonOptions & { readonly note: string },
): Promise<void> {
  const ask = await runningInstance(options);
  const answer = await ask(`/api/exclusions/${requestId}/decision`, { decision, note: options.note });
  process.stdout.write(`${lineOf(ExclusionRequest.parse(answer))}\n`);
}
