import ffmpeg from 'fluent-ffmpeg';

/** One `-i` with the options before it: pairs, because fluent-ffmpeg splits a single one at its space. */
export interface CommandInput {
  readonly options?: readonly string[];
  readonly source: string;
}

/** One output with the options before it. */
export interface CommandOutput {
  readonly options: readonly string[];
  readonly target: string;
}

// What the types of the package leave out. The version is pinned, and a test holds the resulting list.
type WithArguments = ffmpeg.FfmpegCommand & { _getArguments(): string[] };

/** Options that hold no blanks, as one would type them. */
export const words = (text: string): string[] => text.split(' ');

/**
 * The argument list of an ffmpeg run; the only place that knows their order.
 *
 * fluent-ffmpeg writes the list and nothing else: its own `run()` gives a child no further pipes, probes encoders with
 * processes that nobody owns, and reports an ended camera as success.
 */
export function commandArguments(
  inputs: readonly CommandInput[],
  outputs: readonly CommandOutput[],
): string[] {
  const command = ffmpeg() as WithArguments;
  for (const { options = [], source } of inputs) {
    command.input(source);
    if (options.length > 0) command.inputOptions(...options);
  }
  for (const { options, target } of outputs) command.output(target).outputOptions(...options);
  return [...words('-hide_banner -nostdin -nostats -loglevel level+verbose -y'), ...command._getArguments()];
}
