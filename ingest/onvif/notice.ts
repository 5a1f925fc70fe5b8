import { listAt, nodeAt, textAt } from './parsed.ts';

/** What a device told by itself. */
export interface OnvifNotice {
  /** `motion`; `tamper`: covered, turned or defocused; `videoLoss`: no signal from its sensor. */
  readonly kind: 'motion' | 'tamper' | 'videoLoss' | 'other';
  /** Topic without name spaces, e.g. `RuleEngine/CellMotionDetector/Motion`. */
  readonly topic: string;
  /** Whether it holds now; null for things that only happen. */
  readonly isActive: boolean | null;
  /** It only says how things stand, because a subscription began. */
  readonly isInitial: boolean;
  /** By the device's own clock; null when it names none. */
  readonly deviceTimeMs: number | null;
}

const kinds: readonly (readonly [RegExp, OnvifNotice['kind']])[] = [
  [/signalloss|videoloss/i, 'videoLoss'],
  [/tamper|globalscenechange|imagetoo(?:blurry|dark|bright)|scenechange/i, 'tamper'],
  [/motion/i, 'motion'],
];

const words: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** Read one `NotificationMessage`. @returns null when it names no topic. */
export function noticeOf(message: unknown): OnvifNotice | null {
  const topic = textAt(message, 'topic')
    ?.split('/')
    .map((part) => part.replace(/^[^:]*:/, '').trim())
    .join('/');
  if (topic === undefined || topic === '') return null;
  // The children of `message` keep the name of their own element: `Message` in `Message`.
  const inner = nodeAt(message, 'message', 'message');
  const items = listAt(inner, 'data', 'simpleItem');
  const states = items.flatMap((item) => {
    const state = words[textAt(item, '$', 'Value')?.toLowerCase() ?? ''];
    return state === undefined ? [] : [state];
  });
  const deviceTimeMs = Date.parse(textAt(inner, '$', 'UtcTime') ?? '');
  return {
    kind: kinds.find(([pattern]) => pattern.test(topic))?.[1] ?? 'other',
    topic,
    isActive: states.length === 0 ? null : states.some(Boolean),
    isInitial: textAt(inner, '$', 'PropertyOperation') === 'Initialized',
    deviceTimeMs: Number.isFinite(deviceTimeMs) ? deviceTimeMs : null,
  };
}
