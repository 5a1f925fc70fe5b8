import { expect, test } from 'vitest';
import { noticeDeliveryTable, notices } from '../contracts/index.ts';
import { logIn } from './testing/ask.ts';
import { openTestDistrict } from './testing/district.ts';

test('desks are listed with the last word of their webhooks, and a self-test goes onto the bus and into the register', async () => {
  await using district = await openTestDistrict();
  const person = await logIn(district);
  const untested = { webhookId: 'nanyuan-group', lastSelfTestOkAtMs: null, queuedCount: 0 };
  expect((await person.get('/api/desks')).body).toMatchObject({
    items: [{ deskId: 'nanyuan-police', agency: 'policeStation', webhooks: [untested] }],
  });

  expect(await person.post('/api/desks/self-test', {})).toMatchObject({
    status: 200,
    body: { askedCount: 1 },
  });
  const heard = district.bus.subscribe([notices], { group: 'test', signal: AbortSignal.timeout(10_000) });
  for await (const { record: notice } of heard) {
    expect(notice).toMatchObject({ kind: 'selfTest', webhookId: 'nanyuan-group' });
    const delivered = {
      deliveryId: crypto.randomUUID(),
      notice,
      webhookId: 'nanyuan-group',
      state: 'delivered' as const,
      attempts: 1,
      lastError: '',
      queuedAtMs: 5,
      updatedAtMs: 7,
    };
    await district.store.insert(noticeDeliveryTable, [delivered], { deduplicationToken: 'one' });
    break;
  }
  expect((await person.get('/api/desks')).body).toMatchObject({
    items: [{ webhooks: [{ lastSelfTestOkAtMs: 7, lastDeliveredAtMs: 7, lastError: '' }] }],
  });
  const { body } = await person.get('/api/audit');
  expect(JSON.stringify(body)).toContain('"action":"webhooksTested"');
});
