/** Forms (multipart/form-data, application/x-www-form-urlencoded) as fields of bytes: a field may be a whole message. */
import { Busboy } from '@fastify/busboy';
import { mediaTypeOf } from './exchange.ts';
import { Refusal } from './problem.ts';

export type Form = ReadonlyMap<string, Buffer>;

const LIMITS = { fields: 100, files: 100, parts: 100, headerPairs: 50, headerSize: 8192, fieldNameSize: 200 };

/** Of fields of one name the first. Rejects with a Refusal when the body is no form. */
export function readForm(body: Buffer, contentType: string): Promise<Form> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string): void => reject(new Refusal('malformed-form', why));
    const form = new Map<string, Buffer>();
    const add = (name: string, value: Buffer): void => {
      if (!form.has(name)) form.set(name, value);
    };
    const parser = parserFor(contentType, body.length);
    // Every part as bytes: as text it would be decoded by a charset.
    parser.on('file', (name, file) => {
      const chunks: Buffer[] = [];
      file.on('data', (chunk: Buffer) => chunks.push(chunk));
      file.on('end', () => add(name, Buffer.concat(chunks)));
      file.on('error', () => refuse('a part of the form has no end'));
    });
    parser.on('field', (name, value) => add(name, Buffer.from(value, 'latin1')));
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.on(limit, () => refuse(`the form has more than ${LIMITS.parts} fields`));
    }
    parser.on('error', () => refuse('the body is not the form that its Content-Type says'));
    parser.on('finish', () => resolve(form));
    parser.end(body);
  });
}

/** Throws Refusal. */
function parserFor(contentType: string, sizeBytes: number): InstanceType<typeof Busboy> {
  const type = mediaTypeOf(contentType);
  const isMultipart = type === 'multipart/form-data';
  if (!isMultipart && type !== 'application/x-www-form-urlencoded') {
    throw new Refusal('unsupported-media-type', `send a form, not '${type.slice(0, 80)}'`, 'Content-Type', {
      Accept: 'multipart/form-data, application/x-www-form-urlencoded',
    });
  }
  try {
    return new Busboy({
      headers: { 'content-type': isMultipart ? contentType : type }, // without a charset each byte is a character
      defCharset: 'latin1',
      isPartAFile: () => true,
      limits: { ...LIMITS, fieldSize: sizeBytes, fileSize: sizeBytes },
    });
  } catch {
    throw new Refusal('malformed-form', 'Content-Type names no boundary', 'Content-Type');
  }
}

/** Throws Refusal when it is not there. `hint`: what the sender is to switch on. */
export function fieldOf(form: Form, name: string, hint: string): Buffer {
  const value = form.get(name);
  if (value === undefined || value.length === 0)
    throw new Refusal('missing-field', `${name} is missing; ${hint}`, name);
  return value;
}
