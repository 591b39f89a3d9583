import { generatedAddress } from '../../src/detectors/generatedAddress.ts';
import { baseline, correspondent, message, sender, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const from = (address: string, more = {}) => message({ sender: sender(address, more) });
const known = baseline({ correspondent: correspondent('lekf6@2b7n21mt6.com', 3, { sent: tally(2) }) });

detectorTable(generatedAddress, [
  ['letter by letter', from('info@a.d.b.u.d.b.n.h.11.wizqa.com'), baseline(), 1],
  ['letters and digits in turn', from('lekf6@2b7n21mt6.com'), baseline(), 1],
  ['a name of a list, and a number', from('Aponte_Kevin_68278@simolife.click'), baseline(), 0.7],
  ['hardly a vowel', from('xocptl@gspqfpmlq.net'), baseline(), 0.5],
  ['near-miss: initials and a year', from('anna_lind_1985@s3u2.co.uk'), baseline(), 'clear'],
  [
    'near-miss: the number of a freemail user',
    from('anna_lind_19850501@gmail.com', { isFreemail: true }),
    baseline(),
    'clear',
  ],
  ['near-miss: figures for words', from('shop@web2print4all.de'), baseline(), 'clear'],
  ['near-miss: German', from('info@angstschweiss-schlumpf.de'), baseline(), 'clear'],
  ['near-miss: a name in another script', from('info@xn--b1q2c3d4e5f.com'), baseline(), 'clear'],
  ['near-miss: a country of two letters', from('info@a.b.co.uk'), baseline(), 'clear'],
  ['somebody the mailbox knows', from('lekf6@2b7n21mt6.com'), known, 'clear'],
  ['outbound', { ...from('lekf6@2b7n21mt6.com'), direction: 'outbound' }, baseline(), 'skipped'],
]);
