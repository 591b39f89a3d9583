/** POLICY_FILE: an operator's own costs, budgets and way to strip over the defaults. JSON, each field as in domain/verdict.ts, all of them optional. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config.ts';
import { ATTACK_TYPES, type Policy } from './domain/verdict.ts';

const cost = z.number().min(0).max(1e6);
const share = z.number().min(0).max(1);
const types = [...ATTACK_TYPES, 'unknown'] as const;
const byType = <S extends z.ZodType>(schema: S) => z.partialRecord(z.enum(types), schema);
const byGate = <S extends z.ZodType>(schema: S) => z.strictObject({ known: schema, stranger: schema }).partial();

const policyFile = z
  .strictObject({
    costs: z
      .strictObject({
        missed: byType(cost),
        residual: byType(z.strictObject({ banner: share, strip: share }).partial()),
        disturbed: byGate(z.strictObject({ banner: cost, strip: cost, hold: cost }).partial()),
      })
      .partial(),
    budgets: byGate(z.strictObject({ banner: share, strip: share, hold: share }).partial()),
    strip: z.strictObject({ files: z.enum(['remove', 'flatten']), unchanged: z.enum(['deliver', 'hold']) }).partial(),
  })
  .partial();

/** Throws ConfigError that names each bad field. */
export function readPolicy(path: string, defaults: Policy): Policy {
  const result = policyFile.safeParse(contentOf(path));
  if (result.success) return over(defaults, result.data);
  const problems = result.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`);
  throw new ConfigError(`POLICY_FILE: ${problems.join('; ')}`);
}

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`POLICY_FILE: ${(error as Error).message}`);
  }
}

type DeepPartial<T> = { readonly [K in keyof T]?: (T[K] extends object ? DeepPartial<T[K]> : T[K]) | undefined };

/** `changes` over `base`, branch by branch; the schema has seen to the names. */
function over<T extends object>(base: T, changes: DeepPartial<T>): T {
  const merged = Object.entries(changes).map(([name, value]) => {
    const old = base[name as keyof T];
    return [name, typeof old === 'object' && old !== null ? over(old, value as DeepPartial<typeof old>) : value];
  });
  return { ...base, ...Object.fromEntries(merged.filter(([, value]) => value !== undefined)) };
}
