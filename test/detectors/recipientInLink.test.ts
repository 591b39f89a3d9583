import { recipientInLink } from '../../src/detectors/recipientInLink.ts';
import { baseline, correspondent, link, message, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const to = (url: string) => message(withLinks(link(url)));
const newsletter = { isList: false, hasUnsubscribe: true, isAutomatic: false };
const base64 = Buffer.from('ana@acme.example').toString('base64');
const shifted = Buffer.from('e=ana@acme.example&k=1').toString('base64');

detectorTable(recipientInLink, [
  ['behind the fragment', to('https://evil.example/#ana@acme.example'), baseline(), 1],
  ['behind an encoded character', to('https://evil.example/?x%3Dana@acme.example'), baseline(), 0.6],
  ['behind a decoy', to('https://evil.example/?a=joana@acme.example&b=ana@acme.example'), baseline(), 0.6],
  ['behind the fragment and before it', to('https://evil.example/?a=ana@acme.example#ana@acme.example'), baseline(), 1],
  ['encoded beside a plain copy', to(`https://evil.example/?a=ana@acme.example&b=${base64}`), baseline(), 0.9],
  ['in base64', to(`https://evil.example/?x=${base64}`), baseline(), 0.9],
  ['in base64 within other text', to(`https://evil.example/?x=${shifted}`), baseline(), 0.9],
  ['in hex', to(`https://evil.example/${Buffer.from('ana@acme.example').toString('hex')}`), baseline(), 0.9],
  ['as a plain parameter', to('https://evil.example/?mail=ANA%40acme.example'), baseline(), 0.6],
  [
    'behind the fragment, with an unsubscribe header',
    { ...to(`https://evil.example/#${base64}`), bulk: newsletter },
    baseline(),
    0.5,
  ],
  [
    'from someone who wrote once',
    to('https://evil.example/#ana@acme.example'),
    baseline({ correspondent: correspondent('bea@partner.example', 1) }),
    0.8,
  ],
  [
    'near-miss: a newsletter’s unsubscribe link',
    { ...to(`https://news.example/u?m=${base64}`), bulk: newsletter },
    baseline(),
    'clear',
  ],
  [
    'near-miss: a correspondent’s calendar link',
    to('https://partner.example/?mail=ana@acme.example'),
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    'clear',
  ],
  ['near-miss: another person’s address', to('https://evil.example/#joana@acme.example'), baseline(), 'clear'],
  [
    'near-miss: other people’s addresses',
    to('https://evil.example/?a=joana@acme.example#juliana@acme.example'),
    baseline(),
    'clear',
  ],
  ['near-miss: our own site', to('https://login.acme.example/?u=ana@acme.example'), baseline(), 'clear'],
]);
