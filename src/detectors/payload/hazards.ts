/** What detectors ask of the hazards of a file. */
import type { Correspondent } from '../../domain/baseline.ts';
import type { Evidence } from '../../domain/finding.ts';
import type { Attachment, Hazard, HazardKind } from '../../domain/message.ts';
import { fileEvidence, readable } from './files.ts';

export const hazardsOf = ({ hazards }: Attachment, ...kinds: readonly HazardKind[]): readonly Hazard[] =>
  hazards.filter(({ kind }) => kinds.includes(kind));

const MAX_NAMED = 4;

/** The file, and the first few of what was found in it. */
export const hazardEvidence = (file: Attachment, hazards: readonly Hazard[]): Evidence =>
  fileEvidence(file, hazards.slice(0, MAX_NAMED).map(worded).join(', '));

const worded = ({ quote, inside }: Hazard): string =>
  inside === undefined ? readable(quote) : `${readable(quote)} in ${readable(inside)}`;

const NORMAL_AFTER = 3; // files of the kind: detection.md §2, a value becomes normal after three

/** This sender's habit: a kind of file, or 'macros' (baseline/observe.ts). */
export const isUsual = (habit: string, correspondent: Correspondent | undefined): boolean =>
  (correspondent?.attachmentKinds.get(habit) ?? 0) >= NORMAL_AFTER;
