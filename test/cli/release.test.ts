import { expect, test } from '@jest/globals';
import { release } from '../../src/cli/release.ts';
import type { Session } from '../../src/cli/session.ts';
import type { RestoreOutcome } from '../../src/domain/custody.ts';
import type { RestoreRequest } from '../../src/domain/service.ts';

const EXIT = { refused: 65, again: 75, config: 78 };
const [ANA, BOB] = ['ana@acme.example', 'bob@acme.example'];

async function run(outcome: RestoreOutcome, options: { again?: true; safe?: true } = {}) {
  const asked: RestoreRequest[] = [];
  const output = { out: '', err: '' };
  const service = {
    restore: async (_tenant: string, _id: string, request: RestoreRequest) => {
      asked.push(request);
      return outcome;
    },
  };
  const session = { service, keys: {}, close: async () => undefined } as unknown as Session;
  const cli = {
    open: async () => session,
    out: (text: string) => {
      output.out += text;
    },
    err: (text: string) => {
      output.err += text;
    },
  };
  const status = await release('v1', { tenant: 'default', ...options }, cli, EXIT);
  return { status, asked, ...output };
}

test('says what became of each recipient, without control characters; 75 when somebody has it not', async () => {
  const got = {
    kind: 'restored',
    recipients: [{ address: ANA, state: 'accepted', said: '250 \u001b[31mok' }],
  } as const;
  expect(await run(got)).toEqual({
    status: 0,
    out: 'accepted  ana@acme.example 250 [31mok\n',
    err: '',
    asked: [{ again: false }],
  });
  const refused = { address: BOB, state: 'refused' } as const;
  expect(await run({ ...got, recipients: [...got.recipients, refused] })).toMatchObject({
    status: 75,
    out: expect.stringContaining('refused   bob@acme.example\n'),
  });
});

test('--again and --safe are asked for', async () => {
  const { asked } = await run({ kind: 'already-restored' }, { again: true, safe: true });
  expect(asked).toEqual([{ again: true, feedback: 'safe' }]);
});

test.each<[RestoreOutcome, number, string]>([
  [{ kind: 'already-restored' }, 0, 'every recipient has it; --again delivers it once more'],
  [{ kind: 'unknown-verdict' }, 65, 'there is no such verdict'],
  [{ kind: 'nothing-kept' }, 65, 'no original is kept'],
  [{ kind: 'not-configured' }, 78, 'RELEASE_SMTP and RELEASE_SECRET are not set'],
  [{ kind: 'being-restored' }, 75, 'somebody else is restoring it'],
  [{ kind: 'refused', said: '554 no' }, 75, 'the mail server refused it: 554 no'],
  [{ kind: 'unreachable', said: 'gone' }, 75, 'the mail server cannot be reached: gone'],
])('%j: status %d', async (outcome, status, text) => {
  expect(await run(outcome)).toMatchObject({ status, out: '', err: `tidemark: v1: ${text}\n` });
});
