/** openapi.yaml as far as the service reads it: which operations there are, who may call them, and what they take. */
import type { Role } from '../domain/ports.ts';

export type Method = 'get' | 'post' | 'delete';
const METHODS: readonly Method[] = ['get', 'post', 'delete'];

export interface OpenapiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, SchemaObject>>;
    readonly parameters: Readonly<Record<string, ParameterObject>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly securitySchemes: { readonly apiKey: { readonly description: string } };
  };
}

type PathItem = Readonly<Partial<Record<Method, OperationObject>>> & { readonly parameters?: readonly Referable[] };
type Referable = ParameterObject | { readonly $ref: string };

interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly { readonly apiKey?: readonly Role[] }[];
  readonly parameters?: readonly Referable[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, ResponseObject | { readonly $ref: string }>>;
}

export interface ParameterObject {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: SchemaObject;
}

export interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

interface ResponseObject {
  readonly description: string;
  readonly content?: Content;
}

type Content = Readonly<Record<string, { readonly schema: SchemaObject }>>;

export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** As in the document: '/v1/verdicts/{id}'. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** The least a key must be allowed to; absent when no key is needed. `admin` may do everything. */
  readonly role?: Role;
  readonly parameters: readonly ParameterObject[];
  readonly requestContent: Content;
  readonly responses: ReadonlyMap<string, ResponseObject>;
}

/** All operations in the order of the document. Throws when a reference leads nowhere. */
export function operationsOf(document: OpenapiDocument): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [toOperation(document, path, method, item, operation)];
    }),
  );
}

function toOperation(
  document: OpenapiDocument,
  path: string,
  method: Method,
  item: PathItem,
  { operationId, tags, summary, description, security, parameters = [], requestBody, responses }: OperationObject,
): Operation {
  const role = security.flatMap((requirement) => requirement.apiKey ?? [])[0];
  return {
    id: operationId,
    method,
    path,
    tag: tags[0] ?? '',
    summary,
    ...(description === undefined ? {} : { description }),
    ...(role === undefined ? {} : { role }),
    parameters: [...(item.parameters ?? []), ...parameters].map((parameter) =>
      resolve<ParameterObject>(document, parameter),
    ),
    requestContent: requestBody?.content ?? {},
    responses: new Map(
      Object.entries(responses).map(([status, response]) => [status, resolve<ResponseObject>(document, response)]),
    ),
  };
}

/** One object of all path and query parameters. An unknown one is refused before this schema sees it. */
export function fieldsSchema({ parameters }: Operation): SchemaObject {
  return {
    type: 'object',
    additionalProperties: false,
    required: parameters.filter((parameter) => parameter.required === true).map((parameter) => parameter.name),
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.schema])),
  };
}

/** The same schema for tools that know JSON Schema and not OpenAPI: the components are definitions of the schema called `base`. */
export const rebased = <T extends object>(schema: T, base: string): T =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', `"${base}/$defs/`));

/** Follows references inside the document until something else stands there. */
export function resolve<T extends object>(document: OpenapiDocument, node: T | { readonly $ref: string }): T {
  if (!('$ref' in node) || typeof node.$ref !== 'string') return node as T;
  let target: unknown = document;
  for (const name of node.$ref.slice(2).split('/')) {
    target = (target as Readonly<Record<string, unknown>> | undefined)?.[name];
  }
  if (typeof target !== 'object' || target === null) throw new Error(`openapi.yaml: ${node.$ref} leads nowhere`);
  return resolve(document, target as T);
}
