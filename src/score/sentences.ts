/** One plain sentence for a finding, built from its evidence: what was seen, how much history stands behind it, what was expected. */
import type { Evidence, Finding } from '../domain/finding.ts';

export function sentenceOf({ detector, evidence }: Finding): string {
  const [first] = evidence;
  const title = titleOf(detector);
  return first === undefined ? title : `${title}: ${describe(first)}`;
}

export const titleOf = (detector: string): string => titles[detector] ?? detector.replaceAll('-', ' ');

function describe({ where, quote, messageCount, ofCount, ageDays, expected }: Evidence): string {
  const history = [
    expected === undefined ? undefined : `expected ${expected}`,
    messageCount === undefined
      ? undefined
      : ofCount === undefined
        ? `${messageCount} mails before`
        : `${messageCount} of ${ofCount} mails`,
    ageDays === undefined ? undefined : `${Math.round(ageDays)} days`,
  ].filter((part) => part !== undefined);
  return `${where} “${quote}”${history.length > 0 ? ` (${history.join(', ')})` : ''}`;
}

/** For people who have not read docs/detectors.md. A detector without a line here reads as its id. */
const titles: Readonly<Record<string, string>> = {
  'unknown-sender': 'First contact, or nearly',
  'unsolicited-sender': 'The owner never wrote to them',
  'name-bound-elsewhere': 'The display name belongs to another known address',
  'vip-impersonation': 'The display name is that of a person whose word counts here',
  'unknown-actor': 'A platform wrote this for somebody this mailbox never dealt with',
  'actor-impersonation': 'A platform wrote this for somebody with a known name and another address',
  'lookalike-correspondent-domain': 'The domain resembles one that this organisation knows',
  'lookalike-own-domain': 'The domain resembles the organisation’s own',
  'lookalike-brand-domain': 'The domain resembles a well-known brand’s',
  'brand-impersonation': 'It names a brand that this sender is not',
  'reply-to-diversion': 'Replies would go to another organisation',
  'authentication-failure': 'The sender’s domain was not authenticated',
  'authentication-regression': 'This sender is usually authenticated, now not',
  'from-ambiguity': 'Mail programs may disagree on who it is from',
  'address-in-display-name': 'The display name shows another address',
  'generated-address': "The sender's address was made by a program",
  'own-domain-spoof': 'It claims to come from inside and does not',
  'new-infrastructure': 'It came by servers that this sender has not used',
  'new-client': 'It was written with a program that this sender has not used',
  'unusual-hour': 'It came at an hour that is unusual for this sender',
  'fake-reply': 'It claims to be a reply, and no such thread is known',
  'forged-quote': 'A stranger quotes a conversation that is not known here',
  'thread-intruder': 'A stranger joined a known thread',
  'undisclosed-recipients': 'The mailbox is not among the recipients shown',
  'reported-sender': 'People reported this sender before',
  'dormant-correspondent': 'A correspondent silent for long came back changed',
  'unparseable-message': 'The message cannot be read safely',
  'unusual-recipients': 'It goes to people whom this sender does not write to together',
  'malformed-message': 'The message is malformed',
  'mail-from-mismatch': 'The envelope sender belongs to another organisation',
  'new-link-domain': 'It links to a domain never seen here',
  'mismatched-link-text': 'A link shows another address than it leads to',
  'obfuscated-link-host': 'A link hides its host',
  'embedded-brand-link': 'A link carries a name that its host does not own',
  'free-hosting-link': 'A link leads to free hosting',
  'link-in-qr-code': 'A QR code leads to somebody other than the sender',
  'shortened-link': 'A link hides behind a shortener',
  'file-sharing-link': 'A link leads to a file-sharing or form service',
  'scripted-link': 'A link runs a script or opens a local file',
  'recipient-in-link': 'A link carries the recipient’s address',
  'credential-form': 'It holds a form that asks for a password',
  'hidden-text': 'It holds text that the reader cannot see',
  'new-attachment-type': 'A kind of attachment that this sender has not sent',
  'mismatched-attachment-type': 'An attachment is not what its name says',
  'double-extension': 'An attachment has two extensions',
  'deceptive-file-name': 'A file name hides its extension',
  'executable-attachment': 'An attachment can run',
  'encrypted-attachment': 'An attachment is locked with a password',
  'scripted-attachment': 'An attachment runs a script when opened',
  'html-attachment': 'An HTML file is attached',
  'macro-attachment': 'A document runs macros or commands',
  'remote-template': 'A document loads its template or an object from elsewhere',
  'active-pdf': 'A PDF acts by itself when opened',
  'smuggled-file': 'A page builds a hidden file and hands it over',
  'dangerous-shortcut': 'A shortcut starts a command or opens another machine',
  'embedded-program': 'A document keeps a program inside',
  'archive-bomb': 'An archive is made to burst who unpacks it',
  'known-malware': 'A file is known malware',
  'scanner-match': 'The antivirus scanner knows it',
  'unsolicited-invite': 'A calendar invite from someone unknown',
  'mismatched-invite-organizer': 'The invite’s organiser is not the sender',
  'lure-in-invite': 'The invite of someone unknown asks for money, a call or a sign-in',
  'excessive-recurrence': 'The invite of someone unknown would fill the calendar',
  'credential-request': 'It asks to sign in or confirm an account',
  'payment-request': 'It asks for a payment',
  'bank-change-request': 'It asks to change bank details',
  'new-bank-details': 'It names an account that this sender has not used before',
  'gift-card-request': 'It asks for gift cards',
  'errand-request': 'It asks for a quick favour, or cannot be called',
  'windfall-promise': 'It promises money or a prize that nobody earned',
  'document-lure': 'A stranger announces a business document',
  'data-request': 'It asks for data of many people: employees, customers, who owes what',
  'job-lure': 'It offers work that pays by the day, or with other people’s money',
  'command-instruction': 'It says to paste a command where programs are started',
  'oauth-consent-link': 'A link asks to let a program into the reader’s account',
  'device-code-lure': 'It hands over a code that signs in somebody else’s device',
  'extortion-demand': 'It threatens and demands money',
  'callback-lure': 'It urges to call a number',
  'image-only-mail': 'It says nothing but by a picture',
};
