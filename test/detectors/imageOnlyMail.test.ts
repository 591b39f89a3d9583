import { imageOnlyMail } from '../../src/detectors/imageOnlyMail.ts';
import { attachment, baseline, content, correspondent, link, message, tally, withLinks } from '../messages.ts';
import { newsletter } from './requests.ts';
import { detectorTable } from './table.ts';

const picture = content('View', { imageCount: 1 });
const one = withLinks(link('https://evil.example/'));

detectorTable(imageOnlyMail, [
  ['a stranger’s picture with a link', message({ content: picture, ...one }), baseline(), 1],
  ['without a link', message({ content: picture }), baseline(), 0.4],
  [
    'a picture as a part',
    message({ content: content(''), attachments: [attachment('a.png', { kind: 'image', isInline: true })], ...one }),
    baseline(),
    1,
  ],
  [
    'a friend’s picture',
    message({ content: picture, ...one }),
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    0.3,
  ],
  ['a leaflet', message({ content: picture, ...one, bulk: newsletter }), baseline(), 0.5],
  [
    'near-miss: a short mail with a logo',
    message({ content: content('word '.repeat(21), { imageCount: 1 }), ...one }),
    baseline(),
    'clear',
  ],
  ['near-miss: no picture', message({ content: content('ok'), ...one }), baseline(), 'clear'],
  [
    'near-miss: a page of pictures to many places',
    message({ content: picture, ...withLinks(...['a', 'b', 'c'].map((name) => link(`https://${name}.example/`))) }),
    baseline(),
    'clear',
  ],
]);
