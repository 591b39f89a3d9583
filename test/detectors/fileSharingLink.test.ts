import { fileSharingLink } from '../../src/detectors/fileSharingLink.ts';
import { baseline, content, correspondent, link, message, sender, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const shared = message(withLinks(link('https://www.dropbox.com/s/abc')));
const asking = content('Please sign in to view the invoice', {
  intents: [{ intent: 'credential-request', language: 'en', quote: 'sign in to view' }],
});

detectorTable(fileSharingLink, [
  [
    'from a correspondent',
    shared,
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    0.3,
  ],
  ['from a stranger', shared, baseline(), 0.5],
  ['from a stranger who asks to sign in', { ...shared, content: asking }, baseline(), 1],
  [
    'a correspondent who asks for something',
    { ...shared, content: asking },
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    0.3,
  ],
  ['near-miss: from the service itself', { ...shared, sender: sender('no-reply@dropbox.com') }, baseline(), 'clear'],
  [
    'near-miss: from another domain of the service’s brand',
    {
      ...message(withLinks(link('https://de.surveymonkey.com/r/abc'))),
      sender: sender('member@surveymonkeyuser.com', { isProved: true }),
    },
    baseline(),
    'clear',
  ],
  [
    'who only says to be of that brand',
    {
      ...message(withLinks(link('https://de.surveymonkey.com/r/abc'))),
      sender: sender('member@surveymonkeyuser.com'),
    },
    baseline(),
    0.5,
  ],
  [
    'who has an address at the brand’s mail provider',
    {
      ...message(withLinks(link('https://1drv.ms/f/s!abc'))),
      sender: sender('cy@outlook.com', { isFreemail: true, isProved: true }),
    },
    baseline(),
    0.5,
  ],
  [
    'near-miss: the sender’s own server',
    message(withLinks(link('https://files.partner.example/s/abc'))),
    baseline(),
    'clear',
  ],
]);
