import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, scratchDir } from './cli.ts';

const sample = join(import.meta.dirname, '..', '..', 'sample');
const daySeconds = 86_400;
/** Class 1, 2 and 1, on duty day and night; the planned one of the file has no state. */
const cameras = ['33020300001320000101', '33020300001320000103', '33020300001320000104'] as const;

interface Report {
  readonly from: string;
  readonly to: string;
  readonly scopes: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly value: number | null;
            readonly numerator: number;
            readonly denominator: number;
            readonly raw: { readonly numerator: number; readonly denominator: number } | null;
            readonly excluded: { readonly records: number } | null;
          }
        >
      >
    >
  >;
}

test('a month is reported for every level, whether it has 28 or 31 days; what was never brought in is left out', async () => {
  await using scratch = await scratchDir();
  const data = ['--data', join(scratch.dir, 'data')];
  const file = (name: string): string => join(scratch.dir, name);
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCli([...args, ...data]);
    expect([code, stderr.includes('Error')], stderr).toEqual([0, false]);
    return stdout;
  };
  // Two are online from January to April, but for one day of each month of one of them; the third was never heard of.
  const rows = [
    `${cameras[0]},online,2026-01-01T00:00:00+08:00,2026-04-01T00:00:00+08:00,`,
    `${cameras[1]},online,2026-01-01T00:00:00+08:00,2026-04-01T00:00:00+08:00,`,
    ...['01', '02', '03'].map(
      (m) => `${cameras[1]},offline,2026-${m}-10T00:00:00+08:00,2026-${m}-11T00:00:00+08:00,power`,
    ),
    // Midnight there is eight hours after midnight here: a border of months is one of Chinese time.
    `${cameras[2]},online,2026-02-28T16:00:00Z,2026-03-31T16:00:00Z,`,
  ];
  await writeFile(file('states.csv'), `code,state,fromISO,toISO,cause\n${rows.join('\n')}\n`);
  await run('cameras', 'import', join(sample, 'cameras.csv'), '--apply');
  await run('states', 'import', file('states.csv'));

  const months: Record<string, Report> = {};
  for (const month of ['2026-02', '2026-03']) {
    const json = file(`${month}.json`);
    await run(
      'report',
      '--month',
      month,
      '--json',
      json,
      '--csv',
      file('out.csv'),
      '--html',
      file('out.html'),
    );
    months[month] = JSON.parse(await readFile(json, 'utf8')) as Report;
  }
  const online = (month: string, scope: string) => months[month]?.scopes[scope]?.['M7'];
  const cameraScope = 'street:330203002';
  expect(months['2026-02']).toMatchObject({
    from: '2026-02-01T00:00:00+08:00',
    to: '2026-03-01T00:00:00+08:00',
  });
  expect(months['2026-03']).toMatchObject({ to: '2026-04-01T00:00:00+08:00' });
  // 28 and 31 whole days; the third camera counts as unknown, in the denominator, until it is heard of in March.
  const days = { '2026-02': 28, '2026-03': 31 };
  for (const [month, count] of Object.entries(days)) {
    const figure = online(month, cameraScope);
    const heard = month === '2026-02' ? 2 : 3;
    expect(figure?.numerator).toBe((heard * count - 1) * daySeconds);
    expect((figure?.denominator ?? 0) % (count * daySeconds)).toBe(0);
    const dayScopes = Object.keys(months[month]?.scopes ?? {}).filter((scope) => scope.startsWith('day:'));
    expect(dayScopes).toHaveLength(count);
    const sumOfDays = dayScopes.reduce((sum, scope) => sum + (online(month, scope)?.numerator ?? 0), 0);
    expect(sumOfDays).toBe(online(month, 'district')?.numerator);
  }
  // No picture was ever diagnosed, no recording listed: these are not 0 %, they are not there.
  const metrics = Object.keys(months['2026-03']?.scopes['district'] ?? {});
  expect(metrics).toContain('M7');
  expect(metrics.filter((metric) => /^M(?:4|8|9|10|11|12|13|16)\b/.test(metric))).toEqual([]);
  expect(await readFile(file('out.csv'), 'utf8')).toContain('M7');
  expect(await readFile(file('out.html'), 'utf8')).toContain('在线率');
}, 180_000);
