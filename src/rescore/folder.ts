/** The folder that a run writes to: claimed for one run, locked while that is at work, and nothing in it overwritten that is not the run's own. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type RescoreEnd, RescoreError } from '../domain/rescore.ts';
import { type ArrivalIndex, type FileStamp, openArrivalIndex, type Stamps } from './arrivalIndex.ts';

/** What makes one run: the same words and settings go on with it. */
export interface RunIdentity {
  readonly exports: readonly string[];
  readonly mailboxes: readonly string[];
  readonly tenant: string;
  readonly mode: string;
  readonly modelVersion: string;
  /** Hash over policy and organisation. */
  readonly settings: string;
}

export interface RunFolder {
  /** Holds the index, the scratch store and what was unpacked. */
  readonly workDir: string;
  readonly index: ArrivalIndex;
  /** Of a run that was complete before. */
  readonly end?: RescoreEnd;
  /** The run is complete: what it worked with goes. */
  finish(end: RescoreEnd): void;
  /** Nothing came of the run: the folder is nobody's again. */
  abandon(): void;
  close(): void;
}

interface RunFile {
  readonly run: RunIdentity;
  readonly end?: RescoreEnd;
}

const RUN_FILE = 'run.json';
const NEW_RUN_FILE = `${RUN_FILE}.new`;
const WORK = '.work';
const INDEX = 'index.sqlite';
export const RESULTS = {
  jsonl: 'results.jsonl',
  csv: 'results.csv',
  parquet: 'results.parquet',
  report: 'report.html',
} as const;

/** Throws RescoreError. */
export function claimFolder(dir: string, run: RunIdentity): RunFolder {
  makeFolder(dir);
  // In this order: another that claims it at this moment writes its run first, and results after it.
  const isUsed = readdirSync(dir).some((name) => name !== WORK && name !== NEW_RUN_FILE);
  if (isUsed && readRun(dir) === undefined)
    throw new RescoreError(
      'folder-taken',
      `${dir} is not empty and holds no run of tidemark rescore: name another --out`,
    );
  checkSame(dir, run);
  const workDir = join(dir, WORK);
  mkdirSync(workDir, { recursive: true, mode: 0o700 });
  const index = openArrivalIndex(join(workDir, INDEX), stamps);
  try {
    // Again, now that nobody else can write.
    checkSame(dir, run);
    const end = readRun(dir)?.end;
    if (readRun(dir) === undefined) writeRun(dir, { run });
    return {
      workDir,
      index,
      ...(end === undefined ? {} : { end }),
      finish: (reached) => writeRun(dir, { run, end: reached }),
      abandon() {
        rmSync(join(dir, RUN_FILE), { force: true });
        rmSync(workDir, { recursive: true, force: true }); // while it is locked: another run makes one of its own
      },
      close() {
        index.close();
        if (readRun(dir)?.end !== undefined) rmSync(workDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    index.close();
    throw error;
  }
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    throw new RescoreError('folder-taken', `${dir} is a file, or lies below one: name another --out`);
  }
}

/** Whether a run holds it at this moment; also when that cannot be told. */
export function isAtWork(dir: string): boolean {
  const path = join(dir, WORK, INDEX);
  const isThere = (): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
  if (!isThere()) return false;
  try {
    openArrivalIndex(path, stamps).close();
    return false;
  } catch {
    return isThere();
  }
}

/** Without a folder to write to: gone at the end. */
export function temporaryFolder(parent: string): RunFolder {
  const workDir = mkdtempSync(join(parent, 'tidemark-rescore-'));
  const index = openArrivalIndex(join(workDir, INDEX), stamps);
  return {
    workDir,
    index,
    finish: () => undefined,
    abandon: () => undefined,
    close() {
      index.close();
      rmSync(workDir, { recursive: true, force: true });
    },
  };
}

/** Of the run whose folder it is, if that is complete. */
export const endIn = (dir: string): RescoreEnd | undefined => readRun(dir)?.end;

const GONE: FileStamp = { sizeBytes: -1, changedAt: 0 };

export const stamps: Stamps = {
  of({ path, handle }) {
    if (handle !== undefined) return { sizeBytes: 0, changedAt: 0 };
    try {
      const { size, mtimeMs } = statSync(path);
      return { sizeBytes: size, changedAt: Math.trunc(mtimeMs) };
    } catch {
      return GONE; // or a link that leads in a circle, or no rights: its message is a row that says so
    }
  },
  countIn(dir) {
    try {
      return readdirSync(dir).filter((name) => !name.startsWith('.')).length; // those of programs come and go, and hold no mail
    } catch {
      return -1;
    }
  },
};

function checkSame(dir: string, run: RunIdentity): void {
  const held = readRun(dir)?.run;
  if (held === undefined || JSON.stringify(held) === JSON.stringify(run)) return;
  const differing = (Object.keys(run) as (keyof RunIdentity)[]).filter(
    (key) => JSON.stringify(held[key]) !== JSON.stringify(run[key]),
  );
  throw new RescoreError(
    'folder-taken',
    `${dir} holds another run (it differs in ${differing.join(', ')}; its exports: ${held.exports.slice(0, 3).join(', ')}): name another --out`,
  );
}

function readRun(dir: string): RunFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(dir, RUN_FILE), 'utf8');
  } catch {
    return undefined; // none yet
  }
  try {
    return JSON.parse(text) as RunFile;
  } catch {
    throw new RescoreError('folder-taken', `${join(dir, RUN_FILE)} cannot be read as one of a run: name another --out`);
  }
}

/** Whole or not at all. */
function writeRun(dir: string, file: RunFile): void {
  const path = join(dir, NEW_RUN_FILE);
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(path, join(dir, RUN_FILE));
}
