import { describe, expect, test } from '@jest/globals';
import { isSignedBySender } from '../../../src/detectors/history/ownSignature.ts';
import { message } from '../../messages.ts';
import { byWorkspace } from '../workspaces.ts';

const signed = (dkimDomains: readonly string[], isDkimVerified = true) =>
  message({ route: { ...message().route, dkimDomains, isDkimVerified } });

describe('isSignedBySender', () => {
  test.each<[string, Parameters<typeof isSignedBySender>[0], boolean]>([
    ['its own key', signed(['partner.example']), true],
    ['its own key, that no border checked', signed(['partner.example'], false), false],
    ['another key', signed(['tool.example']), false],
    ['Google Workspace for its domain', byWorkspace({}), true],
    ['Google Workspace for another customer', byWorkspace({ signer: 'evil-example.20230601.gappssmtp.com' }), false],
    [
      'a look-alike of Google’s name',
      byWorkspace({ signer: 'partner-example.20230601.gappssmtp.com.evil.example' }),
      false,
    ],
    ['a name below it', byWorkspace({ signer: 'partner-example.evil.gappssmtp.com' }), false],
    ['its domain does not name Google’s servers', byWorkspace({ spf: 'softfail' }), false],
    ['another domain names Google’s servers', byWorkspace({ spfDomain: 'evil.example' }), false],
    [
      'kern-co.uk for kern.co.uk',
      byWorkspace({ from: 'bea@kern.co.uk', signer: 'kern-co-uk.20230601.gappssmtp.com' }),
      false,
    ],
    [
      'kern.ag.example for kern-ag.example',
      byWorkspace({ from: 'bea@kern-ag.example', signer: 'kern-ag-example.20230601.gappssmtp.com' }),
      false,
    ],
    ['nobody in From', {}, false],
  ])('%s', (_, mail, expected) => {
    expect(isSignedBySender(mail)).toBe(expected);
  });
});
