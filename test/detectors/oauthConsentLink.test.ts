import { oauthConsentLink } from '../../src/detectors/oauthConsentLink.ts';
import { baseline, correspondent, link, message, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const to = (...urls: readonly string[]) => message({ links: withLinks(...urls.map((url) => link(url))).links });
const MICROSOFT = 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=6f1c&response_type=code';

detectorTable(oauthConsentLink, [
  ['to mail, for good', to(`${MICROSOFT}&scope=openid+offline_access+Mail.ReadWrite`), baseline(), 1],
  ['to a name and an address', to(`${MICROSOFT}&scope=openid`), baseline(), 0.5],
  ['the worse of two', to(`${MICROSOFT}&scope=openid`, `${MICROSOFT}&scope=Files.Read.All`), baseline(), 1],
  [
    'an administrator’s consent',
    to('https://login.microsoftonline.com/organizations/adminconsent?client_id=6f1c'),
    baseline(),
    1,
  ],
  [
    'another provider',
    to(
      'https://accounts.google.com/o/oauth2/v2/auth?client_id=7.apps&scope=https://www.googleapis.com/auth/gmail.readonly',
    ),
    baseline(),
    1,
  ],
  [
    'somebody the owner writes to',
    to(`${MICROSOFT}&scope=Mail.Read`),
    baseline({ correspondent: correspondent('bea@partner.example', 30, { repliedCount: 3 }) }),
    0.3,
  ],
  ['near-miss: the provider’s own sign-in', to('https://login.microsoftonline.com/common/login'), baseline(), 'clear'],
  [
    'near-miss: another host with the same path',
    to('https://evil.example/login.microsoftonline.com/common/oauth2/authorize?client_id=1'),
    baseline(),
    'clear',
  ],
  ['near-miss: no link', message(), baseline(), 'clear'],
]);
