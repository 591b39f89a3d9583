import { describe, expect, test } from '@jest/globals';
import { migrate } from '../../src/cli/migrate.ts';
import type { Cli } from '../../src/cli/session.ts';

function terminal(version: number) {
  const output = { out: '', err: '', opened: 0 };
  const cli = {
    out: (text: string) => {
      output.out += text;
    },
    err: (text: string) => {
      output.err += text;
    },
    schema: async () => ({ place: 'db.example:5432/acme', version, names: ['001-a.sql', '002-b.sql'] }),
    open: async () => {
      output.opened += 1;
      return { close: async () => {} };
    },
  } as unknown as Cli;
  return { output, cli };
}

describe('tidemark migrate', () => {
  test.each([
    [0, true, 'pending  001-a.sql\n  pending  002-b.sql\n', 0],
    [1, true, 'applied  001-a.sql\n  pending  002-b.sql\n', 0],
    [1, false, 'applied  001-a.sql\n  pending  002-b.sql\n1 applied\n', 1],
    [2, false, 'applied  001-a.sql\n  applied  002-b.sql\n', 0],
  ])('schema %i, dry run %j', async (version, dryRun, shown, opened) => {
    const { output, cli } = terminal(version);
    expect(await migrate({ dryRun }, cli)).toBe(true);
    expect(output).toEqual({ out: `db.example:5432/acme\n  ${shown}`, err: '', opened });
  });

  test('says that a newer Tidemark was there, and touches nothing', async () => {
    const { output, cli } = terminal(3);
    expect(await migrate({}, cli)).toBe(false);
    expect(output.err).toContain('written by a newer Tidemark (schema 3, this one knows 2)');
    expect(output.opened).toBe(0);
  });
});
