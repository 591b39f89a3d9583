/** Whose signed mail is worth more whole than defused (docs/adr/0029). */
import { type Baseline, isSolicited } from '../domain/baseline.ts';
import type { Message } from '../domain/message.ts';

const USUAL_AFTER = 3; // messages: detection.md §2, a value becomes normal after three

/**
 * The sender's domain vouches for the message, the owner writes to the sender, and signatures of theirs, or parts that were signed or
 * encrypted in one piece, have come before. Text signed in the clear leaves no trace in what is known of a sender.
 */
export const isKnownSigner = (
  { authentication }: Pick<Message, 'authentication'>,
  { correspondent }: Baseline,
): boolean =>
  authentication?.isAligned === true &&
  isSolicited(correspondent) &&
  (correspondent?.attachmentKinds.get('signature') ?? 0) >= USUAL_AFTER;
