/** openapi.yaml → one HTML page. Text in, text out; everything from the document is escaped. */
import type { Contract } from './contract.ts';
import { escaped } from './html.ts';
import type { Operation, SchemaObject } from './operations.ts';
import { MEANINGS } from './problem.ts';

export function docsPage({ document, operations }: Pick<Contract, 'document' | 'operations'>, style: string): string {
  const { info, tags, components } = document;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)} API</title>
<style>${style}</style>
<nav><a href="#top">${escaped(info.title)} ${escaped(info.version)}</a>
${operations.map((operation) => `<a href="#${operation.id}"><b>${operation.method}</b> ${escaped(operation.path)}</a>`).join('\n')}
<a href="#problems">Problems</a><a href="#schemas">Schemas</a><a href="/openapi.yaml">openapi.yaml</a>
</nav>
<main id="top">
<h1>${escaped(info.title)} API</h1>
${prose(info.description)}
<h2>Keys</h2>
${prose(components.securitySchemes.apiKey.description)}
${tags.map(({ name, description }) => `<h2>${escaped(name)}</h2>\n${prose(description)}\n${operationsOfTag(operations, name)}`).join('\n')}
<h2 id="problems">Problems</h2>
${table(
  ['code', 'status', 'means'],
  Object.entries(MEANINGS).map(([code, [status, title]]) => [`<code>${code}</code>`, String(status), escaped(title)]),
)}
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(schemaSection).join('\n')}
</main>
</html>
`;
}

const operationsOfTag = (operations: readonly Operation[], tag: string): string =>
  operations
    .filter((operation) => operation.tag === tag)
    .map(operationSection)
    .join('\n');

function operationSection({
  id,
  method,
  path,
  summary,
  description,
  role,
  parameters,
  requestContent,
  responses,
}: Operation): string {
  const fields = parameters.map(({ name, in: place, schema, description }) => [
    `<code>${escaped(name)}</code>`,
    place,
    typeText(schema),
    inline(description ?? ''),
  ]);
  const bodies = Object.entries(requestContent).map(([type, { schema }]) => [
    `<code>${escaped(type)}</code>`,
    schema.$ref === undefined ? inline(schema.description ?? '') : typeText(schema),
  ]);
  const answers = [...responses].map(([status, { description, content = {} }]) => [
    escaped(status),
    inline(description),
    Object.entries(content)
      .map(([type, { schema }]) => `<code>${escaped(type)}</code> ${typeText(schema)}`)
      .join('<br>'),
  ]);
  return `<section id="${id}"><h3><b class="${method}">${method}</b> <code>${escaped(path)}</code></h3>
<p><strong>${escaped(summary)}</strong>${role === undefined ? '' : ` · role <code>${role}</code>`}</p>
${prose(description ?? '')}
${table(['field', 'in', 'type', 'means'], fields)}
${table(['body', 'type'], bodies)}
${table(['status', 'means', 'body'], answers)}
</section>`;
}

function schemaSection([name, schema]: readonly [string, SchemaObject]): string {
  const { properties = {}, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, SchemaObject>>;
    readonly required?: readonly string[];
  };
  const rows = Object.entries(properties).map(([property, value]) => [
    `<code>${escaped(property)}</code>${required.includes(property) ? '' : ' (optional)'}`,
    typeText(value),
    inline(value.description ?? ''),
  ]);
  return `<section id="schema-${name}"><h3>${escaped(name)}</h3>
${prose(schema.description ?? '')}
${rows.length === 0 ? `<p>${typeText(schema)}</p>` : table(['field', 'type', 'means'], rows)}
</section>`;
}

/** A type in few words, with a link where the document has a reference. */
function typeText(schema: SchemaObject): string {
  if (schema.$ref !== undefined) {
    const name = escaped(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1));
    return `<a href="#schema-${name}">${name}</a>`;
  }
  const { items, const: constant } = schema;
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `<code>${escaped(String(value))}</code>`).join(' ');
  if (constant !== undefined) return `<code>${escaped(String(constant))}</code>`;
  if (schema.type === 'array') return `list of ${typeText(items as SchemaObject)}`;
  const notes = ['format', 'contentEncoding', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'default']
    .filter((keyword) => schema[keyword] !== undefined)
    .map((keyword) => `${keyword} <code>${escaped(String(schema[keyword]))}</code>`);
  return [escaped(schema.type ?? 'any'), ...notes].join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${line(head, 'th')}</thead><tbody>\n${rows.map((row) => line(row, 'td')).join('\n')}\n</tbody></table>`;
}

/** Paragraphs at blank lines, code between backticks: all the Markdown that our document uses. */
const prose = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('\n');

const inline = (text: string): string =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? `<code>${escaped(part)}</code>` : escaped(part)))
    .join('');
