import type { Command } from 'commander';
import { type CommonOptions, group, subcommand } from './declare.ts';

/** Accounts. */
export function declareUsers(program: Command): void {
  const users = group(program, 'users', 'accounts of the people who work with it');
  subcommand(users, 'list', 'accounts, their roles, and who has no password yet').action(
    async (options: CommonOptions) => {
      const { listUsers } = await import('../commands/users.ts');
      await listUsers(options);
    },
  );
  subcommand(users, 'add <name>', 'open an account and print the link that lets its owner in once')
    .requiredOption('--role <role>', 'admin, dutyOfficer, agencyOfficer, reviewer, analyst or operator')
    .option('--unit <unit>', 'unit (单位)', '')
    .option('--agency <agency>', 'of an agencyOfficer: policeStation, trafficPolice or enforcement')
    .action(
      async (name: string, options: CommonOptions & { unit: string; role: string; agency?: string }) => {
        const { addUser } = await import('../commands/users.ts');
        await addUser(name, options);
      },
    );
  subcommand(users, 'link <name>', 'a new one-time link for somebody').action(
    async (name: string, options: CommonOptions) => {
      const { linkUser } = await import('../commands/users.ts');
      await linkUser(name, options);
    },
  );
  subcommand(users, 'change <name>', 'change a role, disable or enable an account')
    .option('--role <role>')
    .option('--disable')
    .option('--enable')
    .action(
      async (
        name: string,
        options: CommonOptions & { role?: string; disable?: boolean; enable?: boolean },
      ) => {
        const { changeUser } = await import('../commands/users.ts');
        await changeUser(name, options);
      },
    );
}
