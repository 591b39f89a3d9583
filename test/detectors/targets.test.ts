import { describe, expect, test } from '@jest/globals';
import { executableAttachment } from '../../src/detectors/executableAttachment.ts';
import { runDetectors } from '../../src/detectors/index.ts';
import { linkInQrCode } from '../../src/detectors/linkInQrCode.ts';
import { newLinkDomain } from '../../src/detectors/newLinkDomain.ts';
import { scriptedLink } from '../../src/detectors/scriptedLink.ts';
import type { Baseline } from '../../src/domain/baseline.ts';
import type { Detector } from '../../src/domain/finding.ts';
import type { Message } from '../../src/domain/message.ts';
import { readMessage } from '../../src/read.ts';
import { attachment, baseline, link, message, sender, withLinks } from '../messages.ts';

const targetsOf = (detector: Detector, mail: Message, known: Baseline = baseline()) =>
  runDetectors(mail, known, [detector])[0]?.targets;

const HASH = 'ab'.repeat(32);
const stranger = { sender: sender('sam@stranger.example') };

describe('what a finding says could be taken out', () => {
  test('every host, not only those that are quoted', () => {
    const hosts = Array.from({ length: 12 }, (_, i) => `h${i}.evil${i}.example`);
    const novel = new Map(
      hosts.map((_, i) => [`evil${i}.example`, { mailboxCount: 0, tenantCount: 0, senderCount: 0 }]),
    );
    const mail = message({ ...stranger, ...withLinks(...hosts.map((host) => link(`https://${host}/x`))) });
    const known = baseline({ linkDomains: novel });
    const [finding] = runDetectors(mail, known, [newLinkDomain]);
    expect(finding?.evidence).toHaveLength(5);
    expect(finding?.evidence.every((one) => !('targets' in one))).toBe(true);
    expect([...(finding?.targets ?? [])].sort()).toEqual([...hosts].sort());
  });
  test('a file by its hash', () => {
    const file = attachment('run.exe', { sha256: HASH, trueType: 'exe', kind: 'executable' });
    expect(targetsOf(executableAttachment, message({ ...stranger, attachments: [file] }))).toEqual([`sha256:${HASH}`]);
  });
  test('a link without host by its scheme', () => {
    const script = { ...link('https://x.example/'), url: 'javascript:alert(1)', scheme: 'javascript', host: '' };
    expect(targetsOf(scriptedLink, message({ ...stranger, ...withLinks(script) }))).toEqual(['javascript:']);
  });
  test('a link in a picture with the picture', () => {
    const code = link('https://evil.example/x', { source: 'qr-code', inFile: HASH });
    expect(targetsOf(linkInQrCode, message({ ...stranger, ...withLinks(code) }))).toEqual([
      'evil.example',
      `sha256:${HASH}`,
    ]);
  });
  test('nothing, where nothing is named', () => {
    const [finding] = runDetectors(message({ ...stranger, ...withLinks() }), baseline(), [newLinkDomain]);
    expect(finding).not.toHaveProperty('targets');
  });
});

test('a link that stands in the text and in a file knows its file', async () => {
  const page = '<a href="https://evil.example/x">open</a>';
  const raw = Buffer.from(
    [
      'From: a@b.example',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'see https://evil.example/x',
      '--b',
      'Content-Type: text/html',
      'Content-Disposition: attachment; filename=page.html',
      '',
      page,
      '--b--',
      '',
    ].join('\r\n'),
  );
  const { message: read } = await readMessage(
    {
      tenant: 't',
      raw,
      envelope: { rcptTo: [] },
      direction: 'inbound',
      receivedAt: 0,
      mailboxes: ['ana@acme.example'],
    },
    { ownDomains: [], authservIds: [] },
  );
  const [file] = read.attachments ?? [];
  expect(read.links?.all).toMatchObject([{ source: 'text', host: 'evil.example', inFile: file?.sha256 }]);
});
