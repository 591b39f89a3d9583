/** Mail of a company that has moved to Google Workspace and has no key of its own there yet. */
import type { AuthResult } from '../../src/domain/mail.ts';
import type { Message } from '../../src/domain/message.ts';
import { message, sender } from '../messages.ts';

export function byWorkspace({
  from = 'bea@partner.example',
  signer = 'partner-example.20230601.gappssmtp.com',
  spf = 'pass',
  spfDomain = from.slice(from.indexOf('@') + 1),
}: {
  from?: string;
  signer?: string;
  spf?: AuthResult;
  spfDomain?: string;
}): Message {
  return message({
    sender: sender(from),
    authentication: {
      authservId: 'mx.acme.example',
      spf,
      spfDomain,
      dkim: 'pass',
      dkimPassDomains: [signer],
      dmarc: spf === 'pass' ? 'pass' : 'fail',
      isAligned: spf === 'pass',
    },
    route: { ...message().route, dkimDomains: ['gappssmtp.com'] },
  });
}
