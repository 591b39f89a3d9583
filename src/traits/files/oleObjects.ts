/** Objects that a compound file keeps (MS-OLEDS): files, links to elsewhere, and objects of programs that attacks start by them. */
import { utf16At } from '../../text/utf16.ts';
import { type Budget, MAX_ONE } from './budget.ts';
import type { CompoundStream } from './compoundFile.ts';
import type { HazardList } from './hazards.ts';
import { addPackagesOf } from './olePackage.ts';

const MAX_STREAMS = 50; // of a kind

/** `bytes`: the file that has the streams. */
export function addObjectsOf(
  bytes: Buffer,
  streams: readonly CompoundStream[],
  budget: Budget,
  list: HazardList,
): void {
  addPackagesOf(streams, budget, list);
  const called = (name: string): readonly CompoundStream[] =>
    streams.filter((stream) => stream.name.toLowerCase() === name).slice(0, MAX_STREAMS);
  for (const stream of called('\u0001ole')) addLink(stream.read(MAX_LINK), list);
  for (const stream of [...called('package'), ...called('contents')]) keepDocument(stream, list);
  addAbusedClasses(bytes, list);
  const equations = called('equation native');
  if (bytes.includes(EQUATION) && equations.length === 0) list.add('embedded-program', 'Equation.3 object without one');
  for (const stream of equations)
    if (overruns(stream.read(MAX_EQUATION))) list.add('embedded-program', 'Equation.3 object that overruns its reader');
}

const DOCUMENTS = ['PK\x03\x04', '%PDF', '{\\rt', '\xd0\xcf\x11\xe0'].map((mark) => Buffer.from(mark, 'latin1'));

/** Of the kinds that programs keep whole in a stream of their object: newer Office files ("Package"), PDF ("CONTENTS"). */
function keepDocument(stream: CompoundStream, list: HazardList): void {
  const head = stream.read(4);
  if (!DOCUMENTS.some((mark) => head.equals(mark))) return;
  list.keep({ name: stream.path, sizeBytes: stream.sizeBytes, read: () => stream.read(MAX_ONE) });
}

const MAX_LINK = 64 * 1024; // bytes of the stream that has the monikers (MS-OLEDS §2.3.3)
const MAX_TARGET = 2_048; // characters
/** Ids of classes as they are written, in mixed order. */
const classId = (id: string): Buffer => {
  const [first = '', second = '', third = '', ...rest] = id.split('-');
  const turned = [first, second, third].map((part) => Buffer.from(part, 'hex').reverse());
  return Buffer.concat([...turned, Buffer.from(rest.join(''), 'hex')]);
};
const URL_MONIKER = classId('79eac9e0-baf9-11ce-8c82-00aa004ba90b'); // then length 4, address in UTF-16
const FILE_MONIKER = classId('00000303-0000-0000-c000-000000000046'); // then 2, length 4, path
const REMOTE = /^(?:https?|ftp|file|mhtml|ms-\w+|\\\\|\/\/)/i;
const OWN_DISK = /^(?:file:\/{2,3})?[a-z]:[\\/]/i;

/** An object that is a link is loaded when the document is opened, or updated (CVE-2017-0199). */
function addLink(bytes: Buffer, list: HazardList): void {
  const targets: string[] = [];
  for (
    let at = bytes.indexOf(URL_MONIKER);
    at >= 0 && targets.length < MAX_STREAMS;
    at = bytes.indexOf(URL_MONIKER, at + 16)
  )
    targets.push(utf16At(bytes, at + 20, at + 20 + MAX_TARGET * 2));
  for (
    let at = bytes.indexOf(FILE_MONIKER);
    at >= 0 && targets.length < MAX_STREAMS;
    at = bytes.indexOf(FILE_MONIKER, at + 16)
  )
    targets.push(bytes.toString('latin1', at + 22, at + 22 + MAX_TARGET));
  for (const target of new Set(targets.map((text) => text.split('\0', 1)[0] ?? '')))
    if (REMOTE.test(target) && !OWN_DISK.test(target)) list.add('remote-template', `oleLink ${target}`);
}

/** What no office document has a use for, by the ids of classes in directories and monikers; CVE-2017-8570, CVE-2017-8759, CVE-2012-0158. */
const ABUSED: readonly (readonly [name: string, id: Buffer])[] = [
  ['script moniker', classId('06290bd3-48aa-11d2-8432-006008c3fbfc')],
  ['SOAP moniker', classId('ecabb0c7-7f19-11d2-978e-0000f8757e2a')],
  ['new moniker', classId('ecabafc6-7f19-11d2-978e-0000f8757e2a')],
  ['htmlfile object', classId('25336920-03f9-11cf-8fd0-00aa00686f13')],
  ['Shell.Explorer object', classId('eab22ac3-30c1-11cf-a7eb-0000c05bae0b')],
  ['Shell.Explorer object', classId('8856f961-340a-11d0-a96b-00c04fd705a2')],
  ['ScriptBridge object', classId('ae24fdae-03c6-11d1-8b76-0080c744f389')],
  ['OTKLOADR object', classId('a08a033d-1a75-4ab6-a166-ead02f547959')],
];
const EQUATION = classId('0002ce02-0000-0000-c000-000000000046');

function addAbusedClasses(bytes: Buffer, list: HazardList): void {
  const searched = bytes.subarray(0, MAX_ONE);
  for (const [name, id] of ABUSED) if (searched.includes(id)) list.add('embedded-program', name);
}

const MAX_EQUATION = 8 * 1024; // bytes
const EQUATION_HEADER = 28;
const LAST_VERSION = 3; // of the editor that came with Office until 2018; MathType's go on from there
const LONGEST_RUN = 48; // letters are two bytes, of which one is zero mostly; names have 32

/** The editor copies names of fonts and sizes of tables into places of fixed size: CVE-2017-11882, CVE-2018-0802, CVE-2018-0798. */
function overruns(stream: Buffer): boolean {
  const bytes = stream.subarray(EQUATION_HEADER);
  if (bytes.length === 0 || (bytes[0] ?? 0) > LAST_VERSION) return false;
  let run = 0;
  for (const byte of bytes) {
    run = byte === 0 ? 0 : run + 1;
    if (run >= LONGEST_RUN) return true;
  }
  return false;
}
