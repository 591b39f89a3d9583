/** openapi.yaml as running checks: what comes in and what goes out is validated from the document itself. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { parse } from 'yaml';
import { type FieldForms, type Fields, fieldForms, parseQuery } from './fields.ts';
import {
  fieldsSchema,
  type OpenapiDocument,
  type Operation,
  operationsOf,
  rebased,
  resolve,
  type SchemaObject,
} from './operations.ts';
import { Refusal } from './problem.ts';

const OPENAPI_PATH = fileURLToPath(new URL('../../openapi.yaml', import.meta.url));
const SCHEMAS_ID = 'openapi';

export interface CheckedOperation extends Operation {
  /** Path and query parameters of a request, checked. Throws Refusal. */
  readFields(query: string, path: Readonly<Record<string, unknown>>): Fields;
  /** Throws Refusal unless the parsed JSON body is what the operation takes. */
  checkBody(body: unknown): void;
  /** Throws (a bug of ours) unless the JSON answer is what the document promises for this status. */
  checkAnswer(status: number, body: unknown): void;
}

export interface Contract {
  /** The document as it stands in the file. */
  readonly yaml: string;
  readonly document: OpenapiDocument;
  readonly operations: readonly CheckedOperation[];
}

/** Reads the document and compiles every check; some 100 ms, once. */
export function loadContract(): Contract {
  const yaml = readFileSync(OPENAPI_PATH, 'utf8');
  const document: OpenapiDocument = parse(yaml);
  const ajv = new Ajv2020({ strict: true, strictTypes: false, validateSchema: false });
  for (const name of ['date-time', 'uri', 'uri-reference'] as const) ajv.addFormat(name, fullFormats[name]);
  ajv.addSchema({ $id: SCHEMAS_ID, $defs: rebased(document.components.schemas, '#') });
  const compiled = new Map<string, ValidateFunction>(); // most operations share their refusals: compiling each again costs 70 ms
  const compile = (schema: SchemaObject): ValidateFunction => {
    const key = JSON.stringify(schema);
    const check = compiled.get(key) ?? ajv.compile(rebased(schema, `${SCHEMAS_ID}#`));
    compiled.set(key, check);
    return check;
  };
  return {
    yaml,
    document,
    operations: operationsOf(document).map((operation) => checked(operation, document, compile)),
  };
}

function checked(
  operation: Operation,
  document: OpenapiDocument,
  compile: (schema: SchemaObject) => ValidateFunction,
): CheckedOperation {
  const forms: FieldForms = fieldForms(operation, ({ schema }) => resolve<SchemaObject>(document, schema).type);
  const isField = compile(fieldsSchema(operation));
  const bodySchema = operation.requestContent['application/json']?.schema;
  const isBody = bodySchema === undefined ? undefined : compile(bodySchema);
  const answers = new Map<string, ValidateFunction>();
  for (const [status, { content = {} }] of operation.responses) {
    const schema = (content['application/json'] ?? content['application/problem+json'])?.schema;
    if (schema !== undefined) answers.set(status, compile(schema));
  }
  return {
    ...operation,
    readFields(query, path) {
      const fields = Object.assign(parseQuery(query, forms), path);
      if (!isField(fields)) throw refusalOf(isField.errors, nameOf);
      return fields;
    },
    checkBody(body) {
      if (isBody !== undefined && !isBody(body)) throw refusalOf(isBody.errors, placeOf);
    },
    checkAnswer(status, body) {
      const isAnswer = answers.get(String(status)) ?? answers.get('default');
      if (isAnswer === undefined || isAnswer(body)) return;
      const [error] = isAnswer.errors ?? [];
      throw new Error(`${operation.id} ${status}: ${error?.instancePath ?? ''} ${error?.message ?? ''}`);
    },
  };
}

/** Where an error is, as its JSON Pointer (RFC 6901) says; no field name of ours needs unescaping. '' of the whole. */
type WordsFor = (pointer: string) => string;

/** A parameter may be repeated, and is called by its name. */
const nameOf: WordsFor = (pointer) => pointer.split('/')[1] ?? '';

/** `exports[3].path` */
const placeOf: WordsFor = (pointer) =>
  pointer
    .replaceAll(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.')
    .replace(/^\./, '');

/** The first error, with the field that is to blame. */
function refusalOf(errors: readonly ErrorObject[] | null | undefined, wordsFor: WordsFor): Refusal {
  const [error] = errors ?? [];
  if (error === undefined) throw new Error('a failed check without an error');
  const { keyword, instancePath, params, message = 'is not valid' } = error;
  const place = wordsFor(instancePath);
  const below = (name: unknown): string => `${place === '' ? '' : `${place}.`}${String(name).slice(0, 80)}`;
  if (keyword === 'additionalProperties') {
    const name = below(params.additionalProperty);
    return new Refusal('unknown-field', `there is no field '${name}'`, name);
  }
  if (keyword === 'required') {
    const name = below(params.missingProperty);
    return new Refusal('missing-field', `${name} is missing`, name);
  }
  if (place === '') return new Refusal('malformed-json', `the body ${message}`);
  return new Refusal('invalid-field', `${place} ${explain(keyword, params, message)}`, place);
}

const explain = (keyword: string, params: Readonly<Record<string, unknown>>, message: string): string =>
  keyword === 'enum' ? `must be one of ${[params.allowedValues].flat().join(', ')}` : message;
