/** A verdict as rspamd answers. What the client is to do with the message depends on what it can do. */
import { RESULT_HEADERS, resultHeaders } from '../domain/resultHeaders.ts';
import { type HoldFallback, REJECT_SCORE, spamAction, spamScore, spamSymbols } from '../domain/spamScale.ts';
import type { HeaderEdit, Rewritten } from '../domain/strip.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { RspamdReply } from './api.generated.ts';
import type { Answer } from './exchange.ts';
import type { RspamdClient } from './rspamdRequest.ts';

export interface RspamdAnswerParts {
  readonly client: RspamdClient;
  readonly holdFallback: HoldFallback;
  readonly isLeaving: boolean;
  readonly seconds: number;
  /** Only of a message that is to be stripped, for a client that takes it. */
  readonly rewritten?: Rewritten;
}

export function rspamdReply(verdict: Verdict, parts: RspamdAnswerParts): RspamdReply {
  const { client, holdFallback, isLeaving, rewritten } = parts;
  const hold = client.honoursQuarantine ? 'reject' : holdFallback;
  // A message that was disarmed is delivered as any other: "add header" would put it among the spam.
  const action = rewritten === undefined ? verdict.action : 'deliver';
  const isNotRewritten = verdict.action === 'strip' && rewritten === undefined;
  const edits = client.isMilter ? (rewritten?.headers ?? []) : []; // others get the headers with the message
  return {
    is_skipped: false,
    score: spamScore({ ...verdict, action }),
    required_score: REJECT_SCORE,
    action: spamAction(action, hold),
    symbols: Object.fromEntries(
      spamSymbols(verdict).map((symbol) => [symbol.name, { ...symbol, metric_score: symbol.score }]),
    ),
    messages: verdict.action === 'hold' ? { smtp_message: `Message is held for review (${verdict.id})` } : {},
    'message-id': verdict.messageId,
    time_real: parts.seconds,
    milter: {
      remove_headers: { ...removedBy(edits), ...ALL_FORGED },
      add_headers: {
        ...addedBy(edits),
        ...Object.fromEntries(
          resultHeaders(verdict, { isLeaving, isNotRewritten }).map(({ name, value }) => [name, { value, order: 0 }]),
        ),
      },
      ...(verdict.action === 'hold' && client.honoursQuarantine ? { reject: 'quarantine' as const } : {}),
    },
  };
}

/** Behind the JSON the message: whole, or for a milter its body, whose headers are in the JSON. */
export function rspamdAnswer(reply: RspamdReply, { client, rewritten }: RspamdAnswerParts): Answer {
  if (rewritten === undefined) return { json: reply };
  const json = Buffer.from(JSON.stringify(reply));
  return {
    bytes: Buffer.concat([json, client.isMilter ? rewritten.body : rewritten.bytes]),
    type: 'application/json',
    headers: { 'Message-Offset': String(json.length) },
  };
}

const ALL_FORGED: Readonly<Record<string, number>> = Object.fromEntries(RESULT_HEADERS.map((name) => [name, 0])); // 0: all of that name

/** rspamd's milter removes one field of a name, or all: changes of two fields of one name cannot be told. */
export function canBeTold({ isMilter }: RspamdClient, { headers }: Rewritten): boolean {
  const gone = headers.flatMap((edit) => (isOfOld(edit) ? [edit.name.toLowerCase()] : []));
  return !isMilter || new Set(gone).size === gone.length;
}

const removedBy = (edits: readonly HeaderEdit[]): Readonly<Record<string, number>> =>
  Object.fromEntries(edits.flatMap((edit) => (isOfOld(edit) ? [[edit.name, edit.index]] : [])));

/** It is about a field that is there. */
const isOfOld = (edit: HeaderEdit): edit is Extract<HeaderEdit, { index: number }> =>
  edit.kind === 'change' || edit.kind === 'remove';

type Added = Readonly<Record<string, readonly { readonly value: string; readonly order: number }[]>>;

/** Orders of rspamd's protocol: the first place, and the last. It knows no change: a changed field is added anew, at the end. */
const [FIRST, LAST] = [0, -1];

function addedBy(edits: readonly HeaderEdit[]): Added {
  const fresh = edits.filter((edit) => edit.kind !== 'remove');
  const byName = Map.groupBy(fresh, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, all]) => [
      name,
      all.map(({ kind, value }) => ({ value: value.trim(), order: kind === 'top' ? FIRST : LAST })),
    ]),
  );
}
