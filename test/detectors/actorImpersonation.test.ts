import { actorImpersonation } from '../../src/detectors/actorImpersonation.ts';
import type { ActorHistory } from '../../src/domain/baseline.ts';
import { baseline, correspondent, message, tally } from '../messages.ts';
import { actor, actorHistory, platformMail } from './actors.ts';
import { binding } from './histories.ts';
import { detectorTable } from './table.ts';

const fake = platformMail(actor('anna.kern@gmail.com'));
const known = (more: Partial<ActorHistory>) => baseline({ actor: actorHistory(more) });

detectorTable(actorImpersonation, [
  ['a colleague’s name', fake, known({ nameBindings: [binding('anna@acme.example', 40)] }), 1],
  ['a correspondent’s name', fake, known({ nameBindings: [binding('anna@kern.example', 40)] }), 0.7],
  ['known to the tenant only', fake, known({ tenantNameBindings: [binding('anna@kern.example', 40)] }), 0.49],
  [
    'another domain of theirs',
    platformMail(actor('anna@kern.test')),
    known({ nameBindings: [binding('anna@kern.example', 40)] }),
    0.7,
  ],
  [
    'near-miss: their own address',
    platformMail(actor('anna@kern.example')),
    known({ nameBindings: [binding('anna@kern.example', 40)] }),
    'clear',
  ],
  [
    'near-miss: another host of theirs',
    platformMail(actor('anna@mail.kern.example')),
    known({ nameBindings: [binding('anna@kern.example', 40)] }),
    'clear',
  ],
  [
    'near-miss: the private address that the owner writes to',
    fake,
    known({
      nameBindings: [binding('anna@kern.example', 40)],
      correspondent: correspondent('anna.kern@gmail.com', 2, { sent: tally(3) }),
    }),
    'clear',
  ],
  [
    'near-miss: the platform wrote for that address for long',
    fake,
    known({ nameBindings: [binding('anna@kern.example', 40)], received: tally(6) }),
    'clear',
  ],
  [
    'near-miss: no address is said',
    platformMail(actor(undefined)),
    known({ nameBindings: [binding('anna@kern.example', 40)] }),
    'clear',
  ],
  ['a name nobody holds', fake, known({}), 'clear'],
  ['mail of no platform', message(), baseline(), 'clear'],
  ['outbound mail', { ...fake, direction: 'outbound' }, known({}), 'skipped'],
]);
