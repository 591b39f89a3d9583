/** Originals in PostgreSQL: a row and the pieces of its bytes, written in one transaction. */
import { type Custody, type KeptOriginal, OVERHEAD_BYTES } from '../../domain/custody.ts';
import {
  bodyOf,
  keyOf,
  lacksRecipient,
  ORIGINAL_COLUMNS,
  type OriginalRow,
  restoredWith,
  toOriginal,
  withoutMailbox,
} from '../originalRow.ts';
import { Conflict, type Connections, ERASE_TIMEOUT_MS, type Run } from './connection.ts';
import { withRetries } from './writer.ts';

const PIECE_BYTES = 512 * 1024; // a piece is one statement, and one row of which the server makes a copy
const TOTAL = `name = 'originals_bytes'`;
const PLACE = 'tenant = $1 AND verdict_id = $2 AND key = $3';

class Full extends Error {
  override readonly name = 'Full';
}

export function custodyStore({ run, transaction }: Connections): Custody {
  const place = ({ tenant, verdictId, key }: KeptOriginal) => [tenant, verdictId, key];

  async function totalBytes(): Promise<number> {
    const { rows } = await run<{ readonly value: number }>({ text: `SELECT value FROM tidemark_state WHERE ${TOTAL}` });
    return rows[0]?.value ?? 0;
  }

  return {
    async keep(original, raw, maxTotalBytes) {
      const key = keyOf(original);
      const row = await rowAt(run, [original.tenant, original.verdictId, key]);
      if (row !== undefined && !lacksRecipient(row, original)) return 'known';
      const needed = raw.length + OVERHEAD_BYTES;
      if (row === undefined && (await totalBytes()) + needed > maxTotalBytes) return 'full'; // before anything is written
      const kept: KeptOriginal = { ...original, key, sizeBytes: raw.length, restoredTo: [] };
      try {
        return await withRetries(() => transaction((within) => add(within, kept, raw, maxTotalBytes)));
      } catch (error) {
        if (error instanceof Full) return 'full';
        throw error;
      }
    },
    async find(tenant, verdictId) {
      const { rows } = await run<OriginalRow>({
        text: `SELECT ${ORIGINAL_COLUMNS} FROM originals WHERE tenant = $1 AND verdict_id = $2 ORDER BY kept_at, key`,
        values: [tenant, verdictId],
      });
      return rows.map(toOriginal);
    },
    async *read(original) {
      const count = Math.ceil(original.sizeBytes / PIECE_BYTES);
      for (let piece = 0; piece < count; piece++) {
        const { rows } = await run<{ readonly bytes: Buffer }>({
          text: `SELECT bytes FROM original_pieces WHERE ${PLACE} AND piece = $4`,
          values: [...place(original), piece],
        });
        if (rows[0] === undefined) throw new Error(`the original of ${original.verdictId} is gone`);
        yield rows[0].bytes;
      }
    },
    async claim(original, now, until) {
      const { count } = await run({
        text: `UPDATE originals SET claimed_until = $4 WHERE ${PLACE} AND claimed_until <= $5`,
        values: [...place(original), until, now],
      });
      return count > 0;
    },
    async settle(original, until, accepted) {
      await withRetries(() => transaction((within) => settle(within, place(original), until, accepted)));
    },
    async unscored(now, limit) {
      const { rows } = await run<OriginalRow>({
        text: `SELECT ${ORIGINAL_COLUMNS} FROM originals WHERE why = 'unscored' AND claimed_until <= $1 ORDER BY kept_at LIMIT $2`,
        values: [now, limit],
      });
      return rows.map(toOriginal);
    },
    async remove(original) {
      await withRetries(() => transaction((within) => removeOriginals(within, PLACE, place(original))));
    },
    erase: (tenant, mailbox) =>
      withRetries(() => transaction((within) => eraseMailbox(within, tenant, mailbox), ERASE_TIMEOUT_MS)),
    totalBytes,
  };
}

async function add(run: Run, original: KeptOriginal, raw: Buffer, maxTotalBytes: number): Promise<'kept' | 'known'> {
  const { tenant, verdictId, key, why, keptAt, sizeBytes, mailboxes } = original;
  const { count } = await run({
    text: `INSERT INTO originals (tenant, verdict_id, key, why, kept_at, size_bytes, body)
      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    values: [tenant, verdictId, key, why, keptAt, sizeBytes, bodyOf(original)],
  });
  if (count === 0) {
    const row = await rowAt(run, [tenant, verdictId, key], 'FOR UPDATE');
    if (row === undefined) throw new Conflict('an original was removed while it was kept again');
    if (!lacksRecipient(row, original)) return 'known';
    await run({
      text: `UPDATE originals SET body = $4, kept_at = $5 WHERE ${PLACE}`,
      values: [tenant, verdictId, key, bodyOf(original), keptAt],
    });
  }
  await run({
    text: `INSERT INTO original_mailboxes (tenant, mailbox, verdict_id, key)
      SELECT $1, mailbox, $2, $3 FROM unnest($4::text[]) AS m(mailbox) ON CONFLICT DO NOTHING`,
    values: [tenant, verdictId, key, mailboxes],
  });
  if (count === 0) return 'known';
  for (let at = 0, piece = 0; at < raw.length; at += PIECE_BYTES, piece++) {
    await run({
      text: 'INSERT INTO original_pieces (tenant, verdict_id, key, piece, bytes) VALUES ($1, $2, $3, $4, $5)',
      values: [tenant, verdictId, key, piece, raw.subarray(at, at + PIECE_BYTES)],
    });
  }
  // Last: who keeps another message meanwhile waits for this row only until the commit.
  const needed = sizeBytes + OVERHEAD_BYTES;
  const taken = await run({
    text: `UPDATE tidemark_state SET value = value + $1 WHERE ${TOTAL} AND value + $1 <= $2`,
    values: [needed, maxTotalBytes],
  });
  if (taken.count === 0) throw new Full();
  return 'kept';
}

async function rowAt(
  run: Run,
  place: readonly string[],
  lock: '' | 'FOR UPDATE' = '',
): Promise<OriginalRow | undefined> {
  const { rows } = await run<OriginalRow>({
    text: `SELECT ${ORIGINAL_COLUMNS} FROM originals WHERE ${PLACE} ${lock}`,
    values: place,
  });
  return rows[0];
}

async function settle(run: Run, place: readonly string[], until: number, accepted: readonly string[]): Promise<void> {
  const row = await rowAt(run, place, 'FOR UPDATE');
  if (row === undefined) return;
  await run({
    text: `UPDATE originals SET restored_to = $4, claimed_until = CASE claimed_until WHEN $5 THEN 0 ELSE claimed_until END
      WHERE ${PLACE}`,
    values: [...place, JSON.stringify(restoredWith(toOriginal(row), accepted)), until],
  });
}

async function eraseMailbox(run: Run, tenant: string, mailbox: string): Promise<number> {
  const { rows } = await run<OriginalRow>({
    text: `SELECT ${ORIGINAL_COLUMNS} FROM originals WHERE tenant = $1 AND (verdict_id, key) IN
      (SELECT verdict_id, key FROM original_mailboxes WHERE tenant = $1 AND mailbox = $2) ORDER BY verdict_id, key FOR UPDATE`,
    values: [tenant, mailbox],
  });
  const gone: KeptOriginal[] = [];
  for (const original of rows.map(toOriginal)) {
    const left = withoutMailbox(original, mailbox);
    if (left === undefined) gone.push(original);
    else {
      await run({
        text: `UPDATE originals SET body = $4, restored_to = $5 WHERE ${PLACE}`,
        values: [tenant, original.verdictId, original.key, bodyOf(left), JSON.stringify(left.restoredTo)],
      });
    }
  }
  await run({ text: 'DELETE FROM original_mailboxes WHERE tenant = $1 AND mailbox = $2', values: [tenant, mailbox] });
  // Last, and all at once: from then until the commit nothing else can be kept.
  return removeOriginals(
    run,
    'tenant = $1 AND (verdict_id, key) IN (SELECT g.verdict_id, g.key FROM unnest($2::text[], $3::text[]) AS g(verdict_id, key))',
    [tenant, gone.map(({ verdictId }) => verdictId), gone.map(({ key }) => key)],
  );
}

/** With all that belongs to them, in a transaction that is open; answers how many went. */
export async function removeOriginals(run: Run, condition: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await run<Pick<OriginalRow, 'tenant' | 'verdict_id' | 'key' | 'size_bytes'>>({
    text: `DELETE FROM originals WHERE ${condition} RETURNING tenant, verdict_id, key, size_bytes`,
    values,
  });
  if (rows.length === 0) return 0;
  const keys = [rows.map(({ tenant }) => tenant), rows.map(({ verdict_id }) => verdict_id), rows.map(({ key }) => key)];
  for (const table of ['original_pieces', 'original_mailboxes']) {
    await run({
      text: `DELETE FROM ${table} WHERE (tenant, verdict_id, key) IN
        (SELECT k.tenant, k.verdict_id, k.key FROM unnest($1::text[], $2::text[], $3::text[]) AS k(tenant, verdict_id, key))`,
      values: keys,
    });
  }
  const bytes = rows.reduce((sum, { size_bytes }) => sum + size_bytes + OVERHEAD_BYTES, 0);
  await run({ text: `UPDATE tidemark_state SET value = value - $1 WHERE ${TOTAL}`, values: [bytes] });
  return rows.length;
}
