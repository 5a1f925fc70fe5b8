import { z } from 'zod';
import { CaseAction, Escalate } from './case-action.ts';
import { AreaCode, EpochMs, Uuid } from './ids.ts';
import { Person } from './person.ts';
import { SceneEvent } from './scene-event.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

export const RejectReason = z.enum(['false_alarm', 'duplicate', 'legal_disposal']);
export type RejectReason = z.infer<typeof RejectReason>;

const note = z.string().max(2_000);

/** What a person asks of an incident. */
export const PersonAction = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('confirm'), note }),
    z.strictObject({
      kind: z.literal('reject'),
      reason: RejectReason,
      note,
      /** The incident that this one repeats; needed when the reason is `duplicate`. */
      duplicateOf: Uuid.nullable(),
    }),
    z.strictObject({ kind: z.literal('linkRecord'), recordId: Uuid, note }),
    z.strictObject({ kind: z.literal('unlinkRecord'), recordId: Uuid, note }),
    ...CaseAction.options,
  ])
  .meta({ id: 'PersonAction' });
export type PersonAction = z.infer<typeof PersonAction>;

/** A person says that something a zone suppressed is an alert: the command carries it, for it is in no incident. */
const RaiseSuppressed = z.strictObject({ kind: z.literal('raiseSuppressed'), event: SceneEvent, note });

/** What is asked of an incident, by a person or by the clock. */
export const CommandAction = z
  .discriminatedUnion('kind', [...PersonAction.options, RaiseSuppressed, Escalate])
  .meta({ id: 'CommandAction' });
export type CommandAction = z.infer<typeof CommandAction>;

/** One command to one incident, keyed like it, so that its one writer takes it. */
export const Command = z
  .strictObject({
    commandId: Uuid,
    incidentId: Uuid,
    areaCode: AreaCode,
    /** Version of the incident that the person looked at; null: whatever it is now. */
    expectedVersion: z.int().nonnegative().nullable(),
    action: CommandAction,
    issuedBy: Person,
    issuedAtMs: EpochMs,
  })
  .meta({ id: 'Command' });
export type Command = z.infer<typeof Command>;

export const commands = topic({
  name: 'command.v1',
  schema: Command,
  keySpace: 'area',
  key: (command) => command.areaCode,
});

export const commandTable = table({ name: 'command', schema: Command, orderBy: ['commandId'] });
