import { executableAttachment } from '../../src/detectors/executableAttachment.ts';
import type { Attachment } from '../../src/domain/message.ts';
import { attachment, baseline, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const file = (name: string, more: Partial<Attachment>) => message({ attachments: [attachment(name, more)] });
const archive = (...entryNames: readonly string[]) => file('files.zip', { kind: 'archive', entryNames });
const fillers = Array.from({ length: 30 }, (_, at) => `doc/${at}.txt`);
const pages = Array.from({ length: 12 }, (_, at) => `api/class${at}.html`);
const bea = (kind: string, count: number) =>
  baseline({
    correspondent: correspondent('bea@partner.example', 40, {
      sent: tally(3),
      attachmentKinds: new Map([[kind, count]]),
    }),
  });

detectorTable(executableAttachment, [
  ['a program', file('invoice.exe', { kind: 'executable' }), baseline(), 1],
  ['a disk image', file('invoice.iso', { kind: 'disk-image' }), baseline(), 1],
  ['a script that a double click starts', file('invoice.js', { kind: 'script' }), baseline(), 1],
  ['a program under another name', file('invoice.pdf', { kind: 'executable', trueType: 'exe' }), baseline(), 1],
  ['a shortcut in an archive', archive('invoice.pdf', 'open me.lnk'), baseline(), 0.9],
  ['a release of many files from a correspondent', archive('setup.exe', ...fillers), bea('archive', 1), 0.4],
  ['a stranger’s, with fillers', archive('setup.exe', ...fillers), baseline(), 0.9],
  ['a script among the pages of a manual', archive('invoice.js', ...pages), baseline(), 0.9],
  ['a script of pages without them', archive('search.js'), baseline(), 0.9],
  [
    'near-miss: the scripts of a manual',
    archive('api/search/search.js', 'api/jquery-3.7.1.min.js', ...pages),
    baseline(),
    'clear',
  ],
  ['from someone who sends archives', archive('invoice.exe'), bea('archive', 5), 0.9],
  ['from someone who sends archives of programs, and programs', archive('build.exe'), bea('executable', 5), 0.36],
  ['a notebook that runs, from someone who sends papers', file('a.one', { kind: 'document' }), bea('document', 5), 1],
  ['a name that ends in a dot', archive('invoice.exe.'), baseline(), 0.9],
  ['a name that ends in marks nobody sees', archive('a/invoice.lnk\u200b \u2800'), baseline(), 0.9],
  ...['x.library-ms', 'x.searchconnector-ms', 'x.appref-ms', 'x.website', 'x.msixbundle'].map(
    (name) => [`inside an archive: ${name}`, archive(name), baseline(), 0.9] as const,
  ),
  [
    'a program by its bytes, under a name that opens nothing',
    file('files.zip', {
      kind: 'archive',
      entryNames: ['a.dll'],
      hazards: [{ kind: 'program', quote: 'Windows program', inside: 'a.dll' }],
    }),
    baseline(),
    0.9,
  ],
  ...['a.wsb', 'a.application', 'a.xbap', 'a.appinstaller', 'a.msu', 'a.udl', 'a.theme', 'a.mdb'].map(
    (name) => [name, file(name, { kind: 'unknown' }), baseline(), 1] as const,
  ),
  ['source text of a stranger', file('fix.py', { kind: 'script' }), baseline(), 0.4],
  ['from someone who sends programs', file('build.exe', { kind: 'executable' }), bea('executable', 5), 0.4],
  ['near-miss: source text of a correspondent', file('fix.sh', { kind: 'script' }), bea('script', 1), 'clear'],
  ['near-miss: an archive of papers', archive('a/report.pdf', 'a/figures.xlsx', 'exe/readme.txt'), baseline(), 'clear'],
  ['near-miss: a document', file('invoice.pdf', { kind: 'pdf' }), baseline(), 'clear'],
]);
