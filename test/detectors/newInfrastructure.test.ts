import { newInfrastructure } from '../../src/detectors/newInfrastructure.ts';
import { baseline, message } from '../messages.ts';
import { novel, profile, usual } from './histories.ts';
import { byService, saidByService } from './invitations.ts';
import { detectorTable } from './table.ts';
import { byWorkspace } from './workspaces.ts';

const host = novel('sendingOrgDomain', 'vps.example');
const envelope = novel('mailFromOrgDomain', 'vps.example');
const signature = novel('dkimDomains', 'none');
const unsigned = message({
  route: { hops: [], relayPath: 'none', firstRelay: 'none', dkimDomains: [], isDkimVerified: true },
});
const checked = profile(200, 214);

detectorTable(newInfrastructure, [
  ['all of it', unsigned, baseline({ habits: [host, envelope, signature], profile: checked }), 1],
  ['another host, unsigned as ever', unsigned, baseline({ habits: [host, usual('dkimDomains', 'none')] }), 0.35],
  ['a supplier’s new provider, signed', message(), baseline({ habits: [host, envelope] }), 0.18],
  [
    'signed, but no border checked that',
    message({ route: { ...message().route, isDkimVerified: false } }),
    baseline({ habits: [host, envelope] }),
    0.6,
  ],
  [
    'a new sender of a known domain',
    unsigned,
    baseline({ habits: [novel('sendingOrgDomain', 'vps.example', 0)], domainProfile: profile(40, 40) }),
    0.35,
  ],
  [
    'by a list’s servers',
    { ...unsigned, bulk: { isList: true, hasUnsubscribe: false, isAutomatic: false } },
    baseline({ habits: [host, envelope, signature], profile: checked }),
    0.4,
  ],
  [
    'a move to Google Workspace, which signs for the domain',
    byWorkspace({}),
    baseline({ habits: [host, signature] }),
    0.225,
  ],
  [
    'another customer of Google’s, by a domain that names its servers',
    byWorkspace({ signer: 'evil-example.20230601.gappssmtp.com' }),
    baseline({ habits: [host, signature] }),
    0.75,
  ],
  ['an invitation by a calendar service', byService, baseline({ habits: [host, envelope, signature] }), 0.3],
  ['an invitation that only says so', saidByService, baseline({ habits: [host, envelope, signature] }), 1],
  ['near-miss: as ever', message(), baseline({ habits: [usual('sendingOrgDomain', 'partner.example')] }), 'clear'],
  [
    'near-miss: a second host it uses at times',
    message(),
    baseline({ habits: [{ ...host, seenCount: 3, surprise: 4.2 }] }),
    'clear',
  ],
  ['too little history', message(), baseline({ habits: [{ ...host, senderCount: 4 }] }), 'skipped'],
  ['a stranger', message(), baseline(), 'skipped'],
]);
