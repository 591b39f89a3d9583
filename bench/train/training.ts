/** What training reports, kept for docs/EVALUATION.md: docs/evaluation/training.json. Its parts come from two runs of npm run train. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Labels } from '../corpus.ts';
import type { ClassResult } from '../eval/report.ts';

export interface Training {
  readonly unseen?: Unseen;
  readonly ablations?: Ablations;
}

/** Detection by models that had not seen the list, or the mailbox. */
export interface Unseen {
  readonly seed: number;
  readonly rowCount: number;
  readonly hamCount: number;
  readonly taughtCount: number;
  readonly mailboxCount: number;
  readonly rates: readonly number[];
  readonly byList: readonly ClassResult[];
  readonly byMailbox: readonly ClassResult[];
}

export interface Ablations {
  readonly seed: number;
  /** Absent in what was measured before there were two: as given. */
  readonly labels?: Labels;
  readonly trees: number;
  readonly hamCount: number;
  readonly mailboxCount: number;
  readonly rates: readonly number[];
  /** By group of classes; judged by models that had not seen the list. */
  readonly variants: readonly { readonly title: string; readonly groups: readonly ClassResult[] }[];
  /** A disguise left out of training, and what is found of it; beside it what the same models find when taught all. */
  readonly families: readonly {
    readonly family: string;
    readonly leftOut: readonly ClassResult[];
    readonly taught: readonly ClassResult[];
  }[];
}

const FILE = new URL('../../docs/evaluation/training.json', import.meta.url);

export const readTraining = (): Training =>
  existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Training) : {};

/** Replaces one part and leaves the other. */
export function keepTraining(part: Training): void {
  mkdirSync(new URL('.', FILE), { recursive: true });
  writeFileSync(FILE, asJson({ ...readTraining(), ...part }));
}

/** Shares to four digits: more are noise. */
export const asJson = (value: unknown): string =>
  `${JSON.stringify(value, (_, one) => (typeof one === 'number' && !Number.isInteger(one) ? Number(one.toPrecision(4)) : one), 1)}\n`;
