import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Incident, IncidentPage, sceneEvents } from '../../contracts/index.ts';
import { logIn, type Visitor } from '../testing/ask.ts';
import {
  buildConsole,
  enterConsole,
  hasBrowser,
  openBrowser,
  openPage,
  whyNoBrowser,
} from '../testing/browser.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';
import { keepSampleMedia, sampleIncident } from '../testing/sample-incident.ts';

describe.skipIf(!hasBrowser)(`a case in Chromium, with the real writer${whyNoBrowser}`, () => {
  let built: Awaited<ReturnType<typeof buildConsole>>;
  let district: TestDistrict;
  let browser: Browser;
  let page: Page;
  let inside: Visitor;
  const complaints: string[] = [];

  beforeAll(async () => {
    built = await buildConsole();
    district = await openTestDistrict({ consoleDir: built.dir, hasRealWriter: true });
    const media = await keepSampleMedia(district.media, 'event');
    const { events } = sampleIncident({ name: 'case', media, records: [] });
    await district.bus.publish(sceneEvents, events);
    inside = await logIn(district);
    browser = await openBrowser();
    ({ page } = await openPage(browser, complaints));
    await enterConsole(page, await district.api.loginLink());
  });
  afterAll(async () => {
    await browser.close();
    await district[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
  });

  const incidentId = async (): Promise<string> => {
    const queue = async () => IncidentPage.parse((await inside.get('/api/incidents')).body).items;
    await expect.poll(async () => (await queue()).length, { timeout: 20_000 }).toBe(1);
    return (await queue())[0]?.incidentId ?? '';
  };
  const now = async (): Promise<Incident> =>
    Incident.parse((await inside.get(`/api/incidents/${await incidentId()}`)).body);
  const press = async (name: string | RegExp): Promise<void> => {
    await page
      .getByRole('button', { name, exact: typeof name === 'string' })
      .first()
      .click();
  };
  /** Fill in the note where one is given, and send the dialog. */
  const submit = async (note = ''): Promise<void> => {
    const dialog = page.getByRole('dialog');
    if (note !== '') await dialog.getByLabel('说明').fill(note);
    await dialog.locator('.ant-modal-footer .ant-btn-primary').click();
    await dialog.waitFor({ state: 'detached' });
  };
  const stateIs = async (state: Incident['state']): Promise<void> => {
    await expect.poll(async () => (await now()).state, { timeout: 20_000 }).toBe(state);
  };

  test('from confirming to closing, with a rework, a party, a legal basis and a review', async () => {
    await page.goto(`${district.api.url}/incidents/${await incidentId()}`);
    await press(/确认属实/);
    await page.getByRole('dialog').getByRole('button', { name: '确认属实' }).click();
    await stateIs('registered');

    await press('派遣');
    await submit();
    await stateIs('dispatched');
    expect((await now()).tasks.map(({ agency }) => agency).toSorted()).toEqual([
      'enforcement',
      'policeStation',
      'trafficPolice',
    ]);
    // Each agency goes its four steps, one after the other; the last one asks for words.
    for (const agency of ['综合执法', '派出所', '交警']) {
      const task = page.locator('.task', { hasText: agency });
      for (const step of ['签收', '到场', '开始处置']) {
        await task.getByRole('button', { name: step, exact: true }).click();
        await submit();
      }
      await task.getByRole('button', { name: '反馈结果', exact: true }).click();
      await submit(`${agency}已处理`);
    }
    await stateIs('feedback');
    await page.getByText('综合执法已处理').first().waitFor();

    await press('退回返工');
    await submit('仍有残留');
    await stateIs('handling');
    for (const agency of ['综合执法', '派出所', '交警']) {
      await page.locator('.task', { hasText: agency }).getByRole('button', { name: '反馈结果' }).click();
      await submit(`${agency}再次处理`);
    }

    await press('添加当事人');
    await page.getByRole('dialog').getByLabel('名称').fill('某装修公司');
    await submit();
    await page.locator('.party', { hasText: '某装修公司' }).waitFor();
    await page.getByRole('combobox', { name: '垃圾类型' }).click();
    await page.locator('.ant-select-item-option', { hasText: '装修垃圾' }).click();
    await page.getByText('城市建筑垃圾管理规定').first().waitFor();
    await press('选用');
    await page.getByText('已选用', { exact: true }).waitFor();
    await page.locator('.history-note', { hasText: /城市建筑垃圾管理规定.*已选用/ }).waitFor();

    await press('技术审核通过');
    await submit('时间与画面核对无误');
    await page.locator('.evidence-line', { hasText: '技术审核通过' }).waitFor();
    // The same person must not do the legal review: the page says why it was refused.
    await press('法制审核通过');
    await page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-primary').click();
    await page.getByRole('alert').filter({ hasText: 'legal review' }).waitFor();

    await press('核查通过');
    await submit();
    await press('结案');
    await submit('已清运');
    await stateIs('closed');
    const { penaltyCase, timeline } = await now();
    expect(penaltyCase?.legalBases.filter(({ status }) => status === 'chosen')).toHaveLength(1);
    expect(timeline.filter(({ toState }) => toState === 'handling').length).toBeGreaterThanOrEqual(2);
    const shots = process.env['SHARP_EYES_SCREENSHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/case.png`, fullPage: true });
    expect(complaints).toEqual([]);
  }, 180_000);

  test('the loop, the desks and the accounts are shown, and an account is opened', async () => {
    const shots = process.env['SHARP_EYES_SCREENSHOTS'];
    const shoot = async (name: string): Promise<void> => {
      if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
    };
    await page.getByRole('link', { name: '闭环' }).click();
    await page.getByRole('heading', { name: '闭环考核' }).waitFor();
    await page.getByText('立案率').first().waitFor();
    await shoot('loop');

    await page.getByRole('link', { name: '值守' }).click();
    await page.getByText('南苑派出所').first().waitFor();
    await press('立即自检');
    await page.getByText('已向 1 个通知地址发出自检').waitFor();
    await shoot('desks');

    await page.getByRole('link', { name: '账号' }).click();
    await press('新建账号');
    await page.getByRole('dialog').getByLabel('姓名').fill('李强');
    await page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-primary').click();
    await page.getByText(/\/login#/).waitFor();
    await shoot('users');
    await page.keyboard.press('Escape');
    await page.getByRole('cell', { name: '李强' }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Accounts' }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);
});
