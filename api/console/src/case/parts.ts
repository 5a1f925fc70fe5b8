import type { UseMutationResult } from '@tanstack/react-query';
import type { Incident, PenaltyCase, PersonAction } from '../../../../contracts/index.ts';

/** What every part of the case panel works with. */
export interface CaseParts {
  readonly incident: Incident;
  readonly penaltyCase: PenaltyCase;
  readonly command: UseMutationResult<Incident, Error, PersonAction>;
}
