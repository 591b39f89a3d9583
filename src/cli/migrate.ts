import { type Cli, withSession } from './session.ts';

/** `tidemark migrate`: shows what is applied and pending, and applies it. False when the store was written by a newer Tidemark. */
export async function migrate({ dryRun = false }: { readonly dryRun?: boolean }, cli: Cli): Promise<boolean> {
  const { place, version, names } = await cli.schema();
  cli.out(`${place}\n`);
  for (const [at, name] of names.entries()) cli.out(`  ${at < version ? 'applied' : 'pending'}  ${name}\n`);
  if (version > names.length) {
    cli.err(`tidemark: written by a newer Tidemark (schema ${version}, this one knows ${names.length})\n`);
    return false;
  }
  const pendingCount = names.length - version;
  if (pendingCount === 0 || dryRun) return true;
  // Opening a store migrates it, under its lock.
  await withSession(cli.open, async () => cli.out(`${pendingCount} applied\n`));
  return true;
}
