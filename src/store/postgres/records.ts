/** Baseline records in PostgreSQL. */
import type { RecordKey } from '../../domain/observation.ts';
import { recordId } from '../../domain/observation.ts';
import type { BaselineStore } from '../../domain/ports.ts';
import { addressMark } from '../../text/mark.ts';
import { withoutName } from '../mentions.ts';
import type { Cache, Value } from './cache.ts';
import type { Connections, Run } from './connection.ts';
import { recallRecords } from './reading.ts';
import { keyColumns } from './statement.ts';
import type { Writer } from './writer.ts';

interface Row extends RecordKey {
  readonly value: string;
}

export function recordStore({ run }: Connections, cache: Cache, writer: Writer, now: () => number): BaselineStore {
  return {
    async recall(tenant, keys) {
      const found = await recallRecords(run, cache, tenant, new Map(keys.map((key) => [recordId(key), key])));
      return new Map([...found].flatMap(([id, { value }]) => (value === undefined ? [] : [[id, value] as const])));
    },
    async learn(tenant, lessons) {
      if (lessons.length === 0) return [];
      return (await writer.write(tenant, { lessons })).learned;
    },
    async list(tenant, mailbox, kind, limit) {
      const { rows } = await run<Row>({
        text: 'SELECT mailbox, kind, key, value FROM records WHERE tenant = $1 AND mailbox = $2 AND kind = $3 ORDER BY touched DESC, key LIMIT $4',
        values: [tenant, mailbox, kind, limit],
      });
      return new Map(rows.map(({ value, ...key }) => [recordId(key), JSON.parse(value) as Value]));
    },
    erase: (tenant, mailbox) =>
      writer.alone(tenant, async (within) => {
        const values = [tenant, mailbox];
        const { count } = await within({ text: 'DELETE FROM records WHERE tenant = $1 AND mailbox = $2', values });
        await within({ text: 'DELETE FROM lessons WHERE tenant = $1 AND mailbox = $2', values });
        return count + (await scrub(within, [tenant, ''], mailbox, [mailbox, addressMark(mailbox)], now()));
      }),
    eraseCorrespondent: (tenant, mailbox, address) =>
      writer.alone(tenant, (within) => scrub(within, [tenant, mailbox], address, [address], now())),
  };
}

/** Removes records whose key is `address`, and `names` from those that mention them; answers how many. */
async function scrub(
  run: Run,
  place: readonly [tenant: string, mailbox: string],
  address: string,
  names: readonly string[],
  touched: number,
): Promise<number> {
  let total = 0;
  for (const name of names) {
    const { rows } = await run<Row>({
      text: `SELECT mailbox, kind, key, value FROM records
        WHERE tenant = $1 AND mailbox = $2 AND (position($3 in value) > 0 OR position($3 in key) > 0)
        ORDER BY kind, key FOR UPDATE`,
      values: [...place, name],
    });
    await remove(
      run,
      place[0],
      rows.filter(({ key }) => key === address),
    );
    const mentions = rows.filter(({ key }) => key !== address);
    await rewrite(
      run,
      place[0],
      mentions.map((row) => ({ ...row, value: JSON.stringify(withoutName(JSON.parse(row.value), name)) })),
      touched,
    );
    total += rows.length;
  }
  return total;
}

async function remove(run: Run, tenant: string, keys: readonly RecordKey[]): Promise<void> {
  if (keys.length === 0) return;
  const values: unknown[] = [tenant];
  const columns = keyColumns(keys, (column) => `$${values.push(column)}`);
  await run({
    text: `DELETE FROM records WHERE tenant = $1 AND (mailbox, kind, key) IN (SELECT * FROM unnest(${columns}))`,
    values,
  });
}

async function rewrite(run: Run, tenant: string, rows: readonly Row[], touched: number): Promise<void> {
  if (rows.length === 0) return;
  const values: unknown[] = [tenant, touched, rows.map(({ value }) => value)];
  const columns = keyColumns(rows, (column) => `$${values.push(column)}`);
  await run({
    text: `UPDATE records SET value = k.value, version = records.version + 1, touched = $2
      FROM unnest(${columns}, $3::text[]) AS k(mailbox, kind, key, value)
      WHERE records.tenant = $1 AND records.mailbox = k.mailbox AND records.kind = k.kind AND records.key = k.key`,
    values,
  });
}
