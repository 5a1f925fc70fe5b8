import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const browserPath = '/usr/bin/chromium';
export const hasBrowser = existsSync(browserPath);
/** To be put behind the name of tests that need a browser. */
export const whyNoBrowser = hasBrowser ? '' : ` (skipped: there is no ${browserPath})`;

const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The console as it is built now, in a folder of its own. */
export async function buildConsole(): Promise<{ readonly dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-console-'));
  await build({
    configFile: join(import.meta.dirname, '..', 'console', 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: dir, emptyOutDir: true },
  });
  return {
    dir,
    async [Symbol.asyncDispose]() {
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export const openBrowser = async (): Promise<Browser> =>
  await chromium.launch({ executablePath: browserPath, args: browserArgs });

/**
 * A page in Chinese on a laptop's screen.
 * @param complaints gets what breaks quietly, and what offends against the security policy. That the browser logs the
 *   status of a refused command is no fault.
 */
export async function openPage(
  browser: Browser,
  complaints: string[],
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await browser.newContext({
    viewport: { width: 1366, height: 768 },
    locale: 'zh-CN',
    // On a busy machine a click would meet a dialog that is still growing, and miss its button.
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('409')) complaints.push(message.text());
  });
  return { context, page };
}

/** Log in by a one-time link and put the question for a password off. */
export async function enterConsole(page: Page, loginLink: string): Promise<void> {
  await page.goto(loginLink);
  await page.getByRole('heading', { name: '告警' }).waitFor();
  await page.getByRole('button', { name: '稍后' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}
