/** TNEF (MS-OXTNEF) written by hand: attributes with their checksums, properties as MAPI writes them. */

const number = (value: number, bytes: 2 | 4): Buffer => {
  const out = Buffer.alloc(bytes);
  if (bytes === 2) out.writeUInt16LE(value & 0xffff);
  else out.writeUInt32LE(value);
  return out;
};

export const attribute = (level: 1 | 2, id: number, data: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([level]),
    number(id, 4),
    number(data.length, 4),
    data,
    number(
      data.reduce((sum, byte) => sum + byte, 0),
      2,
    ),
  ]);

export const tnef = (...attributes: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('789f3e220100', 'hex'), attribute(1, 0x8_9006, number(0x1_0000, 4)), ...attributes]);

/** Of a type with any length: text 0x1e, UTF-16 0x1f, bytes 0x102, an object 0xd. `name`: of one that has a name of its own. */
export const property = (id: number, type: number, value: Buffer, name: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    number(type, 2),
    number(id, 2),
    name,
    number(1, 4),
    number(value.length, 4),
    value,
    Buffer.alloc((4 - (value.length % 4)) % 4),
  ]);

export const properties = (level: 1 | 2, ...all: readonly Buffer[]): Buffer =>
  attribute(level, level === 1 ? 0x6_9003 : 0x6_9005, Buffer.concat([number(all.length, 4), ...all]));

export const wide = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');

/** As Exchange writes a file: what it is drawn as, its short name, its bytes, its properties. */
export const fileOf = (name: string, content: Buffer | string, title = name): Buffer =>
  Buffer.concat([
    attribute(2, 0x6_9002, Buffer.alloc(14)),
    attribute(2, 0x1_8010, Buffer.from(`${title}\0`, 'latin1')),
    attribute(2, 0x6_800f, Buffer.from(content)),
    properties(2, Buffer.from('03000537010000000b00fe7f01000000', 'hex'), property(0x3707, 0x1f, wide(name))),
  ]);
