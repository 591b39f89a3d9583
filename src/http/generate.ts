/** `npm run generate`: types from openapi.yaml into api.generated.ts. A test fails when that file is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { parse } from 'yaml';
import { fieldsSchema, type OpenapiDocument, operationsOf, rebased } from './operations.ts';

const OPENAPI_PATH = fileURLToPath(new URL('../../openapi.yaml', import.meta.url));
export const GENERATED_PATH = fileURLToPath(new URL('api.generated.ts', import.meta.url));

const BANNER = '// Made from openapi.yaml by `npm run generate`. Do not edit.\n';

/** The text that api.generated.ts should have. */
export async function generateTypes(): Promise<string> {
  const document: OpenapiDocument = parse(readFileSync(OPENAPI_PATH, 'utf8'));
  const operations = operationsOf(document);
  const fields = operations.map((operation) => [fieldsName(operation.id), fieldsSchema(operation)]);
  const definitions = rebased({ ...document.components.schemas, ...Object.fromEntries(fields) }, '#');
  const schema: JSONSchema = { title: 'Unused', type: 'object', additionalProperties: false, $defs: definitions };
  const types = await compile(schema, 'Unused', {
    bannerComment: '',
    unreachableDefinitions: true,
    ignoreMinAndMaxItems: true,
    style: { printWidth: 120, singleQuote: true },
  });
  const byOperation = operations.map(({ id }) => `  readonly ${id}: ${fieldsName(id)};`);
  return `${BANNER}\n${tidy(types)}\n/** Path and query parameters. */\nexport interface OperationFields {\n${byOperation.join('\n')}\n}\n`;
}

const fieldsName = (operationId: string): string =>
  `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Fields`;

/** Without the root that nothing uses and the notes that point at it; everything read-only, as in the domain. */
const tidy = (types: string): string =>
  types
    .replace(/export interface Unused \{\s*\}\n/, '')
    .replace(
      /( \*\n)? \* This interface was referenced by `Unused`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
      '',
    )
    .replace(/\/\*\*\n \*\/\n/g, '')
    .replace(/^ {2}(\w+\??:)/gm, '  readonly $1')
    .replace(/(\w+)\[\]/g, 'readonly $1[]')
    .trimStart();

if (import.meta.main) writeFileSync(GENERATED_PATH, await generateTypes());
