/** The query as openapi.yaml describes it: names → values, repeatable ones as arrays. */
import type { Operation } from './operations.ts';
import { Refusal } from './problem.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type FieldForm = 'list' | 'integer' | 'text';

/** How each query parameter is read, by name. */
export type FieldForms = ReadonlyMap<string, FieldForm>;

/** `typeOf` tells a parameter's JSON type with references followed. */
export function fieldForms(
  { parameters }: Operation,
  typeOf: (parameter: Operation['parameters'][number]) => unknown,
): FieldForms {
  const forms: Readonly<Record<string, FieldForm>> = { array: 'list', integer: 'integer' };
  return new Map(
    parameters
      .filter((parameter) => parameter.in === 'query')
      .map((parameter) => [parameter.name, forms[String(typeOf(parameter))] ?? 'text']),
  );
}

/**
 * Reads a query string (without '?'). A '+' stands for itself (RFC 3986), not for a blank as in HTML forms: addresses and times carry
 * it, and none of our values has blanks that a client could not escape. Throws Refusal.
 */
export function parseQuery(query: string, forms: FieldForms): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null); // a field named __proto__ is a field
  if (query === '') return fields;
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    addField(fields, name, equals === -1 ? '' : decode(pair.slice(equals + 1)), forms.get(name));
  }
  return fields;
}

function addField(fields: Record<string, unknown>, name: string, value: string, form: FieldForm | undefined): void {
  const earlier = fields[name];
  if (form === undefined)
    throw new Refusal('unknown-field', `there is no query parameter '${name.slice(0, 80)}'`, name.slice(0, 80));
  if (form === 'list') {
    if (Array.isArray(earlier)) earlier.push(value);
    else fields[name] = [value];
    return;
  }
  if (earlier !== undefined) throw new Refusal('repeated-field', `${name} may be given once`, name);
  fields[name] = form === 'integer' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('malformed-url', 'the query has a percent-escape that is not UTF-8');
  }
}
