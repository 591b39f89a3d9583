/** What looking inside attachments costs, by kind of file: on the service's own thread, and through the worker that large mail goes to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Submission } from '../../src/domain/mail.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import { readMessage } from '../../src/read.ts';
import { openReader } from '../../src/readApart.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures');
const FILES = [
  'none',
  'files/form.pdf',
  'files/packed-script.pdf',
  'files/nested.zip',
  'files/plain.7z',
  'files/disk.iso.gz',
  'oletools/dde-test.docx',
  'oletools/oleform-PR314.docm',
  'oletools/autostart-encrypt-standardpassword.xls',
  'oletools/sample_with_vba.ppt',
];
const ROUNDS = 300;
const NOBODY: Organisation = { ownDomains: [], authservIds: [] };

export async function measureAttachments(): Promise<void> {
  const apart = openReader(NOBODY, { timeoutMs: 10_000, workerHeapMb: 256, inlineBytes: 0 }); // all go to the worker
  console.log(
    '| file | bytes | parse and traits, CPU µs | through the worker, wall µs p50 | p99 |\n|---|---:|---:|---:|---:|',
  );
  for (const file of FILES) {
    const submission = submissionWith(file);
    const read = () => readMessage(submission, NOBODY);
    for (let i = 0; i < ROUNDS; i++) await read();
    const before = process.cpuUsage();
    for (let i = 0; i < ROUNDS; i++) await read();
    const { user, system } = process.cpuUsage(before);
    const walls: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const startedAt = performance.now();
      await apart.read(submission);
      walls.push((performance.now() - startedAt) * 1_000);
    }
    walls.sort((a, b) => a - b);
    const at = (share: number): string => (walls[Math.floor(ROUNDS * share)] ?? 0).toFixed(0);
    console.log(
      `| ${file} | ${submission.raw.length} | ${((user + system) / ROUNDS).toFixed(0)} | ${at(0.5)} | ${at(0.99)} |`,
    );
  }
  await apart.close();
}

function submissionWith(file: string): Submission {
  const head = ['From: Bea Lind <bea@partner.example>', 'To: ana@acme.example', 'Subject: File', 'MIME-Version: 1.0'];
  const text = ['--b', 'Content-Type: text/plain', '', 'See the file.'];
  const lines = [
    ...head,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...text,
    ...(file === 'none' ? [] : partOf(file)),
    '--b--',
    '',
  ];
  return {
    tenant: 'bench',
    raw: Buffer.from(lines.join('\r\n')),
    envelope: { rcptTo: [] },
    direction: 'inbound',
    receivedAt: Date.UTC(2026, 10, 24),
    mailboxes: ['ana@acme.example'],
  };
}

function partOf(file: string): readonly string[] {
  const bytes = readFileSync(join(FIXTURES, file));
  const content = file.endsWith('.iso.gz') ? gunzipSync(bytes) : bytes;
  const name = file.slice(file.lastIndexOf('/') + 1).replace('.iso.gz', '.iso');
  const base64 = content.toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    '--b',
    `Content-Type: application/octet-stream; name=${name}`,
    'Content-Transfer-Encoding: base64',
    '',
    base64,
  ];
}
