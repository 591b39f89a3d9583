import { nameBoundElsewhere } from '../../src/detectors/nameBoundElsewhere.ts';
import { address, baseline, correspondent, message, sender, tally } from '../messages.ts';
import { actor } from './actors.ts';
import { binding } from './histories.ts';
import { detectorTable } from './table.ts';

const from = (of: string, more = {}) =>
  message({ sender: sender(of, { name: 'Carl Ohm', nameKey: 'carl ohm', ...more }) });
const stranger = 'carl.ohm@freemail.example';
const outside = from(stranger, { isFreemail: true });
const boss = binding('ceo@acme.example', 30);

detectorTable(nameBoundElsewhere, [
  ['a colleague’s name from outside', outside, baseline({ nameBindings: [boss] }), 1],
  ['a supplier’s name from elsewhere', outside, baseline({ nameBindings: [binding('carl@partner.example', 30)] }), 0.7],
  ['short history', outside, baseline({ nameBindings: [binding('ceo@acme.example', 3)] }), 0.49],
  ['the owner never wrote there', outside, baseline({ nameBindings: [binding('ceo@acme.example', 30, false)] }), 0.7],
  ['only colleagues know the name', outside, baseline({ tenantNameBindings: [boss] }), 0.7],
  [
    'a name that many addresses bear',
    outside,
    baseline({ nameBindings: [boss, binding('c@one.example', 30), binding('c@two.example', 30)] }),
    0.33,
  ],
  [
    'a second address in the same organisation',
    from('carl@mail.partner.example'),
    baseline({ nameBindings: [binding('carl@partner.example', 30)] }),
    0.2,
  ],
  [
    'near-miss: the private address the owner has answered',
    outside,
    baseline({ nameBindings: [boss], correspondent: correspondent(stranger, 2, { repliedCount: 1 }) }),
    'clear',
  ],
  [
    'near-miss: a service that shows people’s names',
    outside,
    baseline({ nameBindings: [boss], correspondent: correspondent(stranger, 50) }),
    'clear',
  ],
  [
    'near-miss: a list shows its author’s name',
    {
      ...from('dev@lists.example', { originalAuthor: address('ceo@acme.example') }),
      bulk: { isList: true, hasUnsubscribe: true, isAutomatic: false },
    },
    baseline({ nameBindings: [boss] }),
    'clear',
  ],
  [
    'near-miss: a platform shows for whom it writes, which is actor-impersonation’s business',
    { ...outside, actors: [actor(stranger)] },
    baseline({ nameBindings: [boss] }),
    'clear',
  ],
  [
    'near-miss: a platform writes for whoever bears the name',
    { ...outside, actors: [actor('ceo@acme.example', { isNamedInFrom: false })] },
    baseline({ nameBindings: [boss] }),
    'clear',
  ],
  [
    'a platform that the border does not vouch for',
    { ...outside, actors: [actor('ceo@acme.example', { isNamedInFrom: false, isAuthenticated: false })] },
    baseline({ nameBindings: [boss] }),
    1,
  ],
  [
    'near-miss: a signing service shows who sends',
    from('dse@docusign.net', { originalAuthor: address('ceo@acme.example') }),
    baseline({ nameBindings: [boss] }),
    'clear',
  ],
  [
    'off lists, what names the author is anybody’s word',
    from('dev@lists.example', { originalAuthor: address('ceo@acme.example') }),
    baseline({ nameBindings: [boss] }),
    1,
  ],
  [
    'made-up holders of the name cannot thin it out',
    outside,
    baseline({ nameBindings: [boss, binding('a@evil.example', 30, false), binding('b@evil.example', 30, false)] }),
    1,
  ],
  ['a first name alone is no key', message(), baseline({ nameBindings: [boss] }), 'clear'],
  [
    'a burst on one day establishes nobody',
    outside,
    baseline({
      nameBindings: [boss],
      correspondent: correspondent(stranger, 50, { received: tally(50, { distinctDays: 1 }) }),
    }),
    1,
  ],
  ['outbound mail', { ...outside, direction: 'outbound' }, baseline({ nameBindings: [boss] }), 'skipped'],
]);
