/**
 * How a draft's revisions become those of its event: as it was found, then with its evidence, then, where a zone had
 * suppressed it and an officer raised it, with the evidence of an alert. Each is higher than all of an earlier draft.
 */
export const asFound = (draftRevision: number): number => 3 * draftRevision;
export const withEvidence = (draftRevision: number): number => 3 * draftRevision + 1;

/** @param revision of the event as it was listed. */
export const asRaised = (revision: number): number => 3 * Math.floor(revision / 3) + 2;
