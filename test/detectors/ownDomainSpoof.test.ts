import { ownDomainSpoof } from '../../src/detectors/ownDomainSpoof.ts';
import type { Authentication } from '../../src/domain/message.ts';
import { baseline, message, sender } from '../messages.ts';
import { novel, profile, usual } from './histories.ts';
import { detectorTable } from './table.ts';

const own = (more: Partial<Authentication> = {}) =>
  message({
    sender: sender('ceo@acme.example', { isOwnDomain: true }),
    authentication: {
      authservId: 'mx.acme.example',
      spf: 'none',
      dkim: 'none',
      dmarc: 'none',
      dkimPassDomains: [],
      isAligned: false,
      ...more,
    },
  });
const forged = own({ dmarc: 'fail', spf: 'softfail' });
const { authentication: _, ...unchecked } = own();
const list = { isList: true, hasUnsubscribe: false, isAutomatic: false };
const viaForwarder = [usual('sendingOrgDomain', 'lists.example')];

detectorTable(ownDomainSpoof, [
  ['dmarc=fail', forged, baseline(), 1],
  ['spf=softfail, no policy', own({ spf: 'softfail' }), baseline(), 0.9],
  ['nothing passed', own(), baseline(), 0.6],
  ['our DNS failed', own({ dmarc: 'temperror' }), baseline(), 0.3],
  [
    'the mailbox’s own address at a freemail provider',
    message({ ...forged, sender: sender('ana@acme.example') }),
    baseline(),
    1,
  ],
  ['a colleague’s post returns from an unknown list', { ...forged, bulk: list }, baseline(), 0.6],
  [
    'a colleague’s post returns from a usual list',
    { ...forged, bulk: list },
    baseline({ domainProfile: profile(2, 40), habits: viaForwarder }),
    0.3,
  ],
  [
    'a usual host proves nothing when mail from it was authenticated',
    forged,
    baseline({ profile: profile(40, 40), habits: viaForwarder }),
    1,
  ],
  [
    'a host never seen',
    forged,
    baseline({ profile: profile(2, 40), habits: [novel('sendingOrgDomain', 'evil.example')] }),
    1,
  ],
  [
    'near-miss: a hosted tool that signs for us',
    own({ isAligned: true, dmarc: 'pass', dkim: 'pass' }),
    baseline(),
    'clear',
  ],
  [
    'near-miss: a colleague who logged in',
    { ...forged, envelope: { rcptTo: ['ana@acme.example'], user: 'ceo' } },
    baseline(),
    'clear',
  ],
  ['near-miss: mail inside', { ...forged, direction: 'internal' }, baseline(), 'clear'],
  ['near-miss: somebody else’s failure', { ...forged, sender: sender('bea@partner.example') }, baseline(), 'clear'],
  ['no border spoke', unchecked, baseline(), 'skipped'],
]);
