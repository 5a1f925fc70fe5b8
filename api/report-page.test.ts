import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { officialRecords } from '../contracts/index.ts';
import { hasBrowser, openBrowser, openPage, whyNoBrowser } from './testing/browser.ts';
import { openTestDistrict, type TestDistrict } from './testing/district.ts';

describe.skipIf(!hasBrowser)(`the residents' page in Chromium${whyNoBrowser}`, () => {
  let district: TestDistrict;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    district = await openTestDistrict();
    browser = await openBrowser();
    ({ page } = await openPage(browser, complaints));
  });
  afterAll(async () => {
    await browser.close();
    await district[Symbol.asyncDispose]();
  });

  const send = async (text: string): Promise<void> => {
    await page.getByLabel(/发生了什么/).fill(text);
    await page.getByLabel(/在哪里/).fill('槐安街20号对面，灯杆HAJ-018旁');
    await page.getByRole('button', { name: /提交/ }).click();
  };
  const shoot = async (name: string): Promise<void> => {
    const shots = process.env['SHARP_EYES_SCREENSHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  };

  test('a report is sent, numbered and taken up, without what was written about a person', async () => {
    const stop = new AbortController();
    const taken: string[] = [];
    const following = (async () => {
      const records = district.bus.tail([officialRecords], { from: 'earliest', signal: stop.signal });
      for await (const { record } of records) taken.push(JSON.stringify(record));
    })().catch(() => undefined);
    await page.goto(`${district.api.url}/report`);
    await send('路边有人倒了一袋装修垃圾，电话13800000000');
    await page.getByText(/已收到，编号.*web-/).waitFor();
    await shoot('report-done');
    await expect.poll(() => taken.length, { timeout: 20_000 }).toBe(1);
    expect(taken[0]).toContain('装修垃圾');
    expect(taken[0]).not.toContain('13800000000');
    expect(await page.getByLabel(/发生了什么/).inputValue()).toBe('');
    stop.abort();
    await following;
  }, 60_000);

  test('it works where the browser gives neither a random id nor a position, as over plain http', async () => {
    await page.addInitScript(() => {
      Object.defineProperty(crypto, 'randomUUID', { value: undefined });
      Object.defineProperty(globalThis, 'isSecureContext', { value: false });
    });
    await page.setViewportSize({ width: 390, height: 760 });
    await page.goto(`${district.api.url}/report`);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await send('非机动车道上堆了砖块');
    await page.getByText(/已收到，编号.*web-/).waitFor();
    await shoot('report-phone');
    expect(complaints).toEqual([]);
  }, 60_000);
});
