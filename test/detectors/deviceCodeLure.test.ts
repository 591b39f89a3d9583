import { deviceCodeLure } from '../../src/detectors/deviceCodeLure.ts';
import { baseline, content, link, message, withLinks } from '../messages.ts';
import { asking, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('device-code', ['Enter the code']);
const to = (url: string) => withLinks(link(url)).links;
const page = to('https://microsoft.com/devicelogin');

detectorTable(deviceCodeLure, [
  ['a stranger', message({ content: words, links: page }), baseline(), 1],
  ['another provider', message({ content: words, links: to('https://github.com/login/device') }), baseline(), 1],
  ['the help desk that sends them', message({ content: words, links: page }), whoAsked('device-code', 5), 0.24],
  [
    'a stranger’s code, in whatever words',
    message({ content: content('Meeting ID: E7KB2QF9M'), links: page }),
    baseline(),
    0.6,
  ],
  ['a code in two halves', message({ content: content('WDJB-MJH7'), links: page }), baseline(), 0.6],
  [
    'near-miss: the code of a correspondent, without the words',
    message({ content: content('Meeting ID: E7KB2QF9M'), links: page }),
    whoAsked('callback', 1),
    'clear',
  ],
  [
    'near-miss: words in capitals',
    message({ content: content('PASSWORD REQUIRED'), links: page }),
    baseline(),
    'clear',
  ],
  [
    'near-miss: a code for another page',
    message({ content: words, links: to('https://shop.example/code') }),
    baseline(),
    'clear',
  ],
  ['near-miss: the page in an article', message({ links: page }), baseline(), 'clear'],
  [
    'near-miss: the words in another host’s path',
    message({ content: words, links: to('https://evil.example/microsoft.com/devicelogin') }),
    baseline(),
    'clear',
  ],
]);
