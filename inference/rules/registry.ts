import type { SceneEventKind } from '../../contracts/index.ts';
import { createCrowdingRule } from './crowding/rule.ts';
import { createDirectionRule } from './direction/rule.ts';
import { createDumpingRule } from './dumping/rule.ts';
import { createFireRule } from './fire/rule.ts';
import { createIntrusionRule } from './intrusion/rule.ts';
import { createObstructionRule } from './obstruction/rule.ts';
import { createTamperRule } from './tamper/rule.ts';
import type { RuleFactory } from './scene/scene-rule.ts';

/** The rule of each kind of event, in the order in which they see a picture. */
export const ruleFactories: { readonly [K in SceneEventKind]: RuleFactory<K> } = {
  camera_tamper: createTamperRule,
  // Before dumping, which takes what it has judged into the background.
  lane_obstruction: createObstructionRule,
  illegal_dumping: createDumpingRule,
  intrusion: createIntrusionRule,
  crowding: createCrowdingRule,
  wrong_direction: createDirectionRule,
  smoke_fire: createFireRule,
};
