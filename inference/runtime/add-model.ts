import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, PipelineError, systemCodeOf } from '../../kernel/index.ts';
import type { ModelManifest } from '../detect/index.ts';
import {
  extraFile,
  findModel,
  type LoadedModel,
  type ModelDirs,
  readManifest,
  sha256OfFile,
} from './model-store.ts';

/** Nothing arrived for this long: the download is given up. What is there stays, and the next try goes on from it. */
const stallTimeoutMs = 30_000;
/** No model is larger; what streams on and on is something else. */
const maxModelBytes = 2 ** 31;

export interface AddModelOptions extends ModelDirs {
  /** Take the weights from this file instead of downloading them. */
  readonly fromFile?: string;
  /** Told of bytes so far and in all; in all is 0 where nobody says. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

interface Body {
  readonly stream: Readable;
  /** The stream begins here: what lay there from an earlier try is kept up to it. */
  readonly fromByte: number;
  readonly totalBytes: number;
}

const sizeOf = async (filePath: string): Promise<number> =>
  (await stat(filePath).catch(() => null))?.size ?? 0;

async function openFile(fromFile: string): Promise<Body> {
  const found = await stat(fromFile).catch(() => null);
  if (found?.isFile() !== true) {
    throw new PipelineError('MODEL_NOT_FOUND', `There is no file ${fromFile}.`, {
      hint: 'Give the path of the .onnx file after --from.',
    });
  }
  return { stream: createReadStream(fromFile), fromByte: 0, totalBytes: found.size };
}

async function openDownload(
  { name, source, sizeBytes }: ModelManifest,
  haveBytes: number,
  signal: AbortSignal,
): Promise<Body> {
  const { url } = source;
  if (url === null) {
    throw new PipelineError(
      'MODEL_NOT_FOUND',
      `Nobody offers the weights of ${name} for download: ${source.note}`,
      {
        hint: `Bring the file yourself: sharp-eyes models add ${name} --from FILE`,
      },
    );
  }
  const hint = `Check the network, or bring the file yourself: sharp-eyes models add ${name} --from FILE`;
  const headers: Record<string, string> = haveBytes > 0 ? { range: `bytes=${haveBytes}-` } : {};
  const response = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    const because =
      cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause);
    throw new PipelineError('MODEL_NOT_FOUND', `${url} cannot be reached: ${because}`, {
      hint,
      retryable: true,
      cause,
    });
  });
  // 416: there is nothing after what we have. It is whole, or the checksum will say so.
  if (response.status === 416) {
    await response.body?.cancel();
    return { stream: Readable.from([]), fromByte: haveBytes, totalBytes: haveBytes };
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new PipelineError('MODEL_NOT_FOUND', `${url} answered ${response.status}.`, {
      hint,
      retryable: response.status >= 500,
    });
  }
  const fromByte = response.status === 206 ? haveBytes : 0;
  const announced = Number(response.headers.get('content-length') ?? 0);
  return {
    stream: Readable.from(response.body, { objectMode: false }),
    fromByte,
    totalBytes: announced > 0 ? fromByte + announced : (sizeBytes ?? 0),
  };
}

/** Counts what passes, and calls it off when nothing passes for too long or too much does. */
function meter(
  body: Body,
  onBytes: (doneBytes: number) => void,
  giveUp: (error: PipelineError) => void,
): Transform {
  let doneBytes = body.fromByte;
  const error = (text: string): PipelineError =>
    new PipelineError('MODEL_NOT_FOUND', text, {
      hint: 'Try again: what arrived is kept and the download goes on from there.',
      retryable: true,
    });
  const timer = setInterval(() => {
    giveUp(error(`The download stalled at ${doneBytes} of ${body.totalBytes} bytes.`));
  }, stallTimeoutMs);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      timer.refresh();
      doneBytes += chunk.length;
      onBytes(doneBytes);
      done(doneBytes > maxModelBytes ? error('This is no model: it does not end.') : null, chunk);
    },
    destroy(cause, done) {
      clearInterval(timer);
      done(cause);
    },
  });
}

function explain(error: unknown, filePath: string, signal: AbortSignal): unknown {
  if (signal.aborted && signal.reason instanceof PipelineError) return signal.reason;
  if (signal.aborted) {
    return new PipelineError('INTERRUPTED', 'The model was not brought to its end.', {
      hint: 'Run it again: what arrived is kept and the download goes on from there.',
    });
  }
  if (error instanceof PipelineError) return error;
  if (systemCodeOf(error) === 'ENOSPC') {
    return new PipelineError('DISK_FULL', `No space left for ${filePath}.`, {
      hint: 'Free some space or name another data folder.',
      cause: error,
    });
  }
  return new PipelineError('MODEL_NOT_FOUND', `${filePath} could not be brought: ${messageOf(error)}`, {
    hint: 'Try again: what arrived is kept and the download goes on from there.',
    retryable: true,
    cause: error,
  });
}

/**
 * Bring the weights of a model into `extraDir`, from its upstream address or from a file.
 *
 * Weights that are here already are left as they are. Others are written beside their place, checked by sha256 and moved in at once, so that an interruption at any moment
 * leaves either the whole file or none. A download goes on where an earlier one stopped.
 * @throws PipelineError MODEL_NOT_FOUND when there is nothing to be had, MODEL_CHECKSUM when it is something else,
 *   INTERRUPTED, DISK_FULL.
 */
export async function addModel(name: string, options: AddModelOptions): Promise<LoadedModel> {
  const { fromFile, onProgress } = options;
  const manifest = await readManifest(name, options);
  const here = await findModel(name, options).catch(() => null);
  if (here !== null) return here;
  const filePath = extraFile(options, manifest);
  // Weights from a file are copied anew each time; only a download is worth going on with.
  const partPath = `${filePath}.${fromFile === undefined ? 'part' : `${process.pid}.copy`}`;
  const stalled = new AbortController();
  const signal = AbortSignal.any([stalled.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    signal.throwIfAborted();
    await mkdir(dirname(filePath), { recursive: true });
    const body =
      fromFile === undefined
        ? await openDownload(manifest, await sizeOf(partPath), signal)
        : await openFile(fromFile);
    await pipeline(
      body.stream,
      meter(
        body,
        (doneBytes) => onProgress?.(doneBytes, body.totalBytes),
        (error) => {
          stalled.abort(error);
        },
      ),
      createWriteStream(partPath, { flags: body.fromByte > 0 ? 'a' : 'w' }),
      { signal },
    );
  } catch (error) {
    if (fromFile !== undefined) await rm(partPath, { force: true });
    throw explain(error, filePath, signal);
  }
  const sha256 = await sha256OfFile(partPath);
  if (sha256 !== manifest.sha256) {
    await rm(partPath, { force: true });
    throw new PipelineError(
      'MODEL_CHECKSUM',
      `${fromFile ?? manifest.source.url ?? name} is not the model ${name}: its sha256 is ${String(sha256)}, expected ${manifest.sha256}.`,
      { hint: 'The file is damaged or another version; nothing was installed.' },
    );
  }
  await rename(partPath, filePath);
  return { manifest, filePath };
}
