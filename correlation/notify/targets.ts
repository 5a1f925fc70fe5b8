import { type Config, PipelineError } from '../../kernel/index.ts';
import type { WebhookFormat } from './message.ts';

/** A webhook with its secrets, ready to be called. */
export interface WebhookTarget {
  readonly webhookId: string;
  readonly deskId: string;
  readonly format: WebhookFormat;
  readonly url: string;
  readonly secret: string | null;
}

/**
 * Webhooks of all desks.
 * @param environment holds addresses and secrets that are named in the configuration.
 * @throws PipelineError CONFIG_INVALID for one without an address, with another scheme, or named twice.
 */
export function webhookTargets(
  { cases }: Pick<Config, 'cases'>,
  environment: Readonly<Record<string, string | undefined>>,
): WebhookTarget[] {
  const targets = cases.desks.flatMap(({ deskId, webhooks }) =>
    webhooks.map(({ webhookId, format, url, urlEnv, secretEnv }): WebhookTarget => {
      const where = `cases.desks[${deskId}].webhooks[${webhookId}]`;
      const address = urlEnv === undefined ? url : environment[urlEnv];
      if (address === undefined || !/^https?:/.test(address) || !URL.canParse(address)) {
        throw new PipelineError('CONFIG_INVALID', `${where} has no http(s) address.`, {
          hint: urlEnv === undefined ? 'Set url or urlEnv.' : `Put the address into ${urlEnv}.`,
        });
      }
      const secret = secretEnv === undefined ? null : (environment[secretEnv] ?? '');
      if (secret === '') {
        throw new PipelineError('CONFIG_INVALID', `${where} names ${secretEnv}, which is not set.`, {
          hint: `Put the signing secret into ${secretEnv}, or take secretEnv out.`,
        });
      }
      return { webhookId, deskId, format, url: address, secret };
    }),
  );
  const twice = targets.find(({ webhookId }, index) =>
    targets.slice(0, index).some((other) => other.webhookId === webhookId),
  );
  if (twice !== undefined) {
    throw new PipelineError('CONFIG_INVALID', `Two webhooks are called ${twice.webhookId}.`, {
      hint: 'Give each webhook a name of its own.',
    });
  }
  return targets;
}
