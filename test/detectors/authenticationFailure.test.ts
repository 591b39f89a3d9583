import { authenticationFailure } from '../../src/detectors/authenticationFailure.ts';
import type { Authentication } from '../../src/domain/message.ts';
import { baseline, message, sender } from '../messages.ts';
import { profile } from './histories.ts';
import { byService, saidByService } from './invitations.ts';
import { detectorTable } from './table.ts';

const checked = (more: Partial<Authentication>) => {
  const failed = { authservId: 'mx.acme.example', dkimPassDomains: [], isAligned: false } as const;
  return message({ authentication: { ...failed, spf: 'none', dkim: 'none', dmarc: 'none', ...more } });
};
const byBrand = (more: Partial<Authentication> = {}) => ({
  ...checked(more),
  sender: sender('noreply@dhl.de', { isProved: more.isAligned ?? false }),
});
const { authentication: _, ...unchecked } = message();
const list = { isList: true, hasUnsubscribe: false, isAutomatic: false };

detectorTable(authenticationFailure, [
  ['dmarc=fail', checked({ dmarc: 'fail', spf: 'fail' }), baseline(), 1],
  ['spf=fail without a policy', checked({ spf: 'fail' }), baseline(), 0.6],
  ['spf=softfail without a policy', checked({ spf: 'softfail' }), baseline(), 0.4],
  ['nothing proves a known brand', byBrand(), baseline(), 0.6],
  ['a known brand through a list', { ...byBrand(), bulk: list }, baseline(), 0.24],
  [
    'near-miss: a known brand while DNS failed',
    { ...byBrand(), sender: sender('noreply@dhl.de') },
    baseline(),
    'clear',
  ],
  ['near-miss: a known brand that is proved', byBrand({ dkim: 'pass', isAligned: true }), baseline(), 'clear'],
  ['a list broke it', { ...checked({ dmarc: 'fail' }), bulk: list }, baseline(), 0.4],
  ['an invitation by a calendar service', byService, baseline(), 0.3],
  ['an invitation that only says so', saidByService, baseline(), 1],
  ['a sender who always fails', checked({ dmarc: 'fail' }), baseline({ profile: profile(0, 40) }), 0.3],
  ['a sender who never fails', checked({ dmarc: 'fail' }), baseline({ profile: profile(40, 40) }), 1],
  [
    'near-miss: forwarded, SPF broken, signature intact',
    checked({ spf: 'fail', isAligned: true }),
    baseline(),
    'clear',
  ],
  ['near-miss: nothing published', checked({}), baseline(), 'clear'],
  ['near-miss: our DNS failed', checked({ spf: 'temperror', dmarc: 'temperror' }), baseline(), 'clear'],
  ['no border spoke', unchecked, baseline(), 'skipped'],
]);
