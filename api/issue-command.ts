import type { Command, CommandRefused, Incident } from '../contracts/index.ts';
import { commands } from '../contracts/index.ts';
import { freshId, PipelineError } from '../kernel/index.ts';
import type { Parts } from './parts.ts';
import type { Answer } from './route.ts';
import { ok } from './route.ts';

/** What is asked of an incident, and by whom. */
export type CommandToIssue = Pick<
  Command,
  'incidentId' | 'areaCode' | 'expectedVersion' | 'action' | 'issuedBy'
>;

/**
 * Register a command, hand it to the writer of its incident, and wait for what comes of it.
 * @returns 200 with the incident, or 409 with why it was not carried out.
 * @throws PipelineError COMMAND_TIMEOUT when nobody answers in time.
 */
export async function issueCommand(
  asked: CommandToIssue,
  { bus, clock, config, trail, feed }: Parts,
): Promise<Answer> {
  const command: Command = { ...asked, commandId: freshId(), issuedAtMs: clock.nowMs() };
  // Registered before it is sent: a command nobody can be asked about must not exist.
  await trail.write({
    by: command.issuedBy,
    action: 'commandIssued',
    subjectId: command.commandId,
    incidentId: command.incidentId,
    reason: reasonOf(command),
  });
  const waiting = feed.answerTo(command, config.commandTimeoutMs);
  try {
    await bus.publish(commands, [command]);
  } catch (error) {
    waiting.cancel();
    throw error;
  }
  const change = await waiting.answer;
  if (change === null) {
    throw new PipelineError(
      'COMMAND_TIMEOUT',
      `The command was handed on, but not answered in ${config.commandTimeoutMs} ms.`,
      {
        hint: 'It may still be carried out: look at the incident again before repeating it. If this stays, check that `correlate` runs.',
        retryable: true,
      },
    );
  }
  const { refusal, incident }: { refusal: typeof change.refusal; incident: Incident | null } = change;
  if (refusal === null) return ok(incident);
  const refused: CommandRefused = { ...refusal, incident };
  return { status: 409, body: refused };
}

const reasonOf = ({ action }: Command): string => {
  const what = action.kind === 'reject' ? `reject ${action.reason}` : action.kind;
  return action.note === '' ? what : `${what}: ${action.note}`;
};
