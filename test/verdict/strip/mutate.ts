/** Messages damaged as attackers and broken programs do: the same seed makes the same message. */
import { seeded } from '../../../bench/random.ts';

const FRAGMENTS: readonly string[] = [
  '\r\n--b\r\n',
  '\n\n',
  '\r\n\r\n',
  '\r',
  '\0',
  '\xff\xfe',
  'Content-Type: multipart/mixed; boundary=b\r\n',
  'Content-Type: multipart/alternative; boundary="=_b"\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: text/html; charset=utf-16\r\n',
  'Content-Type: text/plain; charset=iso-2022-jp; format=flowed; delsp=yes\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  'From: "x" <a@b.example>\r\n',
  '<a href="https://evil.example/',
  '<!--[if mso]><a href=https://evil.example>',
  '</a><base href=//evil.example>',
  '<style>a{background:url(https://evil.example',
  '=\r\n',
  '=3D=',
  'https://evil.example/x',
  '&#104;ttps://evil.example',
  '<script>',
  '<textarea><title>',
];
const MAX_EDITS = 6;

/** What stands at the borders of parts, and what they are told by. */
const BORDERS: readonly string[] = [
  ...[
    '--b1',
    '--b1--',
    '\r\n--b1',
    '\r\n--b1\r\n',
    '\n--b2\n',
    '\r\n--b1--\r\n',
    '--',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    ' ',
    '\t',
    '=\n',
  ],
  ...[
    'boundary=b1; ',
    'boundary="b1" ',
    'Content-Type: multipart/mixed\r\n',
    'Content-Type: multipart/digest; boundary=b1\r\n',
  ],
  ...[
    'Content-Type: application/x; boundary=b1\r\n',
    'Content-Type: ; boundary=b2\n',
    'Content-Length: 9\n',
    ' folded\r\n',
  ],
  ...['Content-Type: message/rfc822\r\n', 'Content-Transfer-Encoding: quoted-printable\r\n', 'https://evil.example/x '],
];

/** Small damage at the ends of lines, for mails with the boundaries b1 and b2. */
export function nudged(raw: Buffer, seed: number): Buffer {
  const { next } = seeded(seed + 1);
  const below = (limit: number): number => Math.floor(next() * limit);
  let bytes = raw;
  for (let edits = 1 + below(MAX_EDITS); edits > 0; edits--) {
    const line = bytes.indexOf(next() < 0.6 ? '\n' : '\n--', below(bytes.length + 1)) + below(4) - 1;
    const at = next() < 0.3 ? below(bytes.length + 1) : Math.max(0, line);
    const piece = next() < 0.6 ? (BORDERS[below(BORDERS.length)] ?? '') : '';
    const cut = piece === '' ? below(next() < 0.7 ? 4 : 60) : 0;
    bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at + cut)]);
  }
  return bytes;
}

export function mutated(raw: Buffer, seed: number): Buffer {
  const { next } = seeded(seed + 1);
  const below = (limit: number): number => Math.floor(next() * limit);
  let bytes = raw;
  for (let edits = 1 + below(MAX_EDITS); edits > 0; edits--) {
    // Structure stands at the top and at the borders of parts.
    const markers = [
      0,
      bytes.indexOf('\n--', below(bytes.length + 1)),
      bytes.indexOf('ontent-', below(bytes.length + 1)),
    ];
    const near = next() < 0.5 ? Math.max(0, markers[below(markers.length)] ?? 0) : below(bytes.length + 1);
    const at = Math.min(bytes.length, near + below(next() < 0.5 ? 8 : 200));
    const length = below(next() < 0.8 ? 40 : 4000);
    const [head, cut, tail] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
    switch (below(5)) {
      case 0:
        bytes = Buffer.concat([head, tail]);
        break;
      case 1:
        bytes = Buffer.concat([head, cut, cut, tail]);
        break;
      case 2:
        bytes = Buffer.concat([head, Buffer.from(FRAGMENTS[below(FRAGMENTS.length)] ?? '', 'latin1'), cut, tail]);
        break;
      case 3:
        bytes = Buffer.concat([head, Buffer.from(cut.map(() => below(256))), tail]);
        break;
      default:
        bytes = Buffer.concat([tail, head]);
    }
  }
  return bytes;
}
