/** Another way to judge the same mail. It sees what the service sees of a message, in the same order, and keeps what it needs itself. */
import type { Message } from '../../src/domain/message.ts';

export interface Comparator {
  /** Its scores for a message, by id; higher is worse. UNSCORED where it has nothing to say. */
  score(message: Message): Readonly<Record<string, number>>;
  /** A message that was delivered, after it was scored. */
  learn(message: Message): void;
}

/** Below every score: what a method does not judge, it never holds. */
export const UNSCORED = -10;
