/** A batch of jobs folded over what is known, in memory: what it changes, and what must still be so when that is written. Pure. */
import type { RecordKey, Records } from '../../domain/observation.ts';
import { recordId } from '../../domain/observation.ts';
import type { Feedback, Lesson, LoggedVerdict } from '../../domain/ports.ts';
import { ABSENT, type Stored, type Value } from './cache.ts';

/** What happens in the log of verdicts together with the lessons; they are learned only if it does. */
export type VerdictChange =
  | { readonly kind: 'add'; readonly id: string; readonly entry: LoggedVerdict }
  | { readonly kind: 'settle'; readonly id: string }
  | {
      readonly kind: 'note';
      readonly id: string;
      /** As it stood when the word on it was given: verdictRow.ts. */
      readonly stand: string;
      readonly isLearned: boolean;
      readonly feedback?: Feedback;
    };

export interface Task {
  readonly lessons: readonly Lesson[];
  readonly verdict?: VerdictChange;
}

export interface Answer {
  /** The change in the log took place; true where none was asked for. */
  readonly isDone: boolean;
  readonly learned: readonly boolean[];
}

/** undefined: there is none. */
export type VerdictState = { readonly isWaiting: boolean; readonly stand: string } | undefined;

/** What a batch is folded over. Everything that it may ask for is in it, by recordId, lessonId and verdict id. */
export interface Known {
  readonly records: ReadonlyMap<string, Stored>;
  readonly lessons: ReadonlyMap<string, boolean>;
  /** Absent while nobody looked: then each is taken to be as its change needs it. */
  readonly verdicts?: ReadonlyMap<string, VerdictState>;
}

export interface LessonKey {
  readonly mailbox: string;
  readonly id: string;
}

export interface Plan {
  /** One for each task: its answer, or what its lesson threw. */
  readonly answers: readonly (Answer | { readonly error: unknown })[];
  readonly changed: ReadonlyMap<string, Value>;
  /** Records that the outcome rests on and that do not change. */
  readonly rested: ReadonlySet<string>;
  readonly learned: readonly LessonKey[];
  readonly forgotten: readonly LessonKey[];
  /** Lessons that were known already, and so not learned. */
  readonly passed: readonly LessonKey[];
  readonly verdicts: readonly VerdictChange[];
  /** Lessons that must not be known. */
  readonly absent: readonly LessonKey[];
}

export const lessonId = ({ mailbox, id }: LessonKey): string => `${mailbox}\n${id}`;

/** Lessons whose being known or not matters to the tasks, each once. */
export const lessonKeysOf = (tasks: readonly Task[]): readonly LessonKey[] => [
  ...new Map(
    tasks
      .flatMap(({ lessons }) => lessons)
      .flatMap(({ mailbox, id, unless }) => [
        { mailbox, id },
        ...(unless === undefined ? [] : [{ mailbox, id: unless }]),
      ])
      .map((key) => [lessonId(key), key]),
  ).values(),
];

export function keysOf(tasks: readonly Task[]): ReadonlyMap<string, RecordKey> {
  const keys = tasks.flatMap(({ lessons }) =>
    lessons.flatMap((lesson) => [...(lesson.when?.keys ?? []), ...lesson.keys]),
  );
  return new Map(keys.map((key) => [recordId(key), key]));
}

function suits(change: VerdictChange, state: VerdictState): boolean {
  if (change.kind === 'add') return state === undefined;
  return change.kind === 'settle' ? state?.isWaiting === true : state?.stand === change.stand;
}

/** What a task changes; a task that throws leaves nothing behind. */
interface Draft {
  readonly values: Map<string, Value>;
  readonly lessons: Map<string, { readonly key: LessonKey; readonly isKnown: boolean }>;
  readonly read: Set<string>;
  readonly absent: Map<string, LessonKey>;
}

const newDraft = (): Draft => ({ values: new Map(), lessons: new Map(), read: new Set(), absent: new Map() });

export function fold(tasks: readonly Task[], known: Known): Plan {
  const all = newDraft();
  const verdicts: VerdictChange[] = [];
  const answers = tasks.map(({ lessons, verdict }): Answer | { readonly error: unknown } => {
    if (verdict !== undefined && known.verdicts !== undefined && !suits(verdict, known.verdicts.get(verdict.id)))
      return { isDone: false, learned: lessons.map(() => false) };
    const draft = newDraft();
    try {
      const learned = lessons.map((lesson) => learn(lesson, known, [draft, all]));
      for (const [id, value] of draft.values) all.values.set(id, value);
      for (const [id, lesson] of draft.lessons) all.lessons.set(id, lesson);
      for (const id of draft.read) all.read.add(id);
      for (const [id, key] of draft.absent) all.absent.set(id, key);
      if (verdict !== undefined) verdicts.push(verdict);
      return { isDone: true, learned };
    } catch (error) {
      return { error };
    }
  });
  const lessonsThat = (holds: (was: boolean, is: boolean) => boolean) =>
    [...all.lessons]
      .filter(([id, { isKnown }]) => holds(known.lessons.get(id) ?? false, isKnown))
      .map(([, { key }]) => key);
  return {
    answers,
    changed: all.values,
    rested: new Set([...all.read].filter((id) => !all.values.has(id))),
    learned: lessonsThat((was, is) => !was && is),
    forgotten: lessonsThat((was, is) => was && !is),
    passed: lessonsThat((was, is) => was && is),
    verdicts,
    absent: [...all.absent.values()],
  };
}

/** The task's own draft, then that of the tasks before it. */
type Drafts = readonly [own: Draft, before: Draft];

function learn(lesson: Lesson, known: Known, drafts: Drafts): boolean {
  const [own, before] = drafts;
  const { mailbox, id: name, when, unless, keys, undoes = false } = lesson;
  if (when !== undefined && !when.holds(readThrough(when.keys, known, drafts))) return false;
  const isLearned = (id: string) =>
    (own.lessons.get(id) ?? before.lessons.get(id))?.isKnown ?? known.lessons.get(id) ?? false;
  if (unless !== undefined) {
    const other = { mailbox, id: unless };
    if (isLearned(lessonId(other))) {
      own.lessons.set(lessonId(other), { key: other, isKnown: true });
      return false;
    }
    own.absent.set(lessonId(other), other);
  }
  const id = lessonId(lesson);
  const isKnown = isLearned(id);
  own.lessons.set(id, { key: { mailbox, id: name }, isKnown: !undoes });
  if (isKnown !== undoes) return false;
  for (const [key, value] of lesson.fold(readThrough(keys, known, drafts))) own.values.set(key, value);
  return true;
}

function readThrough(keys: readonly RecordKey[], { records }: Known, [own, before]: Drafts): Records {
  const found = new Map<string, Value>();
  for (const id of keys.map(recordId)) {
    own.read.add(id);
    const value = own.values.get(id) ?? before.values.get(id) ?? (records.get(id) ?? ABSENT).value;
    if (value !== undefined) found.set(id, value);
  }
  return found;
}
