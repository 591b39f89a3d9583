/**
 * One conversation with an MTA, after Sendmail's milter protocol, versions 2 to 6 (mfdef.h, mfapi.h). What is known of the client outlives
 * its messages; a message ends with its answer or is aborted.
 */
import type { CheckRelease, Keep } from '../domain/custody.ts';
import type { DirectionFor } from '../domain/mail.ts';
import { type Slots, sharedPlace } from '../slots.ts';
import { type Answer, type AnswerWord, answerTo, type Mail, type Outcome, type Problem } from './answer.ts';
import { contentOf, keepOriginal, RESTORING } from './custody.ts';
import type { Client } from './envelope.ts';
import { ProtocolError } from './frames.ts';
import { judge, type Score } from './judge.ts';
import { addRecipient, clientOf, MESSAGE_MACROS, type Message, mailOf, newMessage, noteRelease } from './message.ts';
import { type Agreement, negotiate, type Offer } from './negotiate.ts';
import type { Packet } from './packets.ts';
import { CONTINUE, changesThenContinue, DISCARD, PROGRESS, TEMPFAIL } from './reply.ts';
import { type Shares, sharesOf } from './shares.ts';

export interface SessionParts {
  readonly tenant: string;
  readonly score: Score;
  readonly directionFor: DirectionFor;
  readonly onFailure: 'accept' | 'tempfail';
  /** Keeps what is to be held; absent: the MTA holds. */
  readonly keep?: Keep;
  /** Keeps the original of what is stripped; absent: it is lost. */
  readonly keepStripped?: Keep;
  /** Keeps what could not be scored and is delivered, to be scored later; absent: it never is. */
  readonly keepUnscored?: Keep;
  /** Absent: nothing is released. */
  readonly checkRelease?: CheckRelease;
  /** Messages are verified here, so results are written under the name of `authservId`, else that of the MTA. */
  readonly isVerifying: boolean;
  readonly authservId?: string;
  readonly maxMessageBytes: number;
  readonly scoreLimitMs: number;
  readonly keepLimitMs: number;
  readonly progressMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly watcher: Watcher;
}

/** Who counts and writes down what happens. */
export interface Watcher {
  answered(about: Answered): void;
  problem(problem: Problem, queueId: string | undefined, detail?: unknown): void;
}

export interface Answered {
  readonly word: AnswerWord;
  readonly outcome: Outcome;
  readonly queueId?: string;
  readonly sizeBytes: number;
  /** From the end of the message to the answer. */
  readonly milliseconds: number;
}

export interface Session {
  /** undefined when all is done at once. Throws or rejects with ProtocolError. */
  take(packet: Packet): Promise<void> | undefined;
  /** The MTA reads what we say at the end of a message only, and there PROGRESS does no harm. */
  readonly mayShowProgress: boolean;
  /** Headers or body are coming in. */
  readonly isInContent: boolean;
  readonly isBetweenMessages: boolean;
  /** Options are agreed: the first thing that an MTA says. */
  readonly isAgreed: boolean;
  /** The MTA has said good-bye. */
  readonly isOver: boolean;
  /** The connection is gone: gives back what is held. */
  close(): void;
}

const SMALL_BYTES = 128 * 1024; // that much of a message is always taken in; beyond, it needs a place

export function createSession(parts: SessionParts, slots: Slots, send: (bytes: Buffer) => void): Session {
  let agreement: Agreement | undefined;
  let client: Client = {};
  let macros = new Map<string, string>(); // of the message under way
  let message: Message | undefined;
  let isOver = false;

  const authservId = (): string | undefined => (parts.isVerifying ? (parts.authservId ?? client.mta) : undefined);

  function endMessage(): void {
    message?.release?.();
    message = undefined;
  }

  function reset(): void {
    endMessage();
    macros = new Map();
  }

  /** MTAs may leave steps out: whatever belongs to a message begins one. */
  function current(agreed: Agreement): Message {
    message ??= newMessage(parts.maxMessageBytes, agreed);
    return message;
  }

  function takeOffer(offer: Offer): void {
    if (message !== undefined) throw new ProtocolError('options are negotiated in the middle of a message');
    const negotiation = negotiate(offer, parts.keep !== undefined);
    agreement = negotiation.agreement;
    send(negotiation.answer);
  }

  function takeMacros(stage: string, values: ReadonlyMap<string, string>): void {
    if (stage === 'C') client = clientOf(values, {});
    if (stage === 'H') client = clientOf(values, client);
    if (stage === 'M') macros = new Map(); // whatever became of the message before
    for (const [name, value] of values) if (MESSAGE_MACROS.has(name)) macros.set(name, value);
  }

  function takeHeader(name: string, value: string, agreed: Agreement): Promise<void> | undefined {
    const mail = current(agreed);
    mail.forged.see(name, value, authservId());
    noteRelease(mail, name, value);
    mail.content.addHeader(name, value);
    return roomFor(mail);
  }

  function takeBody(chunk: Buffer, agreed: Agreement): Promise<void> | undefined {
    const mail = current(agreed);
    mail.content.addBody(chunk);
    return roomFor(mail);
  }

  function roomFor(mail: Message): Promise<void> | undefined {
    mail.hasContent = true;
    if (mail.content.isTooLarge)
      mail.release?.(); // nothing of it is kept
    else if (mail.content.sizeBytes > SMALL_BYTES && mail.release === undefined) {
      return slots.take().then((release) => {
        mail.release = release;
        if (message !== mail) release(); // the connection broke meanwhile
      });
    }
    return undefined;
  }

  async function takeEnd(chunk: Buffer, agreed: Agreement): Promise<void> {
    if (chunk.length > 0) await takeBody(chunk, agreed);
    await finish(current(agreed), agreed);
  }

  async function finish(ending: Message, agreed: Agreement): Promise<void> {
    const startedAt = performance.now();
    const queueId = macros.get('i');
    const onProblem = (problem: Problem, detail?: unknown) => parts.watcher.problem(problem, queueId, detail);
    const { sizeBytes } = ending.content;
    const mail = mailOf(ending, client, macros, { ...parts, receivedAt: parts.now() });
    // The place is given back when nobody looks at the message any more: later than the answer, when somebody is late.
    const share = sharedPlace(ending.release ?? (() => undefined));
    ending.release = () => undefined;
    const [scoringDone, keepingDone, rewordingDone] = [share(), share(), share()];
    const outcome = await outcomeOf(ending, mail, onProblem, scoringDone);
    const shares = outcome.kind === 'scored' ? sharesOf(outcome.verdict, mail, agreed) : undefined;
    const kept = await keepOriginal(outcome, shares, mail, agreed, {
      ...(parts.keep === undefined ? {} : { keep: parts.keep }),
      ...(parts.keepStripped === undefined ? {} : { keepStripped: parts.keepStripped }),
      ...(parts.keepUnscored === undefined || parts.onFailure !== 'accept' ? {} : { keepUnscored: parts.keepUnscored }),
      ...patienceFor(parts.keepLimitMs),
      onProblem,
      onDone: keepingDone,
    });
    const worded = kept === 'not-kept' ? await withoutPromise(outcome, onProblem) : outcome;
    rewordingDone();
    const name = authservId();
    const isSplit = shares !== undefined && kept === 'kept';
    const answer = answerTo(isSplit ? forOthers(worded, shares) : worded, mail, {
      onFailure: parts.onFailure,
      agreement: agreed,
      kept,
      heldPaths: isSplit ? shares.heldPaths : [],
      ...(name === undefined ? {} : { authservId: name }),
      onProblem,
    });
    reset();
    send(framesOf(answer, agreed));
    const milliseconds = performance.now() - startedAt;
    parts.watcher.answered({
      word: answer.word,
      outcome,
      ...(queueId === undefined ? {} : { queueId }),
      sizeBytes,
      milliseconds,
    });
  }

  async function outcomeOf(
    ending: Message,
    mail: Mail,
    onProblem: (problem: Problem, detail?: unknown) => void,
    onDone: () => void,
  ): Promise<Outcome> {
    const { scoreLimitMs, score, maxMessageBytes, checkRelease } = parts;
    if (ending.content.isTooLarge) {
      onDone();
      onProblem('too-large');
      return { kind: 'failed', why: `larger than ${maxMessageBytes} bytes` };
    }
    if (checkRelease !== undefined && ending.releaseMark !== undefined) {
      const verdictId = await checkRelease(ending.releaseMark, contentOf(mail));
      if (verdictId !== undefined) {
        onDone();
        return { kind: 'released', verdictId };
      }
      onProblem('forged-release');
    }
    return judge(mail.request, { score, ...patienceFor(scoreLimitMs), onProblem, onDone });
  }

  const patienceFor = (limitMs: number) => ({
    limitMs,
    progressMs: parts.progressMs,
    onProgress: () => send(PROGRESS),
  });

  function takeAgreed(packet: Exclude<Packet, Offer>, agreed: Agreement): Promise<void> | undefined {
    switch (packet.kind) {
      case 'macros':
        takeMacros(packet.stage, packet.values);
        return undefined;
      case 'connect': {
        const { host: name, address } = packet;
        client = { ...client, name, ...(address === undefined ? {} : { address }) };
        return undefined;
      }
      case 'helo':
        client = { ...client, helo: packet.name };
        return undefined;
      case 'mail':
        endMessage();
        current(agreed).mailFrom = packet.address;
        return undefined;
      case 'recipient':
        addRecipient(current(agreed), packet.address, macros.get('rcpt_addr'));
        macros.delete('rcpt_addr');
        return undefined;
      case 'header':
        return takeHeader(packet.name, packet.value, agreed);
      case 'body':
        return takeBody(packet.chunk, agreed);
      case 'end-of-message':
        return takeEnd(packet.chunk, agreed);
      case 'abort':
        reset();
        return undefined;
      case 'next-connection':
        reset();
        client = {};
        return undefined;
      case 'quit':
        reset();
        isOver = true;
        return undefined;
      case 'data':
      case 'end-of-headers':
      case 'unknown':
        return undefined;
    }
  }

  return {
    take(packet) {
      if (packet.kind === 'negotiate') {
        takeOffer(packet);
        return undefined;
      }
      const agreed = agreement;
      if (agreed === undefined) {
        if (packet.kind !== 'quit') throw new ProtocolError(`${packet.kind} before options were negotiated`);
        isOver = true;
        return undefined;
      }
      const work = takeAgreed(packet, agreed);
      if (!agreed.needsAnswer(packet.kind)) return work;
      if (work === undefined) send(CONTINUE);
      return work?.then(() => send(CONTINUE));
    },
    get mayShowProgress() {
      return agreement?.isSilent === true;
    },
    get isInContent() {
      return message?.hasContent === true;
    },
    get isBetweenMessages() {
      return message === undefined;
    },
    get isAgreed() {
      return agreement !== undefined;
    },
    get isOver() {
      return isOver;
    },
    close: reset,
  };
}

/** It was rewritten as if the original would be kept. Never rejects; what cannot be said truly is tried again by the sender. */
async function withoutPromise(
  outcome: Outcome,
  onProblem: (problem: Problem, detail?: unknown) => void,
): Promise<Outcome> {
  if (outcome.kind !== 'scored' || outcome.stripped === undefined || outcome.reword === undefined) return outcome;
  try {
    return { ...outcome, stripped: await outcome.reword(RESTORING['not-kept']) };
  } catch (error) {
    onProblem('scoring-failed', error);
    return { kind: 'failed', why: 'rewriting failed', isDangerous: true };
  }
}

/** What the mailboxes get that it is not held for. */
function forOthers(outcome: Outcome, { verdict }: Shares): Outcome {
  if (outcome.kind !== 'scored') return outcome;
  const { stripped: _, strippedForOthers, ...scored } = outcome;
  return { ...scored, verdict, ...(strippedForOthers === undefined ? {} : { stripped: strippedForOthers }) };
}

function framesOf(answer: Answer, agreement: Agreement): Buffer {
  switch (answer.kind) {
    case 'accept':
      return changesThenContinue(answer.changes, agreement);
    case 'discard':
      return DISCARD;
    case 'tempfail':
      return TEMPFAIL;
  }
}
