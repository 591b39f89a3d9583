/** Types that the first bytes of a file tell, without looking into it. Covers what mail mostly carries and what attacks come as. */

interface Magic {
  readonly type: string;
  readonly at: number;
  readonly bytes: Buffer;
}

const magic = (type: string, bytes: string, at = 0): Magic => ({ type, at, bytes: Buffer.from(bytes, 'latin1') });

const MAGIC: readonly Magic[] = [
  magic('jpg', '\xff\xd8\xff'),
  magic('png', '\x89PNG\r\n\x1a\n'),
  magic('gif', 'GIF8'),
  magic('tif', 'II*\0'),
  magic('tif', 'MM\0*'),
  magic('psd', '8BPS'),
  magic('pdf', '%PDF-'),
  magic('zip', 'PK\x03\x04'),
  magic('zip', 'PK\x05\x06'),
  magic('zip', 'PK00PK\x03\x04'), // one part of one, APPNOTE §8.5.4
  magic('rar', 'Rar!\x1a\x07'),
  magic('7z', '7z\xbc\xaf\x27\x1c'),
  magic('gz', '\x1f\x8b'),
  magic('bz2', 'BZh'),
  magic('xz', '\xfd7zXZ\0'),
  magic('zst', '\x28\xb5\x2f\xfd'),
  magic('cab', 'MSCF\0\0\0\0'),
  magic('ace', '**ACE**', 7),
  magic('arj', '\x60\xea'),
  magic('cfb', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  magic('elf', '\x7fELF'),
  magic('macho', '\xcf\xfa\xed\xfe'),
  magic('macho', '\xce\xfa\xed\xfe'),
  magic('macho', '\xfe\xed\xfa\xce'),
  magic('macho', '\xfe\xed\xfa\xcf'),
  magic('dex', 'dex\n03'),
  magic('wasm', '\0asm'),
  magic('lnk', 'L\0\0\0\x01\x14\x02\0'),
  magic('chm', 'ITSF\x03\0'),
  magic('one', '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d'),
  magic('vhdx', 'vhdxfile'),
  magic('vhd', 'conectix'),
  magic('vmdk', 'KDMV'),
  magic('iso', 'CD001', 32_769),
  magic('iso', 'BEA01', 32_769), // UDF; opened alike
  magic('tnef', '\x78\x9f\x3e\x22'),
  magic('rtf', '{\\rt'),
  magic('mp3', 'ID3'),
  magic('ogg', 'OggS'),
  magic('vbe', '#@~^'), // encoded VBScript or JScript
];

const byFirstByte: ReadonlyMap<number, readonly Magic[]> = Map.groupBy(
  MAGIC.filter(({ at }) => at === 0),
  ({ bytes }) => bytes[0] ?? 0,
);
const further: readonly Magic[] = MAGIC.filter(({ at }) => at > 0);

const PDF_SEARCH = 1_024; // readers accept leading junk up to here (ISO 32000-1 annex H.3.4.1)
const TRAILER = 512; // bytes at the end of VHD and DMG images

/** undefined: look closer. */
export function magicType(content: Buffer): string | undefined {
  const matches = ({ at, bytes }: Magic): boolean => content.subarray(at, at + bytes.length).equals(bytes);
  const found = byFirstByte.get(content[0] ?? 0)?.find(matches) ?? further.find(matches);
  return found?.type ?? structuredType(content);
}

/** Where the mark alone is too short to be sure, or stands elsewhere. */
function structuredType(content: Buffer): string | undefined {
  const mark = content.toString('latin1', 0, 4);
  if (mark.startsWith('MZ')) return content.subarray(2, 64).includes(0) ? 'exe' : undefined;
  if (mark.startsWith('BM')) return content.length > 26 && content.readUInt32LE(6) === 0 ? 'bmp' : undefined;
  if (mark === 'RIFF') return RIFF_TYPES.get(content.toString('latin1', 8, 12));
  // Java classes and fat Mach-O share it: the next number is a version from 45 on, or a count of processors.
  if (mark === '\xca\xfe\xba\xbe' && content.length > 8) return content.readUInt32BE(4) < 40 ? 'macho' : 'class';
  if (content.subarray(0, PDF_SEARCH).includes('%PDF-')) return 'pdf';
  if (LZH.test(content.toString('latin1', 2, 7))) return 'lzh';
  const end = content.subarray(-TRAILER).toString('latin1', 0, 8);
  if (content.length > TRAILER && end.startsWith('koly')) return 'dmg';
  return content.length > TRAILER && end === 'conectix' ? 'vhd' : undefined;
}

const LZH = /^-(?:lh[0-9a-z]|lz[45s]|pm[0-2])-$/; // methods of packing, behind a size

const RIFF_TYPES: ReadonlyMap<string, string> = new Map([
  ['WEBP', 'webp'],
  ['WAVE', 'wav'],
  ['AVI ', 'avi'],
]);
