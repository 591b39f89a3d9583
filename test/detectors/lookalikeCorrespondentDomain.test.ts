import { lookalikeCorrespondentDomain } from '../../src/detectors/lookalikeCorrespondentDomain.ts';
import { address, baseline, correspondent, message, sender, tally } from '../messages.ts';
import { profile, resemblance } from './histories.ts';
import { detectorTable } from './table.ts';

const twin = message({ sender: sender('bea@partner-example.example') });
const known = (more = {}) => baseline({ senderResemblances: [resemblance('partner.example', more)] });
const domain = (more = {}) => ({ orgDomain: 'partner-example.example', senderCount: 1, ...more });
const diverted = message({ sender: sender('bea@partner.example', { replyTo: [address('bea@partncr.example')] }) });
const replyToResemblances = [resemblance('partner.example', { kind: 'edit' })];

detectorTable(lookalikeCorrespondentDomain, [
  ['looks the same as a supplier', twin, known(), 1],
  ['one letter from it, seven letters long', twin, known({ kind: 'edit' }), 0.675],
  ['one letter from a name of four', twin, known({ kind: 'edit', domain: 'part.example' }), 0.27],
  ['its name in a longer one', twin, known({ kind: 'combination' }), 0.6],
  ['another suffix', twin, known({ kind: 'suffix-swap' }), 0.6],
  ['its name as a subdomain', twin, known({ kind: 'subdomain' }), 0.8],
  ['a supplier hardly known', twin, known({ messageCount: 1 }), 0.24],
  ['replies would go to a look-alike', diverted, baseline({ replyToResemblances }), 0.675],
  [
    'a slow drip from the look-alike does not silence it',
    twin,
    { ...known(), domain: domain({ received: tally(60) }) },
    0.3,
  ],
  ['a domain the tenant sees often', twin, { ...known(), domainProfile: profile(10, 10) }, 0.5],
  [
    'near-miss: two real companies, the owner writes to both',
    twin,
    { ...known(), domain: domain({ received: tally(60), sent: tally(2) }) },
    'clear',
  ],
  [
    'near-miss: replies have always gone there',
    diverted,
    baseline({
      replyToResemblances,
      correspondent: correspondent('bea@partner.example', 9, { replyToOrgDomains: new Set(['partncr.example']) }),
    }),
    'clear',
  ],
  [
    'near-miss: freemail providers resemble each other',
    message({ sender: sender('bea@gmy.example', { isFreemail: true }) }),
    known(),
    'clear',
  ],
  ['near-miss: resembles a brand only', twin, known({ known: 'brand' }), 'clear'],
  ['outbound mail', { ...twin, direction: 'outbound' }, known(), 'skipped'],
]);
