import { Presets, SingleBar } from 'cli-progress';

/** Shows how far long work is: a bar with an estimate on a terminal, plain lines in a pipe. Always on stderr. */
export interface Progress {
  /** @param done of `total`, in whatever unit the work has. */
  update(done: number): void;
  stop(): void;
}

const plainEveryMs = 5_000;

export function startProgress(title: string, total: number): Progress {
  if (process.stderr.isTTY) {
    const format = `${title} {bar} {percentage}% · {eta_formatted} left`;
    const bar = new SingleBar(
      { format, stream: process.stderr, hideCursor: true, fps: 5 },
      Presets.shades_classic,
    );
    bar.start(total, 0);
    return {
      update: (done) => {
        bar.update(Math.min(done, total));
      },
      stop: () => {
        bar.stop();
      },
    };
  }
  const startedAtMs = performance.now();
  let saidAtMs = startedAtMs;
  return {
    update(done) {
      const nowMs = performance.now();
      if (nowMs - saidAtMs < plainEveryMs || done <= 0) return;
      saidAtMs = nowMs;
      const leftS = Math.round((((nowMs - startedAtMs) / done) * Math.max(0, total - done)) / 1_000);
      process.stderr.write(`${title}: ${Math.floor((100 * done) / total)} %, about ${leftS} s left\n`);
    },
    stop: () => undefined,
  };
}
