import { mailFromMismatch } from '../../src/detectors/mailFromMismatch.ts';
import { baseline, message, sender } from '../messages.ts';
import { usual } from './histories.ts';
import { detectorTable } from './table.ts';

const by = (mailFromOrgDomain: string, dkimDomains: readonly string[] = []) =>
  message({
    route: { hops: [], relayPath: 'none', firstRelay: 'none', dkimDomains, isDkimVerified: true, mailFromOrgDomain },
  });
const claimed = () =>
  message({
    route: {
      hops: [],
      relayPath: 'none',
      firstRelay: 'none',
      dkimDomains: ['partner.example'],
      isDkimVerified: false,
      mailFromOrgDomain: 'vps.example',
    },
  });
const foreign = by('vps.example');

detectorTable(mailFromMismatch, [
  ['another organisation’s envelope', foreign, baseline(), 0.3],
  [
    'under a freemail address',
    { ...foreign, sender: sender('cy@freemail.example', { isFreemail: true }) },
    baseline(),
    0.5,
  ],
  ['a foreign signature does not help', by('vps.example', ['vps.example']), baseline(), 0.3],
  ['a signature that nobody verified', claimed(), baseline(), 0.15],
  [
    'a freemail envelope is no home of a freemail mailbox',
    by('gmail.com'),
    baseline({ mailbox: 'ana@gmail.com' }),
    0.3,
  ],
  ['near-miss: signed by the sender', by('esp.example', ['partner.example']), baseline(), 'clear'],
  ['near-miss: the same organisation', message(), baseline(), 'clear'],
  ['near-miss: forwarded by ourselves', by('acme.example'), baseline(), 'clear'],
  [
    'near-miss: the tool it always uses',
    foreign,
    baseline({ habits: [usual('mailFromOrgDomain', 'vps.example', 3)] }),
    'clear',
  ],
  [
    'near-miss: a newsletter',
    { ...foreign, bulk: { isList: false, hasUnsubscribe: true, isAutomatic: false } },
    baseline(),
    'clear',
  ],
  ['near-miss: a bounce', { ...foreign, envelope: { mailFrom: '', rcptTo: [] } }, baseline(), 'clear'],
  [
    'the envelope is not known',
    message({ route: { hops: [], relayPath: 'none', firstRelay: 'none', dkimDomains: [], isDkimVerified: false } }),
    baseline(),
    'skipped',
  ],
]);
