import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { deterministicId, endChild, errorFields, openLog, PipelineError } from './index.ts';

test('an id depends on every part, on their borders and on nothing else', () => {
  expect(deterministicId('event', 'a', 'b', 1)).toBe(deterministicId('event', 'a', 'b', 1));
  const ids = [
    deterministicId('event', 'a', 'b', 1),
    deterministicId('event', 'ab', '', 1),
    deterministicId('event', 'a', 'b', 2),
    deterministicId('incident', 'a', 'b', 1),
  ];
  expect(new Set(ids).size).toBe(4);
});

test('a log line holds no password, whether in a field or in an address', () => {
  const lines: string[] = [];
  const log = openLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
  log.info(
    { source: 'rtsp://admin:hunter2@10.0.0.4/live', password: 'hunter2', camera: { token: 'hunter2' } },
    'cannot open rtsp://admin:hunter2@10.0.0.4/live',
  );
  expect(lines.join('')).toContain('rtsp://***@10.0.0.4/live');
  expect(lines.join('')).not.toContain('hunter2');
});

test('an error keeps its code, what to do and its cause', () => {
  const error = new PipelineError('PORT_IN_USE', 'Port 80 is taken.', {
    hint: 'Choose another.',
    cause: new Error('EADDRINUSE'),
  });
  expect(errorFields(error)).toEqual({
    error: 'Port 80 is taken.',
    code: 'PORT_IN_USE',
    hint: 'Choose another.',
    cause: 'EADDRINUSE',
  });
});

test('a child that ignores SIGTERM is ended all the same', async () => {
  const child = spawn(process.execPath, [
    '-e',
    'process.on("SIGTERM",()=>{});console.log(1);setInterval(()=>{},1e3)',
  ]);
  await once(child.stdout, 'data');
  expect(await endChild(child, 200)).toBeNull();
  expect(child.signalCode).toBe('SIGKILL');
});

test('an adopted child does not outlive its parent', async () => {
  const index = new URL('./index.ts', import.meta.url).href;
  const script = `
    import { spawn } from 'node:child_process';
    import { adoptChild } from ${JSON.stringify(index)};
    const child = spawn(process.execPath, ['-e', 'setInterval(()=>{},1e3)']);
    adoptChild(child);
    console.log(child.pid);
    setTimeout(() => process.exit(0), 50);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  await once(parent, 'exit');
  const isAlive = (): boolean => {
    try {
      return process.kill(Number(output.toString()), 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isAlive, { timeout: 5_000 }).toBe(false);
});

test('one Ctrl-C that arrives three times asks once; a later one ends the process', async () => {
  const index = new URL('./index.ts', import.meta.url).href;
  const script = `
    import { untilInterrupted } from ${JSON.stringify(index)};
    untilInterrupted((name) => console.log(name));
    console.log('ready');
    setInterval(() => {}, 1e3);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  let output = '';
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
  });
  await expect.poll(() => output, { timeout: 20_000 }).toContain('ready');
  for (let i = 0; i < 3; i++) {
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await expect.poll(() => output).toBe('ready\nSIGINT\n');
  expect(child.exitCode).toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(130);
});
