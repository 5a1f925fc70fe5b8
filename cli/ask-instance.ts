import { localTokenOf } from '../api/index.ts';
import { ApiError } from '../contracts/index.ts';
import { messageOf, PipelineError } from '../kernel/index.ts';
import type { Instance } from './instance.ts';

/**
 * Ask the process that owns the data folder, by its API and with the folder's local token.
 * @param body bytes of a file, an object to send as JSON, or null to get.
 * @throws PipelineError with what the API answered, or DATA_DIR_IN_USE when that process has no API.
 */
export const askInstance = async (
  instance: Instance,
  dataDir: string,
  path: string,
  body: Uint8Array | object | null,
): Promise<unknown> => await (await answerOf(instance, dataDir, path, body)).json();

/** The same for an answer that is a file. */
export const fileFromInstance = async (
  instance: Instance,
  dataDir: string,
  path: string,
  body: Uint8Array | null,
): Promise<Uint8Array> => new Uint8Array(await (await answerOf(instance, dataDir, path, body)).arrayBuffer());

async function answerOf(
  instance: Instance,
  dataDir: string,
  path: string,
  body: Uint8Array | object | null,
): Promise<Response> {
  const token = await localTokenOf(dataDir);
  if (instance.url === null || token === null) {
    throw new PipelineError(
      'DATA_DIR_IN_USE',
      `The data folder ${dataDir} is in use by process ${instance.pid} (sharp-eyes ${instance.command}), which takes no files.`,
      { hint: 'Wait until it has ended, or give this command a folder of its own with --data DIR.' },
    );
  }
  const response = await fetch(`${instance.url}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...contentOf(body).headers },
    ...contentOf(body).init,
  }).catch((cause: unknown) => {
    throw new PipelineError(
      'DATA_DIR_IN_USE',
      `Process ${instance.pid} did not answer: ${messageOf(cause)}`,
      {
        hint: 'Look at its log, or stop it and run this command again.',
        cause,
      },
    );
  });
  if (response.ok) return response;
  const refused = ApiError.safeParse(await response.json());
  throw new PipelineError(
    'BAD_REQUEST',
    refused.data?.message ?? `The running process answered ${response.status}.`,
    { hint: refused.data?.hint ?? 'Look at its log.' },
  );
}

function contentOf(body: Uint8Array | object | null): { headers: Record<string, string>; init: RequestInit } {
  if (body === null) return { headers: {}, init: {} };
  if (body instanceof Uint8Array) {
    const headers = { 'content-type': 'application/octet-stream' };
    return { headers, init: { method: 'POST', body: new Uint8Array(body) } };
  }
  const headers = { 'content-type': 'application/json' };
  return { headers, init: { method: 'POST', body: JSON.stringify(body) } };
}
