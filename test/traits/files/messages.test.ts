import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { cpuClock } from '../../cpuTime.ts';
import { type CompoundStreams, compound } from '../compound.ts';
import { part, zip, zipWith } from '../parts.ts';

const wide = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');
const PROGRAM = Buffer.concat([Buffer.from('MZ\x90\0', 'latin1'), Buffer.alloc(96)]);
const PROPERTIES = { '__properties_version1.0': Buffer.alloc(64) };
/** An Outlook message with one file; the properties of the message stand in the same place, for want of a second. */
const outlook = (streams: CompoundStreams): Buffer =>
  compound({ ...PROPERTIES, ...streams }, { storage: '__attach_version1.0_#00000000' });
const DATA = '__substg1.0_37010102';
const NAME = '__substg1.0_3707001F';
const mail = (...files: readonly (readonly [header: string, body: string])[]): string =>
  [
    'From: a@b.example\r\nContent-Type: multipart/mixed; boundary=q\r\n',
    '--q\r\n\r\nHello\r\n--q\r\nContent-Type: text/html\r\n\r\n<script>eval("1")</script>',
    ...files.map(([header, body]) => `--q\r\n${header}\r\n\r\n${body}`),
    '--q--\r\n',
  ].join('\r\n');
const base64 = (name: string): string =>
  `Content-Type: application/octet-stream; name="${name}"\r\nContent-Transfer-Encoding: base64`;
const EML = mail([base64('run.js'), 'eA=='], [base64('x.dat'), PROGRAM.toString('base64')]);

async function read(name: string, content: Buffer | string) {
  const { attachments, defects } = await readAttachments({ parts: [part(name, content)] });
  const [file] = attachments;
  return {
    names: file?.entryNames,
    hazards: file?.hazards.map(({ kind, inside = '' }) => `${kind} in ${inside}`),
    defects: defects.map(({ code }) => code),
  };
}

describe('the files of an Outlook message', () => {
  test.each([
    ['a script by its name', { [NAME]: wide('run.js'), [DATA]: Buffer.from('x') }, ['run.js'], []],
    ['a program by its bytes', { [NAME]: wide('a.dat'), [DATA]: PROGRAM }, ['a.dat'], ['program in a.dat']],
    [
      'under its short name, in eight bits',
      { '__substg1.0_3704001E': Buffer.from('RUN.JS\0'), [DATA]: PROGRAM },
      ['RUN.JS'],
      ['program in RUN.JS'],
    ],
    ['an archive', { [NAME]: wide('a.zip'), [DATA]: zip(['run.exe']) }, ['a.zip', 'a.zip/run.exe'], []],
    ['without a name', { [DATA]: PROGRAM }, ['attachment'], ['program in attachment']],
    ['kept elsewhere', { [NAME]: wide('run.js') }, [], []],
    ['a picture', { [NAME]: wide('a.png'), [DATA]: Buffer.from('x') }, ['a.png'], []],
  ])('%s', async (_name, streams, names, hazards) => {
    expect(await read('a.msg', outlook(streams))).toMatchObject({ names, hazards });
    const inZip = await read('a.zip', zipWith({ 'b.msg': outlook(streams) }));
    expect(inZip.names).toEqual(['b.msg', ...names.map((name) => `b.msg/${name}`)]);
  });

  test('also when it passes for a document', async () => {
    const streams = { WordDocument: Buffer.alloc(64), [NAME]: wide('run.js'), [DATA]: Buffer.from('x') };
    expect((await read('a.msg', outlook(streams))).names).toEqual(['run.js']);
  });
});

describe('the files of a mail in an archive', () => {
  test('by their names and bytes', async () => {
    expect(await read('a.zip', zipWith({ 'b.eml': EML }))).toEqual({
      names: ['b.eml', 'b.eml/run.js', 'b.eml/x.dat'],
      hazards: ['program in b.eml/x.dat'],
      defects: [],
    });
  });
  test('in an Outlook message', async () => {
    const { names } = await read('a.msg', outlook({ [NAME]: wide('b.eml'), [DATA]: Buffer.from(EML) }));
    expect(names).toEqual(['b.eml', 'b.eml/run.js', 'b.eml/x.dat']);
  });
  test('and of a mail in it, no deeper', async () => {
    const inner = (content: string, boundary = 'p'): string =>
      mail(['Content-Type: message/rfc822', 'INNER'])
        .replaceAll('--q', `--${boundary}`)
        .replace('=q', `=${boundary}`)
        .replace('INNER', content);
    expect((await read('a.zip', zipWith({ 'b.eml': inner(EML) }))).names).toContain('b.eml/message.eml/run.js');
    const deep = await read('a.zip', zipWith({ 'b.eml': inner(inner(EML), 'o') }));
    expect([deep.names, deep.defects]).toEqual([
      ['b.eml', 'b.eml/message.eml', 'b.eml/message.eml/message.eml'],
      ['unread-files'],
    ]);
  });
  test('too many parts are told', async () => {
    const many = Array.from({ length: 300 }, (_, at): [string, string] => [base64(`${at}.txt`), 'eA==']);
    const { names, defects } = await read('a.zip', zipWith({ 'b.eml': mail([base64('run.js'), 'eA=='], ...many) }));
    expect([names?.slice(0, 2), defects]).toEqual([['b.eml/run.js', 'b.eml'], ['unread-files']]);
  });
  test('a zip under such a name stays one', async () => {
    expect((await read('a.eml', zipWith({ 'run.dat': PROGRAM }))).hazards).toEqual(['program in run.dat']);
  });
  test.each([
    ['blank lines', '\r\n'.repeat(2_000_000)],
    ['lines that are almost boundaries', '--q \r\n x\r\n--q_\r\n'.repeat(200_000)],
  ])('a long one takes no longer than it is: %s', async (_name, body) => {
    const spentMs = cpuClock();
    await read('a.zip', zipWith({ 'b.eml': mail([base64('run.js'), body]) }));
    expect(spentMs()).toBeLessThan(2_000);
  });
});
