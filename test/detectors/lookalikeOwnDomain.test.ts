import { lookalikeOwnDomain } from '../../src/detectors/lookalikeOwnDomain.ts';
import { address, baseline, message, sender, tally } from '../messages.ts';
import { resemblance } from './histories.ts';
import { detectorTable } from './table.ts';

const twin = message({ sender: sender('ceo@acrne.example') });
const own = (more = {}) => resemblance('acme.example', { known: 'own', messageCount: 0, ...more });

detectorTable(lookalikeOwnDomain, [
  ['rn for m', twin, baseline({ senderResemblances: [own()] }), 1],
  ['the own name with an addition', twin, baseline({ senderResemblances: [own({ kind: 'combination' })] }), 0.6],
  [
    'replies would go to a look-alike of home',
    message({ sender: sender('ceo@acme.example', { replyTo: [address('ceo@acrne.example')] }) }),
    baseline({ replyToResemblances: [own()] }),
    1,
  ],
  [
    'near-miss: a sister company the owner writes to',
    twin,
    baseline({
      senderResemblances: [own({ kind: 'suffix-swap' })],
      domain: { orgDomain: 'acrne.example', sent: tally(3), senderCount: 1 },
    }),
    'clear',
  ],
  ['near-miss: resembles a supplier', twin, baseline({ senderResemblances: [resemblance('acne.example')] }), 'clear'],
  ['near-miss: a name like no other', message(), baseline(), 'clear'],
]);
