import { type Command, InvalidArgumentError } from 'commander';

/** Options that every command understands. */
export interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
}

/** Value of an option that may be given more than once. */
export const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value];

/** Throws `InvalidArgumentError`, which commander tells with the name of the option. */
export function integer(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('not a whole number');
  return value;
}

/** As `collect`, of whole numbers. */
export const collectNumber = (value: string, earlier: readonly number[]): number[] => [
  ...earlier,
  integer(value),
];

/** Unix ms. Throws `InvalidArgumentError`. */
export function moment(text: string): number {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new InvalidArgumentError('not a time like 2026-10-16T00:00:00+08:00');
  return atMs;
}

/** A command with the options that all share. Its module is loaded only when it is called. */
export const command = (program: Command, nameAndArguments: string, description: string): Command =>
  subcommand(program, nameAndArguments, description);

/** Commands with a common first word; a group that is there already grows. */
export const group = (program: Command, name: string, description: string): Command =>
  program.commands.find((known) => known.name() === name) ??
  program.command(name).description(description).exitOverride();

/** A command of a group. */
export function subcommand(parent: Command, nameAndArguments: string, description: string): Command {
  return parent
    .command(nameAndArguments)
    .description(description)
    .option('--config <file>', 'configuration in YAML; config.example.yaml shows every key')
    .option('--data <dir>', 'data folder (default: dataDir of the configuration, ./data)');
}
