import { hiddenText } from '../../src/detectors/hiddenText.ts';
import { baseline, content, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const hidden = (hiddenCharCount: number, visible = 100) =>
  message({ content: content('x'.repeat(visible), { hiddenCharCount, hiddenText: 'invoice meeting garden' }) });
const newsletter = { isList: false, hasUnsubscribe: true, isAutomatic: false };

detectorTable(hiddenText, [
  ['more hidden than shown', hidden(5000), baseline(), 1],
  ['a fifth of all text', hidden(1000, 4000), baseline(), 0.4],
  ['a newsletter that hides pages', { ...hidden(5000), bulk: newsletter }, baseline(), 1],
  ['near-miss: a preview line', hidden(140), baseline(), 'clear'],
  ['near-miss: several hidden blocks of a newsletter', { ...hidden(900), bulk: newsletter }, baseline(), 'clear'],
]);
