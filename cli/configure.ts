import { resolve } from 'node:path';
import { type Config, loadConfig, PipelineError } from '../kernel/index.ts';
import type { CommonOptions } from './program/declare.ts';

/** `NAME=address` of a `--camera` option. */
function cameraOption(text: string): { name: string; source: string } {
  const cut = text.indexOf('=');
  if (cut < 1 || cut === text.length - 1) {
    throw new PipelineError('USAGE', `--camera ${text} is not NAME=ADDRESS.`, {
      hint: 'For example --camera gate=rtsp://10.20.0.11/live or --camera gate=recording.mp4.',
    });
  }
  return { name: text.slice(0, cut), source: text.slice(cut + 1) };
}

/** Names of the cameras that were typed on the command line. */
export const typedCameras = (options: { readonly camera?: readonly string[] }): ReadonlySet<string> =>
  new Set((options.camera ?? []).map((text) => cameraOption(text).name));

/**
 * The configuration of a command: file, environment, then the options of the command line.
 * @throws PipelineError CONFIG_NOT_FOUND, CONFIG_INVALID, USAGE.
 */
export async function configure(
  options: CommonOptions & { readonly camera?: readonly string[]; readonly port?: number },
  overrides: Record<string, unknown> = {},
): Promise<Config> {
  const fromOptions = {
    ...overrides,
    ...(options.data === undefined ? {} : { dataDir: resolve(options.data) }),
    ...(options.port === undefined ? {} : { api: { port: options.port } }),
  };
  const config = await loadConfig(options.config ?? null, process.env, fromOptions);
  const added = (options.camera ?? []).map(cameraOption);
  if (added.length === 0) return config;
  // Cameras of the command line come on top of those of the file.
  return await loadConfig(options.config ?? null, process.env, {
    ...fromOptions,
    cameras: [...config.cameras, ...added],
  });
}
