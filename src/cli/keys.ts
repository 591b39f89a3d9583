import type { Command } from 'commander';
import type { Role } from '../domain/ports.ts';
import { knownTenant, UsageError } from './files.ts';
import { type Cli, withSession } from './session.ts';

const ROLES: readonly Role[] = ['score', 'review', 'admin'];

/** `tidemark keys add|list|remove`. Only a hash is stored; the secret is printed once. */
export function keys(command: Command, cli: Cli): void {
  command
    .command('add')
    .description('make a key and print its secret, once')
    .requiredOption('--role <role>', ROLES.join(', '))
    .option('--tenant <tenant>', 'organisation the key acts for', knownTenant, 'default')
    .action((options: { role: string; tenant: string }) => addKey(options, cli));
  command
    .command('list')
    .description('list keys, without secrets')
    .action(() =>
      withSession(cli.open, async (session) => {
        for (const key of await session.keys.list()) {
          cli.out(`${key.id}  ${key.role.padEnd(6)}  ${key.tenant}  ${new Date(key.createdAt).toISOString()}\n`);
        }
      }),
    );
  command
    .command('remove <id>')
    .description('make a key worthless at once')
    .action((id: string) =>
      withSession(cli.open, async (session) => {
        if (!(await session.keys.remove(id))) throw new UsageError(`no key ${id}`);
        cli.out(`removed ${id}\n`);
      }),
    );
}

async function addKey({ role: roleText, tenant }: { role: string; tenant: string }, cli: Cli): Promise<void> {
  const role = ROLES.find((known) => known === roleText);
  if (role === undefined) throw new UsageError(`--role: '${roleText}' is none of ${ROLES.join(', ')}`);
  await withSession(cli.open, async (session) => {
    const { secret, id, hash } = cli.newKey();
    await session.keys.add({ id, tenant, role, createdAt: Date.now() }, hash);
    cli.out(`${secret}\n`);
    cli.err(`key ${id} (${role}, tenant ${tenant}): keep the secret above, it is not shown again\n`);
  });
}
