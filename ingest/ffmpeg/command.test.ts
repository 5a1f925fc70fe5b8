import { expect, test } from 'vitest';
import { commandArguments, words } from './command.ts';
import { rtspInput } from './input.ts';
import { rtspFailure } from './failure.ts';

test('the argument list keeps order and blanks', () => {
  const line = commandArguments(
    [{ options: ['-f', 'concat', '-protocol_whitelist', 'file'], source: 'file:a b.mp4' }],
    [
      { options: ['-map', '0:v:0', '-vf', "select='gte(t, 1)'"], target: 'pipe:1' },
      { options: ['-c', 'copy'], target: '/tmp/c d.ts' },
    ],
  );
  const own = line.slice(line.indexOf('-f'));
  expect(own.filter((part) => part !== '-y')).toEqual([
    ...words('-f concat -protocol_whitelist file -i'),
    'file:a b.mp4',
    ...words('-map 0:v:0 -vf'),
    "select='gte(t, 1)'",
    ...words('pipe:1 -c copy'),
    '/tmp/c d.ts',
  ]);
  expect(line).toContain('-nostdin');
});

test('a login goes to stdin, not into the arguments', () => {
  const plan = rtspInput('rtsp://10.0.0.1/live', { user: 'us er', password: "p'w@:/%" }, 4_000, {
    transport: 'tcp',
  });
  expect(JSON.stringify(plan.input)).not.toMatch(/us er|p'w|us%20er/);
  expect(plan.stdin).toContain("file 'rtsp://us%20er:p%27w%40%3A%2F%25@10.0.0.1/live'");
  expect(plan.stdin).toContain('option timeout 4000000');
});

test.each([
  ['method DESCRIBE failed: 401 Unauthorized', 'INGEST_RTSP_AUTH'],
  ['method DESCRIBE failed: 403 Forbidden', 'INGEST_RTSP_AUTH'],
  ['method DESCRIBE failed: 404 Not Found', 'INGEST_RTSP_NOT_FOUND'],
  ['Connection to tcp://10.0.0.1:554 failed: Connection refused', 'INGEST_RTSP_UNREACHABLE'],
  ['', 'INGEST_RTSP_UNREACHABLE'],
])('"%s" is %s', (line, code) => {
  const failure = rtspFailure('rtsp://10.0.0.1/live', { lines: [line], errorCount: 1 });
  expect(failure).toMatchObject({ code, retryable: true });
});
