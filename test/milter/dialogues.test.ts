/** Each dialogue goes word for word as it is written. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { play } from './dialogue.ts';

const DIR = join(import.meta.dirname, 'dialogues');
const dir = mkdtempSync(join(tmpdir(), 'tidemark-milter-'));
afterAll(() => rmSync(dir, { recursive: true }));

const written = readdirSync(DIR).map((name): [string, string] => [
  name,
  readFileSync(join(DIR, name), 'utf8').trimEnd(),
]);

/** More recipients than are remembered. */
const forMany = (setup: string, ...answers: readonly string[]): string =>
  [
    setup,
    '> O 6 0x1ff 0x1fffff',
    '< O 6 0x13b 0x1ff3c0 0=[j {client_addr} {client_name}] 1=[{tls_version}] 2=[i {auth_authen} {mail_addr}] 3=[{rcpt_addr}] 5=[i]',
    '> M <bea@partner.example>',
    ...Array.from({ length: 1001 }, (_, at) => `> R <r${at}@acme.example>`),
    '> E',
    `= inbound from=bea@partner.example to=${REMEMBERED}`,
    ...answers,
    '> Q',
  ].join('\n');
const REMEMBERED = Array.from({ length: 1000 }, (_, at) => `r${at}@acme.example`).join(',');
const generated: readonly [string, string][] = [
  ['held for too many', forMany('@ verdict hold 0.97\n@ custody\n@ problems too-many-recipients', '< t')],
  [
    'unscored for too many: kept to be scored all the same',
    forMany(
      '@ scoring fails\n@ custody\n@ problems scoring-failed',
      `= kept unscored without verdict from=bea@partner.example to=${REMEMBERED} of=${REMEMBERED}`,
      '= \\r\\n',
      '< h X-Tidemark-Action: unscored',
      '< h X-Tidemark-Reason: scoring failed',
      '< c',
    ),
  ],
];

test.each([...written, ...generated])('%s', async (name, dialogue) => {
  const { text, problems } = await play(dialogue, join(dir, `${name.replaceAll(/\W/g, '-').slice(0, 40)}.sock`));
  expect(text).toBe(dialogue);
  const expected = dialogue.match(/^@ problems (.*)$/m)?.[1]?.split(', ') ?? [];
  expect(problems).toEqual(expected);
});
