import type { Party, PersonAction } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import type { CaseName } from './people.ts';
import type { CaseScene } from './scene.ts';
import { matter, mediaIdsOf } from './steps.ts';

const party = (
  role: Party['role'],
  kind: Party['kind'],
  name: string,
  note: string,
): { readonly party: Party; readonly put: PersonAction } => {
  const made: Party = {
    partyId: deterministicId('case-party', role),
    role,
    kind,
    name,
    // None was shown: what was imported allows the evening only.
    permitNumber: null,
    note,
  };
  return { party: made, put: { kind: 'putParty', party: made, note: '' } };
};
export const shop = party('generator', 'organisation', '某服装店', '装修垃圾产生者');
export const contractor = party('contractor', 'organisation', '某装饰公司', '未办理处置核准');
export const dumper = party('dumper', 'individual', '倾倒人甲', '三轮车驾驶人');
/** Each party, and the provision that the officer chooses. */
export const chosenBases: readonly (readonly [Party, string])[] = [
  [shop.party, 'construction-waste-rules-26-unit'],
  [contractor.party, 'construction-waste-rules-26-unit'],
  [dumper.party, 'construction-waste-rules-26-person'],
];

export const review =
  (name: CaseName, to: 'technicallyReviewed' | 'legallyReviewed' | 'admissible', note: string) =>
  async (scene: CaseScene): Promise<void> => {
    const incident = await matter(scene);
    const mediaIds = mediaIdsOf(incident);
    await scene.ask(name, incident.incidentId, { kind: 'reviewEvidence', mediaIds, to, note });
  };
