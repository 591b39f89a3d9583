/** Detectors by what they look at. */
import { detectors } from '../../src/detectors/index.ts';
import type { Family } from '../../src/domain/finding.ts';

export const detectorsOf = (...families: readonly Family[]): readonly string[] =>
  detectors.filter(({ family }) => families.includes(family)).map(({ id }) => id);
