import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventKinds, SceneEventKind } from '../../contracts/index.ts';
import { ruleFactories } from './registry.ts';

const root = join(import.meta.dirname, '..', '..');

test('every kind of event has its rule, in the folder of its rule id', () => {
  expect(Object.keys(ruleFactories).toSorted()).toEqual(SceneEventKind.options.toSorted());
  for (const { ruleId } of Object.values(eventKinds)) {
    expect(existsSync(join(import.meta.dirname, ruleId, 'rule.ts')), ruleId).toBe(true);
  }
});

/** Product code in which a kind of event stands by its name or its rule. */
const filesThatName = (kind: SceneEventKind): string[] => {
  const { ruleId } = eventKinds[kind];
  const named = new RegExp(`\\b${kind}\\b|/${ruleId}/rule\\.ts`);
  return globSync('{contracts,kernel,inference,cli,api}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/\.test\.ts$|\/testing\/|\/dist\/|node_modules/.test(file))
    .filter((file) => named.test(readFileSync(join(root, file), 'utf8')));
};

test('a kind of event stands in three files: the catalogue, its rule, the registry', () => {
  // Dumping and tampering are read by others too: as the first use of the product, and as a condition of the view.
  for (const kind of ['intrusion', 'crowding', 'wrong_direction'] as const) {
    expect(filesThatName(kind).toSorted(), kind).toEqual(
      [
        'contracts/event-kind.ts',
        ...(kind === 'wrong_direction' ? [] : ['contracts/record.ts']),
        'inference/rules/registry.ts',
        `inference/rules/${eventKinds[kind].ruleId}/rule.ts`,
      ].toSorted(),
    );
  }
});
