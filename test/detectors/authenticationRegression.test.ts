import { authenticationRegression } from '../../src/detectors/authenticationRegression.ts';
import type { Authentication } from '../../src/domain/message.ts';
import { baseline, message } from '../messages.ts';
import { profile } from './histories.ts';
import { byService, saidByService } from './invitations.ts';
import { detectorTable } from './table.ts';

const now = (more: Partial<Authentication> = {}) => {
  const unaligned = { authservId: 'mx.acme.example', dkimPassDomains: [], isAligned: false } as const;
  return message({ authentication: { ...unaligned, spf: 'none', dkim: 'none', dmarc: 'none', ...more } });
};

detectorTable(authenticationRegression, [
  ['always signed, now not', now(), baseline({ profile: profile(214, 214) }), 0.99],
  ['five of five', now(), baseline({ profile: profile(5, 5) }), 0.71],
  ['a new sender of a domain that always signs', now(), baseline({ domainProfile: profile(98, 98) }), 0.98],
  ['our DNS failed', now({ dkim: 'temperror' }), baseline({ profile: profile(98, 98) }), 0.29],
  [
    'through a list',
    { ...now(), bulk: { isList: true, hasUnsubscribe: false, isAutomatic: false } },
    baseline({ profile: profile(98, 98) }),
    0.29,
  ],
  ['an invitation by a calendar service', byService, baseline({ profile: profile(98, 98) }), 0.29],
  ['an invitation that only says so', saidByService, baseline({ profile: profile(98, 98) }), 0.98],
  ['near-miss: another mechanism passed', message(), baseline({ profile: profile(214, 214) }), 'clear'],
  ['near-miss: this sender signs now and then', now(), baseline({ profile: profile(30, 60) }), 'clear'],
  ['near-miss: this sender never signs', now(), baseline({ profile: profile(0, 60) }), 'clear'],
  ['too little history', now(), baseline({ profile: profile(4, 4) }), 'skipped'],
]);
