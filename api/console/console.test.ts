import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  cameraZones,
  faultTicketTable,
  type FootageDeletion,
  footageDeletionTable,
  type Incident,
  incidentTable,
  type MediaRef,
  suppressedEventTable,
} from '../../contracts/index.ts';
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

describe.skipIf(!hasBrowser)(`the console in Chromium${whyNoBrowser}`, () => {
  let district: TestDistrict;
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildConsole>>;
  let media: readonly MediaRef[];
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    built = await buildConsole();
    district = await openTestDistrict({ consoleDir: built.dir });
    media = await keepSampleMedia(district.media, 'event');
    browser = await openBrowser();
    await openFresh();
    await enter();
  });
  afterAll(async () => {
    await browser.close();
    await district[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
  });

  const openFresh = async (): Promise<void> => {
    ({ context, page } = await openPage(browser, complaints));
  };
  const enter = async (): Promise<void> => await enterConsole(page, await district.api.loginLink());
  // Nothing may break quietly, and nothing may offend against the security policy.
  afterEach(() => {
    const found = complaints.splice(0);
    if (found.length > 0) throw new Error(`The browser complains:\n${found.join('\n')}`);
  });

  /** For people who want to look: a folder named by the environment. */
  const keepPicture = async (name: string): Promise<void> => {
    const dir = process.env['SHARP_EYES_SCREENSHOTS'];
    if (dir !== undefined) await page.screenshot({ path: join(dir, `${name}.png`) });
  };
  let told = 0;
  const tellOne = async (parts: Partial<Incident> = {}): Promise<Incident> => {
    const [, belongs, noise] = district.reports;
    const records = [belongs, noise].filter((record) => record !== undefined);
    const incident = {
      ...sampleIncident({ name: `console ${++told}`, media, records, laterMs: told * 60_000 }),
      ...parts,
    };
    await district.tell(incident);
    return incident;
  };
  const open = async (incident: Incident): Promise<void> => {
    await page.goto(`${district.api.url}/incidents/${incident.incidentId}`);
    await page.getByRole('button', { name: /确认属实/ }).waitFor();
  };

  test('an alert that comes in is announced and stands on top, without a reload', async () => {
    await tellOne();
    await page.locator('.queue-line').first().waitFor();
    const before = await page.locator('.queue-line').count();
    await page.locator('.live-mark:not(.live-mark-off)').waitFor();
    const incident = await tellOne();
    const top = page.locator('.queue-line').first();
    await page.locator(`.queue-line:first-child a[href="/incidents/${incident.incidentId}"]`).waitFor();
    expect(await page.locator('.queue-line').count()).toBe(before + 1);
    expect(await top.getAttribute('class')).toContain('queue-line-fresh');
    expect(await top.innerText()).toMatch(
      /违法倾倒[\s\S]*研判中[\s\S]*槐安街砚池巷口枪机[\s\S]*87%[\s\S]*1 条关联警情/,
    );
    const announced = page.getByTestId('announcer');
    expect(await announced.getAttribute('aria-live')).toBe('assertive');
    expect(await announced.innerText()).toContain('槐安街砚池巷口枪机');
  });

  test('an incident shows its moments with the box, its clip, its records and why', async () => {
    const incident = await tellOne();
    await open(incident);
    const stills = page.locator('.still-row .still img');
    expect(await stills.count()).toBe(5);
    const widths = await stills.evaluateAll(async (images: HTMLImageElement[]) => {
      await Promise.all(images.map((image) => image.decode()));
      return images.map((image) => image.naturalWidth);
    });
    expect(widths).toEqual([768, 768, 768, 768, 768]);
    // The box lies where the event says, whatever the size of the picture on the screen.
    const box = await page.locator('.still-large [data-testid="box-object"]').boundingBox();
    const picture = await page.locator('.still-large img').boundingBox();
    if (box === null || picture === null) throw new Error('Nothing is drawn.');
    expect((box.x - picture.x) / picture.width).toBeCloseTo(216 / 768, 2);
    expect((box.y - picture.y) / picture.height).toBeCloseTo(255 / 576, 2);
    await page.getByLabel('标出物体').uncheck();
    expect(await page.locator('[data-testid="box-object"]').count()).toBe(0);

    const played = await page.locator('video').evaluate(async (video: HTMLVideoElement) => {
      await video.play();
      video.currentTime = 20;
      await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
      return { seconds: video.duration, at: video.currentTime };
    });
    expect(played.seconds).toBeGreaterThan(25);
    expect(played.at).toBeGreaterThanOrEqual(20);

    const records = await page.locator('.records').innerText();
    expect(records).toMatch(
      /33020320260615001102[\s\S]*已关联[\s\S]*93%[\s\S]*33020320260615001127[\s\S]*待确认/,
    );
    expect(await page.locator('.moments').innerText()).toMatch(/08:\d\d:31/);
  });

  test('J and K move through the queue; Y confirms and N rejects, by keyboard alone', async () => {
    const older = await tellOne();
    const newer = await tellOne();
    await open(newer);
    // The neighbours are known once the queue has come.
    const canMove = (label: RegExp): Promise<void> =>
      page.getByRole('button', { name: label, disabled: false }).waitFor();
    await canMove(/下一条/);
    await page.keyboard.press('j');
    await page.waitForURL(`**/incidents/${older.incidentId}`);
    await canMove(/上一条/);
    await page.keyboard.press('k');
    await page.waitForURL(`**/incidents/${newer.incidentId}`);
    // The newest one has none above it: now it is the one on the screen.
    await page.getByRole('button', { name: /上一条/, disabled: true }).waitFor();
    await page.keyboard.press('y');
    await page.getByRole('dialog').getByRole('button', { name: '确认属实' }).waitFor();
    await page.locator('[role="dialog"] button:focus', { hasText: '确认属实' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('已作出决定：已立案').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await canMove(/下一条/);
    await page.keyboard.press('j');
    await page.waitForURL(`**/incidents/${older.incidentId}`);
    await page.getByRole('button', { name: /排除/ }).waitFor();
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('合法投放').check();
    // Letters typed into the note are no commands.
    await dialog.getByRole('textbox').fill('持有清运许可 yn');
    await dialog.getByRole('button', { name: '排除' }).click();
    await page.getByText('排除理由：合法投放 · 持有清运许可 yn').waitFor();
    const [rejected] = await district.store.find(incidentTable, {
      where: 'incidentId = {id:String}',
      params: { id: older.incidentId },
    });
    expect(rejected?.timeline.at(-1)).toMatchObject({ toState: 'rejected', note: '持有清运许可 yn' });
  });

  test('a decision on what has changed meanwhile is refused, and the page shows how it is now', async () => {
    const incident = await tellOne();
    // This page hears nothing of the change.
    await page.route('**/api/events/stream', (route) => route.fulfill({ status: 204 }));
    await open(incident);
    await district.tell({ ...incident, version: 2, state: 'registered' });
    await page.keyboard.press('y');
    await page.getByRole('dialog').getByRole('button', { name: '确认属实' }).click();
    const alert = page.locator('.decision [role="alert"]').first();
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/未执行[\s\S]*已立案（版本 2）/);
    await page.getByText('已作出决定：已立案').waitFor();
    await page.unroute('**/api/events/stream');
  });

  test('the figures open down to the cameras and places behind them', async () => {
    await page.goto(`${district.api.url}/figures`);
    const official = page.locator('.official-card');
    await official.first().waitFor();
    expect(await official.count()).toBe(5);
    for (const title of ['覆盖率', '高清率', '联网率', '在线率', '完好率']) {
      expect(await page.locator('.official-card', { hasText: title }).count()).toBeGreaterThan(0);
    }
    // By street against the targets; a cell opens the cameras of that street.
    await page.locator('.scorecard-table tbody tr').first().locator('.score').nth(1).click();
    await page.locator('.row-open').waitFor();
    await page
      .locator('.figure', { hasText: '高清率（全部存量）' })
      .getByRole('button', { name: '明细' })
      .click();
    const rows = page.locator('.figure-rows').first();
    await rows.getByText('槐安街砚池巷口枪机').waitFor();
    expect(await rows.innerText()).toMatch(/槐安街砚池巷口枪机[\s\S]*扣减[\s\S]*实测 768×576，低于 1280×720/);
    // Down to the camera: its intervals, its facts, and what it adds to each figure.
    await rows.getByRole('link', { name: '槐安街砚池巷口枪机' }).click();
    await page.getByRole('heading', { name: '槐安街砚池巷口枪机' }).waitFor();
    await page.locator('.timeline svg rect').first().waitFor();
    await page.getByText('当前健康').waitFor();
    expect(await page.locator('#content').innerText()).toMatch(/计入的指标[\s\S]*实测 768×576/);
    expect(await page.locator('#content').innerText()).toContain('状态区间');
  });

  test('the language is remembered; the page fits a phone; the register is shown', async () => {
    const incident = await tellOne();
    await page.goto(`${district.api.url}/incidents`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Alerts' }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [path, shown] of [
      ['/incidents', 'Alerts'],
      [`/incidents/${incident.incidentId}`, 'What happened'],
      ['/figures', 'Video surveillance figures'],
      ['/closed-loop', 'Closed loop'],
      ['/desks', 'Desks'],
      ['/users', 'Accounts'],
      ['/audit', 'Access register'],
      ['/nowhere', 'There is no such page'],
    ] as const) {
      await page.goto(`${district.api.url}${path}`);
      await page.locator('#content').getByText(shown).first().waitFor();
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 390]);
    }
    await page.goto(`${district.api.url}/audit`);
    await page.getByText(/The register is intact/).waitFor();
  });

  // Last, because a password ends the other sessions.
  test('a password is asked for at first, and lets in afterwards', async () => {
    await context.close();
    await openFresh();
    await page.goto(await district.api.loginLink());
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('姓名').fill('王芳');
    await dialog.getByLabel('单位').fill('综合执法中队');
    await dialog.getByLabel(/^新密码/).fill('correct horse battery');
    await dialog.getByLabel('再输一次新密码').fill('correct horse battery');
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.waitFor({ state: 'detached' });
    // The menu is drawn anew when the name is known: a click in between may be lost, as a person's would be.
    await vi.waitFor(
      async () => {
        await page.getByRole('button', { name: '账户' }).click({ timeout: 3_000 });
        await page.getByRole('menuitem', { name: '退出登录' }).click({ timeout: 3_000 });
        await page.waitForURL('**/login', { timeout: 5_000 });
      },
      { timeout: 60_000, interval: 500 },
    );
    await page.getByLabel('姓名').fill('王芳');
    await page.getByLabel('密码').fill('correct horse battery');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { name: '告警' }).waitFor();
    expect(await page.locator('.account-name').innerText()).toBe('王芳');
    expect(await page.getByText('尚未设置密码').count()).toBe(0);
  });

  test('an event of another kind explains itself: its doubts and what held from when to when, in both languages', async () => {
    const sample = sampleIncident({ name: 'obstruction', media, records: [], laterMs: 7_200_000 });
    const [event] = sample.events;
    if (event === undefined) throw new Error('The sample has lost its event.');
    const sinceMs = event.startedAtMs;
    const incident = await tellOne({
      ...sample,
      kind: 'lane_obstruction',
      events: [
        {
          ...event,
          kind: 'lane_obstruction',
          ruleId: 'obstruction',
          zoneId: 'bike-lane',
          caveats: ['queue'],
          trace: [
            {
              condition: 'stands in the lane, ms',
              fromMs: sinceMs,
              toMs: sinceMs + 61_000,
              measured: 61_000,
              threshold: 60_000,
            },
            {
              condition: 'seen there, share',
              fromMs: sinceMs,
              toMs: sinceMs + 61_000,
              measured: 0.92,
              threshold: 0.3,
            },
          ],
        },
      ],
    });
    await open(incident);
    await page.getByRole('heading', { name: '占道' }).waitFor();
    await page.getByText('可能是排队车辆').waitFor();
    const trace = page.locator('.ant-card', { hasText: '判定依据' });
    await trace.scrollIntoViewIfNeeded();
    await trace.getByText('车辆停留时长').waitFor();
    expect(await trace.innerText()).toMatch(/车辆停留时长[\s\S]*在该处被看到的比例[\s\S]*92%/);
    await keepPicture('trace-zh');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Others stand there too: it may be a queue').waitFor();
    await page.getByText('stands in the lane, ms').waitFor();
    await keepPicture('trace-en');
    await page.getByRole('button', { name: '中文' }).click();
  });

  test('what zones suppressed is listed with its still, and made an alert', async () => {
    const [event] = sampleIncident({ name: 'suppressed', media, records: [], laterMs: 10_800_000 }).events;
    if (event === undefined) throw new Error('The sample has lost its event.');
    const suppression = { zoneId: 'bins', because: 'dropSpot' } as const;
    await district.store.insert(suppressedEventTable, [{ ...event, suppression }], {
      deduplicationToken: 'console-suppressed',
    });
    await page.goto(`${district.api.url}/suppressed`);
    await page.getByRole('heading', { name: '区域内未告警' }).waitFor();
    const row = page.locator('tbody tr').first();
    expect(await row.innerText()).toMatch(
      /违法倾倒[\s\S]*槐安街砚池巷口枪机[\s\S]*合法投放点[\s\S]*bins[\s\S]*87%/,
    );
    const width = await row.locator('img').evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return image.naturalWidth;
    });
    expect(width).toBe(768);
    await keepPicture('suppressed');
    await row.getByRole('button', { name: '转为告警' }).click();
    await page.getByLabel('理由').fill('不在投放时间');
    await page.getByRole('dialog').getByRole('button', { name: '转为告警' }).waitFor();
  });

  test('pictures that were deleted by rule are said to be, where they stood', async () => {
    const rejection = { reason: 'false_alarm', note: '', duplicateOf: null } as const;
    const incident = await tellOne({ state: 'rejected', rejection });
    const deletion: FootageDeletion = {
      subjectId: incident.incidentId,
      version: 2,
      areaCode: incident.areaCode,
      rule: 'rejectedIncident',
      keptDays: 30,
      lastNeededAtMs: incident.updatedAtMs,
      deletedAtMs: Date.parse('2026-07-15T10:00:00+08:00'),
      media: [],
    };
    await district.store.insert(footageDeletionTable, [deletion], { deduplicationToken: 'console-deleted' });
    await page.goto(`${district.api.url}/incidents/${incident.incidentId}`);
    await page.getByText('影像满 30 天保存期，已于 2026/07/15 10:00:00 依规删除').waitFor();
    expect(await page.locator('figure img, video').count()).toBe(0);
    await page.locator('.ant-card', { hasText: '判定依据' }).waitFor();
    await keepPicture('footage-deleted');
  });

  test('zones are drawn over the picture, set, and told to the camera', async () => {
    const cameraId = '33020300001320000101';
    await page.goto(`${district.api.url}/figures/cameras/${cameraId}`);
    await page.getByRole('link', { name: '区域设置' }).click();
    await page.getByRole('heading', { name: '区域设置：槐安街砚池巷口枪机' }).waitFor();
    await page.getByText('尚未在此画过区域').waitFor();
    const picture = page.getByTestId('zone-picture');
    const draw = async (...corners: readonly (readonly [number, number])[]): Promise<void> => {
      await page.getByRole('button', { name: '新画区域' }).click();
      const box = await picture.boundingBox();
      if (box === null) throw new Error('The picture is not shown.');
      for (const [x, y] of corners) {
        await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
      }
    };
    await draw([0.1, 0.9], [0.3, 0.5], [0.6, 0.5], [0.7, 0.9]);
    await page.getByRole('button', { name: '闭合区域' }).click();
    await page.getByRole('combobox', { name: '类型' }).click();
    await page.getByTitle('单行道', { exact: true }).click();
    expect(await page.getByLabel('名称').inputValue()).toBe('单行道 1');
    await page.getByLabel('逆行时长').fill('2.5');
    await page.getByRole('button', { name: '第 1 个角点' }).press('ArrowLeft');
    await draw([0.4, 0.2], [0.5, 0.2], [0.5, 0.3]);
    await page.keyboard.press('Enter');
    await page.getByLabel('仅在规定时间有效').check();
    await keepPicture('zones');

    // A name twice cannot be saved, and the page says why.
    await page.getByLabel('名称').fill('单行道 1');
    const saveButton = page.getByRole('button', { name: '保存', exact: true });
    await page.getByText('有两个区域名为“单行道 1”').waitFor();
    expect(await saveButton.isDisabled()).toBe(true);
    await page.getByLabel('名称').fill('旧衣回收箱');
    await saveButton.click();
    await page.getByText('已保存并登记').waitFor();
    for await (const { record } of district.bus.tail([cameraZones], {
      from: 'earliest',
      signal: AbortSignal.timeout(20_000),
    })) {
      expect(record.cameraId).toBe(cameraId);
      const [oneWay, watch] = record.zones;
      expect(oneWay).toMatchObject({ zoneId: '单行道 1', kind: 'oneWay', minTravelMs: 2_500 });
      // Moved by one step from where it was clicked.
      expect(oneWay?.polygonNorm[0]?.[0]).toBeCloseTo(0.095, 2);
      expect(oneWay?.polygonNorm).toHaveLength(4);
      expect(watch).toMatchObject({
        zoneId: '旧衣回收箱',
        kind: 'watch',
        schedule: { hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '18:00' }] },
      });
      break;
    }
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: /^Zones of / }).waitFor();
    await page.getByRole('button', { name: '中文' }).click();
  });

  test('faults are listed; an exclusion is asked for, and never granted by whoever asked', async () => {
    const cameraId = '33020300001320000101';
    const occurredAtMs = Date.parse('2026-06-10T08:00:00+08:00');
    const fault = {
      ticketId: 'console-fault',
      cameraId,
      kind: 'offline',
      occurredAtMs,
      detectedAtMs: occurredAtMs + 60_000,
      repairedAtMs: null,
      limitHours: 24,
      source: 'probe' as const,
      ordinal: 0,
      updatedAtMs: occurredAtMs,
    };
    await district.store.insert(faultTicketTable, [fault], { deduplicationToken: 'console-fault' });
    await page.goto(`${district.api.url}/figures/cameras/${cameraId}`);
    await page.getByRole('link', { name: '申请剔除' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('开始（北京时间）').fill('2026-06-15T02:00');
    await dialog.getByLabel('结束（北京时间）').fill('2026-06-15T04:00');
    await dialog.getByRole('button', { name: '提交' }).click();
    await dialog.getByText('这类剔除须在开始前申请').waitFor();
    complaints.splice(0);
    await dialog.getByLabel('开始（北京时间）').fill('2099-06-15T02:00');
    await dialog.getByLabel('结束（北京时间）').fill('2099-06-15T04:00');
    await dialog.getByRole('button', { name: '提交' }).click();
    await dialog.waitFor({ state: 'detached' });
    const [fault_, wish] = [page.locator('tbody tr').first(), page.locator('tbody tr').last()];
    expect(await fault_.innerText()).toMatch(/槐安街砚池巷口枪机[\s\S]*离线[\s\S]*应于[\s\S]*超时/);
    await wish.getByText('待审批').waitFor();
    expect(await wish.innerText()).toMatch(/计划检修/);
    await keepPicture('upkeep');
    await wish.getByRole('button', { name: '批准' }).click();
    await page.getByText('申请人不能审批自己的申请').waitFor();
    complaints.splice(0);
    await wish.getByText('待审批').waitFor();
  });
});
