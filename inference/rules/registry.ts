import type { SceneEventKind } from '../../contracts/index.ts';
import { createDumpingRule } from './dumping/rule.ts';
import type { RuleFactory } from './scene/scene-rule.ts';

/** The rule of each kind of event, in the order in which they see a picture. */
export const ruleFactories: { readonly [K in SceneEventKind]?: RuleFactory<K> } = {
  illegal_dumping: createDumpingRule,
};
