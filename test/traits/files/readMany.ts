/** A process of its own that reads one file many times: what it dies of, or never comes back from, must not take the tests along. */
import { attachments } from '../../../src/traits/attachments.ts';
import { part } from '../parts.ts';

const [, , fileName = '', base64 = '', times = '1'] = process.argv;
const content = Buffer.from(base64, 'base64');
for (let i = 0; i < Number(times); i++) await attachments({ parts: [part(fileName, content)] });
