import { extortionDemand } from '../../src/detectors/extortionDemand.ts';
import { baseline, content, link, message, withLinks } from '../messages.ts';
import { asking, list, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const wallet = '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'; // a published example address
const threat = asking('extortion', ['I recorded you']);
const withWallet = { ...threat, text: `I recorded you. Send it to ${wallet} today` };
const hasty = content(`Two bitcoin to ${wallet}`, { pressureQuotes: ['within 48 hours'] });

detectorTable(extortionDemand, [
  ['a threat', message({ content: threat }), baseline(), 0.78],
  ['a threat and a wallet', message({ content: withWallet }), baseline(), 1],
  [
    'a wallet in bech32',
    message({ content: { ...threat, text: 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq' } }),
    baseline(),
    1,
  ],
  ['told on a list by a member', message({ content: threat, bulk: list }), whoAsked('callback', 1), 0.39],
  ['near-miss: a wallet for donations', message({ content: content(`Donate to ${wallet}`) }), baseline(), 'clear'],
  ['near-miss: no threat', message(), baseline(), 'clear'],
  ['a stranger’s wallet and haste, in words nobody knows', message({ content: hasty }), baseline(), 0.5],
  ['a sum, and no link', message({ content: content(`1 700 EUR to ${wallet}`) }), baseline(), 0.5],
  [
    'near-miss: a sum beside a link',
    message({ content: content(`1 700 EUR to ${wallet}`), ...withLinks(link('https://charity.example/')) }),
    baseline(),
    'clear',
  ],
  ['near-miss: of somebody who writes', message({ content: hasty }), whoAsked('callback', 1), 'clear'],
  ['near-miss: haste in a newsletter', message({ content: hasty, bulk: newsletter }), baseline(), 'clear'],
]);
