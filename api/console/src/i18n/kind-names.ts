import { eventKinds, SceneEventKind } from '../../../../contracts/index.ts';
import type { Language } from './language.ts';

/** What people call each kind of event. */
export const kindNames = (language: Language): Record<SceneEventKind, string> =>
  Object.fromEntries(SceneEventKind.options.map((kind) => [kind, eventKinds[kind].name[language]])) as Record<
    SceneEventKind,
    string
  >;
