import { commandInstruction } from '../../src/detectors/commandInstruction.ts';
import { baseline, message } from '../messages.ts';
import { asking, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('command', ['Press the Windows key + R']);

detectorTable(commandInstruction, [
  ['a stranger', message({ content: words }), baseline(), 0.845],
  ['two steps of it', message({ content: asking('command', ['Windows key + R', 'Ctrl + V … Enter']) }), baseline(), 1],
  ['a support desk that says so often', message({ content: words }), whoAsked('command', 5), 0.195],
  ['near-miss: a message about something else', message(), baseline(), 'clear'],
  ['near-miss: a sign-in', message({ content: asking('credential-request', ['sign in']) }), baseline(), 'clear'],
]);
