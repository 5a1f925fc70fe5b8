import {
  type Exclusion,
  type ExclusionDecision,
  type ExclusionRequest,
  exclusionRequestTable,
  exclusionTable,
  type ExclusionWish,
  type Person,
} from '../../contracts/index.ts';
import { type Clock, freshId, PipelineError } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';

const hourMs = 3_600_000;
/** Known beforehand, so asked for and decided before they begin. */
const planned = new Set(['plannedMaintenance', 'roadWorks', 'trialRun']);
const needsEvidence = new Set(['gridPowerCut', 'forceMajeure', 'roadWorks']);
/** What one camera may be excused of in a calendar month; figures grant no more, whatever is approved. */
const capMs = 8 * hourMs;
const filingMs = 24 * hourMs;

const refused = (message: string, hint: string): PipelineError =>
  new PipelineError('BAD_REQUEST', message, { hint });

/**
 * Whether a wish could be granted at all, by the rules that figures judge it by later (R9, R10): nobody should approve
 * what then does not count.
 * @throws PipelineError BAD_REQUEST.
 */
export function checkWish({ fromMs, toMs, reason, evidence }: ExclusionWish, nowMs: number): void {
  if (toMs <= fromMs) throw refused('The window ends before it begins.', 'Give fromMs < toMs.');
  if (planned.has(reason) && nowMs >= fromMs) {
    throw refused(
      `${reason} must be asked for before it begins.`,
      'Afterwards only gridPowerCut and forceMajeure can be told, with proof.',
    );
  }
  if (!planned.has(reason) && nowMs > toMs + filingMs) {
    throw refused(
      `${reason} must be told within 24 hours of its end.`,
      'What is told later counts against the camera.',
    );
  }
  if (needsEvidence.has(reason) && evidence === '') {
    throw refused(`${reason} needs proof.`, 'Give the number of the notice or report in evidence.');
  }
  if (reason !== 'trialRun' && toMs - fromMs > capMs) {
    throw refused(
      'A camera is excused for 8 hours a month at most; this window is longer.',
      'Ask for the hours that are needed; the rest counts as maintenance without excuse.',
    );
  }
}

/** Wishes to leave cameras out of judgement, and what becomes of them. */
export function openExclusionOffice({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
  const write = async (request: ExclusionRequest): Promise<ExclusionRequest> => {
    const deduplicationToken = `${request.requestId} ${request.state}`;
    await store.insert(exclusionRequestTable, [request], { deduplicationToken });
    return request;
  };
  return {
    /** @throws PipelineError BAD_REQUEST as `checkWish`. */
    async ask(wish: ExclusionWish, askedBy: Person): Promise<ExclusionRequest> {
      const nowMs = clock.nowMs();
      checkWish(wish, nowMs);
      return await write({
        requestId: freshId(),
        ...wish,
        askedBy,
        askedAtMs: nowMs,
        state: 'pending',
        decidedBy: null,
        decidedAtMs: null,
        decisionNote: '',
        updatedAtMs: nowMs,
      });
    },

    /** @throws PipelineError NOT_FOUND, PERMISSION_DENIED when it is the person that asked, COMMAND_REFUSED. */
    async decide(
      requestId: string,
      { decision, note }: ExclusionDecision,
      decidedBy: Person,
    ): Promise<ExclusionRequest> {
      const [request] = await store.find(exclusionRequestTable, {
        where: 'requestId = {requestId:String}',
        params: { requestId },
      });
      if (request === undefined) {
        throw new PipelineError('NOT_FOUND', `There is no exclusion request ${requestId}.`, {
          hint: 'List them with `sharp-eyes exclusions list`.',
        });
      }
      if (request.state !== 'pending') {
        throw new PipelineError('COMMAND_REFUSED', `This request was ${request.state} already.`, {
          hint: 'Ask anew.',
        });
      }
      if (decidedBy.userId === request.askedBy.userId) {
        throw new PipelineError('PERMISSION_DENIED', 'Whoever asked for it cannot decide on it.', {
          hint: 'Another person with an account of their own must.',
        });
      }
      const nowMs = clock.nowMs();
      if (decision === 'approved' && planned.has(request.reason) && nowMs >= request.fromMs) {
        throw new PipelineError('COMMAND_REFUSED', 'The window has begun: it is too late to approve it.', {
          hint: 'Refuse it; what is missing since counts against the camera.',
        });
      }
      // The exclusion first: decided without it, it would count nowhere.
      if (decision === 'approved') await grant(request, decidedBy, nowMs);
      return await write({
        ...request,
        state: decision,
        decidedBy,
        decidedAtMs: nowMs,
        decisionNote: note,
        updatedAtMs: Math.max(nowMs, request.updatedAtMs + 1),
      });
    },

    async list(cameraId: string | undefined): Promise<ExclusionRequest[]> {
      const filter =
        cameraId === undefined ? {} : { where: 'cameraId = {cameraId:String}', params: { cameraId } };
      return await store.find(exclusionRequestTable, { ...filter, orderBy: 'askedAtMs DESC', limit: 1_000 });
    },
  };

  async function grant(request: ExclusionRequest, approver: Person, nowMs: number): Promise<void> {
    const exclusion: Exclusion = {
      exclusionId: request.requestId,
      cameraId: request.cameraId,
      fromMs: request.fromMs,
      toMs: request.toMs,
      reason: request.reason,
      approver: approver.name,
      createdAtMs: request.askedAtMs,
      evidence: request.evidence,
      source: 'manual',
      ordinal: 0,
      updatedAtMs: nowMs,
    };
    await store.insert(exclusionTable, [exclusion], { deduplicationToken: `exclusion ${request.requestId}` });
  }
}
