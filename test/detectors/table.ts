import { describe, expect, test } from '@jest/globals';
import { runDetectors } from '../../src/detectors/index.ts';
import type { Baseline } from '../../src/domain/baseline.ts';
import type { Detector } from '../../src/domain/finding.ts';
import type { Message } from '../../src/domain/message.ts';

/** [what the row is about, message, baseline, strength when it fires (±0.01) | 'clear' | 'skipped'] */
type Row = readonly [name: string, message: Message, baseline: Baseline, expected: number | 'clear' | 'skipped'];

/** One test per row, and two on the table itself: it must hold a case that fires and a near-miss that does not. */
export function detectorTable(detector: Detector, rows: readonly Row[]): void {
  describe(detector.id, () => {
    test.each(rows)('%s', (_name, message, baseline, expected) => {
      const [finding] = runDetectors(message, baseline, [detector]);
      if (typeof expected === 'number') {
        expect(finding).toMatchObject({ outcome: 'fired' });
        expect(finding?.strength).toBeCloseTo(expected, 2);
        expect(finding?.evidence.length).toBeGreaterThan(0);
      } else {
        expect(finding).toMatchObject({ outcome: expected, strength: 0, evidence: [] });
      }
    });
    test('the table has a case that fires and a near-miss', () => {
      expect(rows.some(([, , , expected]) => typeof expected === 'number')).toBe(true);
      expect(rows.some(([name, , , expected]) => name.startsWith('near-miss') && expected === 'clear')).toBe(true);
    });
  });
}
