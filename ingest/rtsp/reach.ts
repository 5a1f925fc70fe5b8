import { PipelineError, redactAddresses } from '../../kernel/index.ts';
import { type AddressRules, pinAddress, type PinnedAddress } from '../address/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { rtspRefusal } from '../ffmpeg/index.ts';
import { describe } from './describe.ts';
import { type VideoOffer, videoOfferOf } from './offer.ts';

/** A stream whose way was checked from its name to the server that has it. */
export interface ReachedStream {
  /** With an IP address in the place of the name: nothing is looked up again. */
  readonly address: string;
  /** What it says it would send; null when it was not understood, which does not mean that ffmpeg fails too. */
  readonly offer: VideoOffer | null;
}

const maxRedirects = 3;

/**
 * Find the server behind a stream's address: the name is looked up once, and every redirect is checked like an
 * address that a person gave.
 *
 * Only clear answers end it here (a refused login, no such stream, a redirect to where no camera may be); whatever
 * else a camera says is left to ffmpeg, which forgives more.
 * @param what whose stream it is, for messages.
 * @throws PipelineError INGEST_ADDRESS_REFUSED, INGEST_RTSP_AUTH, INGEST_RTSP_NOT_FOUND, INGEST_RTSP_UNREACHABLE.
 */
export async function reachStream(
  what: string,
  named: string,
  options: {
    readonly credential: Credential | null;
    readonly rules: AddressRules;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<ReachedStream> {
  const { credential, rules, timeoutMs, signal } = options;
  let target: PinnedAddress = await pinAddress(what, named, 'stream', rules);
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const answer = await describe(target, credential, timeoutMs, signal);
    if ('kind' in answer) {
      // A silent or odd server may still talk to ffmpeg; one where nobody listens will not.
      if (answer.kind !== 'unreachable') return { address: target.address, offer: null };
      throw rtspRefusal(named, { status: null, reason: answer.found });
    }
    const location = answer.headers.get('location')?.[0];
    if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
      target = await pinAddress(
        `${what}, redirected`,
        new URL(location, target.address).href,
        'stream',
        rules,
      );
      continue;
    }
    if (answer.status >= 400) {
      const isClear = [401, 403, 404, 410, 454, 503].includes(answer.status);
      if (isClear) throw rtspRefusal(named, answer);
      return { address: target.address, offer: null };
    }
    return { address: target.address, offer: answer.body === '' ? null : offerOf(answer.body) };
  }
  throw new PipelineError(
    'INGEST_RTSP_UNREACHABLE',
    `${redactAddresses(named)} redirects more than ${maxRedirects} times.`,
    { hint: 'Give the address it should lead to.', retryable: true },
  );
}

function offerOf(sdp: string): VideoOffer | null {
  try {
    return videoOfferOf(sdp);
  } catch {
    return null; // an odd description is for ffmpeg to judge
  }
}
