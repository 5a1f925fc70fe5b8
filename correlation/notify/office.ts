import type { Bus } from '../../bus/index.ts';
import { type DeskView, notices } from '../../contracts/index.ts';
import type { Clock, Config } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { onDutyAt } from '../cases/index.ts';
import type { CaseSettings } from '../cases/index.ts';
import { selfTestNotice } from './notices.ts';
import { webhookStatus } from './self-test.ts';

/** What people may ask of the desks. */
interface DeskOffice {
  /** Every desk, who is there now and whether its webhooks work. */
  list(): Promise<DeskView[]>;
  /** Send a self-test to every webhook, the whole way over the bus. @returns how many. */
  test(): Promise<number>;
}

export function openDeskOffice(parts: {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Pick<Config, 'cases' | 'district'>;
  readonly settings: CaseSettings;
}): DeskOffice {
  const { bus, store, clock, config, settings } = parts;
  const webhooks = config.cases.desks.flatMap((desk) =>
    desk.webhooks.map(({ webhookId, format }) => ({ webhookId, format, deskId: desk.deskId })),
  );
  return {
    async list() {
      const nowMs = clock.nowMs();
      const statuses = await webhookStatus(store, webhooks, nowMs);
      return settings.desks.map((desk) => ({
        deskId: desk.deskId,
        agency: desk.agency,
        name: desk.name,
        onDuty: onDutyAt(desk, nowMs),
        webhooks: statuses.filter(({ deskId }) => deskId === desk.deskId),
      }));
    },
    async test() {
      const nowMs = clock.nowMs();
      const { areaCode } = config.district;
      if (webhooks.length > 0) {
        await bus.publish(
          notices,
          webhooks.map(({ webhookId }) => selfTestNotice(webhookId, areaCode, nowMs)),
        );
      }
      return webhooks.length;
    },
  };
}
