import { scannerMatch } from '../../src/detectors/scannerMatch.ts';
import type { MalwareScan, Message } from '../../src/domain/message.ts';
import { baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const told = (malwareScan: MalwareScan) => message({ malwareScan });
const found = (signature: string) => told({ outcome: 'found', signature });

function unscanned(): Message {
  const { malwareScan, ...rest } = message();
  return rest;
}

detectorTable(scannerMatch, [
  ['a known program', found('Win.Trojan.Agent-123'), baseline(), 1],
  ['a guess', found('Heuristics.Phishing.Email.SpoofedDomain'), baseline(), 0.4],
  ['unwanted, no more', found('PUA.Win.Packer.Upx-1'), baseline(), 0.4],
  ['near-miss: nothing known', told({ outcome: 'clean' }), baseline(), 'clear'],
  ['no answer', told({ outcome: 'failed', why: 'no answer within 5000 ms' }), baseline(), 'skipped'],
  ['no scanner', unscanned(), baseline(), 'skipped'],
]);
