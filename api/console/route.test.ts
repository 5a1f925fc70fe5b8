import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstCameraId } from '../../cli/case-play/index.ts';
import type { VehicleRoute } from '../../contracts/index.ts';
import {
  buildConsole,
  enterConsole,
  hasBrowser,
  openBrowser,
  openPage,
  whyNoBrowser,
} from '../testing/browser.ts';
import { type CaseDistrict, openCaseDistrict } from '../testing/case-stage.ts';

describe.skipIf(!hasBrowser)(`a vehicle's route in Chromium${whyNoBrowser}`, { retry: 0 }, () => {
  let built: Awaited<ReturnType<typeof buildConsole>>;
  let opened: CaseDistrict;
  let browser: Browser;
  let page: Page;
  let incidentId = '';
  const complaints: string[] = [];
  /** Of two cameras there is no recording, and the page asks. */
  const missing = /status of 404/;

  beforeAll(async () => {
    built = await buildConsole();
    opened = await openCaseDistrict({ consoleDir: built.dir, readsPlates: true });
    await opened.play('seen');
    await opened.play('registered');
    incidentId = (await opened.scene.incidentOf(firstCameraId))?.incidentId ?? '';
    browser = await openBrowser();
    ({ page } = await openPage(browser, complaints));
    await enterConsole(page, await opened.district.api.loginLink());
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await opened[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
  });

  const shoot = async (name: string): Promise<void> => {
    const shots = process.env['SHARP_EYES_SCREENSHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  };
  const route = async (): Promise<VehicleRoute> => {
    const found = await opened.scene.route('陈静', incidentId);
    if (found === null) throw new Error('There is no route.');
    return found;
  };
  const passageOf = (camera: string) => page.locator('.route-passage', { hasText: camera });

  test('requested with a reason, approved by somebody else, confirmed and struck passage by passage', async () => {
    await page.goto(`${opened.district.api.url}/incidents/${incidentId}`);
    await page.getByRole('button', { name: '申请轨迹' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('三轮车').first().waitFor();
    await shoot('route-request');
    // Without a vehicle and a reason nothing is sent.
    await dialog.getByRole('button', { name: '提交申请' }).click();
    await dialog.getByText('请写明事由（至少 5 个字）').waitFor();
    await dialog
      .getByRole('radio', { name: /三轮车.*放下时正在现场/s })
      .first()
      .check();
    await dialog.getByLabel('事由').fill('查找倾倒车辆的来路和去向');
    await dialog.getByRole('button', { name: '提交申请' }).click();
    await dialog.waitFor({ state: 'detached' });
    // Who requested it is not offered the approval.
    await page.getByText('须由申请人以外的值班民警或审核人员批准').waitFor();
    expect(await page.getByRole('button', { name: '批准', exact: true }).count()).toBe(0);
    await shoot('route-requested');
    await opened.scene.askRoute('陈静', await route(), { kind: 'approve', note: '同意' });

    // Told by itself, without a reload.
    await page.locator('.route-map').waitFor({ timeout: 30_000 });
    expect(await page.locator('.route-spot').count()).toBeGreaterThan(1);
    // What the camera recorded of it, or honestly that there is nothing.
    const seen = passageOf('砚池巷口东枪机').locator('img');
    await expect
      .poll(async () => await seen.first().evaluate((image: HTMLImageElement) => image.naturalWidth), {
        timeout: 60_000,
      })
      .toBe(768);
    await page.getByText('该摄像机此时段没有录像').first().waitFor({ timeout: 60_000 });
    const actor = page.locator('.route-actor');
    await actor.getByRole('button', { name: '识别号牌' }).click();
    await actor.getByText('号牌无法辨认').waitFor({ timeout: 60_000 });
    await shoot('route-proposed');
    const middle = passageOf('槐安街中段枪机');
    await middle.getByRole('button', { name: '确认' }).click();
    await middle.getByText('已确认').waitFor();
    expect((await route()).decisions).toMatchObject([{ verdict: 'confirmed', by: { name: 'first login' } }]);
    // A passage that is struck is planned without, and can be taken back.
    const next = passageOf('槐安街望河路口枪机').last();
    await next.getByRole('button', { name: '排除' }).click();
    await page.locator('.route-struck').waitFor();
    await shoot('route-struck');
    await page.getByRole('button', { name: '改为确认' }).click();
    await page.locator('.route-struck').waitFor({ state: 'detached' });
    await expect
      .poll(async () => (await route()).decisions.filter(({ verdict }) => verdict === 'confirmed').length)
      .toBe(2);
    await shoot('route-confirmed');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Confirmed by a person').first().waitFor();
    await shoot('route-en');
    await page.getByRole('button', { name: '中文' }).click();
    expect(complaints.filter((said) => !missing.test(said))).toEqual([]);
  }, 180_000);

  test('gone with the incident, but for the proof', async () => {
    await page.goto('about:blank');
    await opened.play('handled');
    await opened.play('decided');
    await opened.play('closed');
    // Weeks later the session has ended.
    await page.goto(await opened.district.api.loginLink());
    await page.getByRole('heading', { name: '告警' }).waitFor();
    await page.goto(`${opened.district.api.url}/incidents/${incidentId}`);
    await page.getByText(/案件已结，.* 已删除/).waitFor({ timeout: 30_000 });
    expect(await page.locator('.route-map').count()).toBe(0);
    await shoot('route-expired');
    expect(complaints.filter((said) => !missing.test(said))).toEqual([]);
  }, 180_000);
});
