import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import {
  type Detection,
  type Letterbox,
  openLetterbox,
  openOutputReader,
  type Outputs,
  type Picture,
} from '../detect/index.ts';
import type { LoadedModel } from './model-store.ts';

export type ExecutionProvider = 'cpu' | 'cuda' | 'coreml' | 'dml' | 'webgpu';

/** Pictures of this many different sizes keep their buffers; the one used longest ago goes first. */
const maxLetterboxes = 8;
/** What the first run looks at: it proves that weights, input and decoder fit, and warms the session up. */
const trialPicture = { widthPx: 64, heightPx: 64 };

/** A model ready to run in this thread, and nowhere else: `detect` blocks it. */
export interface DetectorSession {
  readonly executionProvider: ExecutionProvider;
  /** Why it is not the one that was asked for; null when it is. */
  readonly fallbackReason: string | null;
  readonly detect: (picture: Picture, minConfidence: number) => Promise<Detection[]>;
  readonly release: () => Promise<void>;
}

interface PreparedSize {
  readonly letterbox: Letterbox;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

// What goes wrong comes as an exception and is told once; the library would print it in red besides.
env.logLevel = 'fatal';

/** @throws PipelineError MODEL_INVALID. */
export async function createSession(
  filePath: string,
  provider: ExecutionProvider,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(filePath, {
      executionProviders: [provider],
      // One thread per session, one session per worker: more threads spin and burn more than they bring.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Errors come as exceptions anyway; warnings about folded nodes help nobody.
      logSeverityLevel: 4,
    });
  } catch (cause) {
    throw new PipelineError('MODEL_INVALID', `${filePath} cannot be loaded: ${messageOf(cause)}`, {
      hint: 'It is no ONNX model, or one of a newer format. Bring the file again with: sharp-eyes models add NAME',
      cause,
    });
  }
}

function checkInputs(session: InferenceSession, { manifest, filePath }: LoadedModel): void {
  const { name, sizeTensor } = manifest.input;
  const wanted = [name, ...(sizeTensor === undefined ? [] : [sizeTensor])].toSorted();
  const there = session.inputNames.toSorted();
  if (there.join() === wanted.join()) return;
  throw new PipelineError(
    'MODEL_SHAPE',
    `${filePath} takes the inputs ${there.join(', ')}; model.json of ${manifest.name} names ${wanted.join(', ')}.`,
    {
      hint: 'Correct input.name and input.sizeTensor in model.json, or bring the weights that belong to it.',
    },
  );
}

/**
 * Load a model in this thread and run it once. Where another provider than the cpu cannot be loaded, or cannot run the
 * model, the cpu is taken.
 * @throws PipelineError MODEL_INVALID when the file is no model, MODEL_SHAPE when it does not fit its manifest.
 */
export async function openSession(model: LoadedModel, asked: ExecutionProvider): Promise<DetectorSession> {
  let fallbackReason: string | null = null;
  if (asked !== 'cpu') {
    try {
      return { ...(await openOn(model, asked)), executionProvider: asked, fallbackReason };
    } catch (error) {
      fallbackReason = messageOf(error);
    }
  }
  return { ...(await openOn(model, 'cpu')), executionProvider: 'cpu', fallbackReason };
}

/** What a provider does when it is asked for on this machine: nothing but trying tells. */
export async function tryProvider(
  model: LoadedModel,
  asked: ExecutionProvider,
): Promise<Pick<DetectorSession, 'executionProvider' | 'fallbackReason'>> {
  const { executionProvider, fallbackReason, release } = await openSession(model, asked);
  await release();
  return { executionProvider, fallbackReason };
}

async function openOn(
  model: LoadedModel,
  provider: ExecutionProvider,
): Promise<Pick<DetectorSession, 'detect' | 'release'>> {
  const { manifest } = model;
  const session = await createSession(model.filePath, provider);
  const read = openOutputReader(manifest);
  const sizes = new Map<string, PreparedSize>();

  const prepare = (widthPx: number, heightPx: number): PreparedSize => {
    const key = `${widthPx}x${heightPx}`;
    let prepared = sizes.get(key);
    if (prepared === undefined) {
      const letterbox = openLetterbox(manifest.input, widthPx, heightPx);
      const { plan } = letterbox;
      const { name, sizeTensor } = manifest.input;
      const image = new Tensor('float32', letterbox.tensor, [1, 3, plan.heightPx, plan.widthPx]);
      const size = BigInt64Array.of(BigInt(plan.widthPx), BigInt(plan.heightPx));
      prepared = {
        letterbox,
        feeds: {
          [name]: image,
          ...(sizeTensor === undefined ? {} : { [sizeTensor]: new Tensor('int64', size, [1, 2]) }),
        },
      };
    }
    // Moved to the end: a Map keeps the order of insertion, so the first is the one used longest ago.
    sizes.delete(key);
    sizes.set(key, prepared);
    if (sizes.size > maxLetterboxes) sizes.delete(sizes.keys().next().value ?? key);
    return prepared;
  };

  const detect = async (picture: Picture, minConfidence: number): Promise<Detection[]> => {
    const { letterbox, feeds } = prepare(picture.widthPx, picture.heightPx);
    letterbox.fill(picture);
    let outputs: Outputs;
    try {
      outputs = (await session.run(feeds)) as unknown as Outputs;
    } catch (cause) {
      throw new PipelineError('MODEL_SHAPE', `${manifest.name} does not run: ${messageOf(cause)}`, {
        hint: 'The weights do not take the input that model.json describes; compare input.size there.',
        cause,
      });
    }
    return read(outputs, letterbox.plan, minConfidence);
  };

  checkInputs(session, model);
  const grey = new Uint8Array(trialPicture.widthPx * trialPicture.heightPx * 1.5).fill(128);
  await detect({ ...trialPicture, data: grey }, manifest.thresholds.continue);
  return { detect, release: async () => await session.release() };
}
