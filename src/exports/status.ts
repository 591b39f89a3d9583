/** What programs write about a message into its own headers when they export it: labels of Gmail, flags of Thunderbird and of Unix mail. */
import { type FolderRole, roleOfName, strictest } from './folders.ts';

const MOZILLA_EXPUNGED = 0x0008; // deleted, and gone when the folder is compacted: nsMsgMessageFlags.idl
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * Only what keeps a message out is believed: anybody may write such a header into the mail they send, a label 'Sent' too. What came over the
 * network is no draft, whatever it says of itself: drafts are not judged.
 */
export function roleOfHeaders(head: Buffer): 'junk' | 'trash' | 'draft' | undefined {
  const text = headerText(head);
  const labels = decodeUtf8Words(headerOf(text, 'X-Gmail-Labels') ?? '').split(',');
  const isExpunged = (Number.parseInt(headerOf(text, 'X-Mozilla-Status') ?? '0', 16) & MOZILLA_EXPUNGED) !== 0;
  const status = headerOf(text, 'X-Status') ?? '';
  const role: FolderRole | undefined = strictest(
    ...labels.map((label) => roleOfName(label)),
    isExpunged || status.includes('D') ? 'trash' : undefined,
    status.includes('T') ? 'draft' : undefined,
  );
  if (role === 'draft' && headerOf(text, 'Received') !== undefined) return undefined;
  return role === 'sent' ? undefined : role;
}

function headerText(head: Buffer): string {
  const ends = [head.indexOf('\n\n'), head.indexOf('\n\r\n')].filter((at) => at >= 0);
  return head.toString('latin1', 0, Math.min(MAX_HEADER_BYTES, head.length, ...ends));
}

/** The topmost of that name, unfolded: what the export wrote stands above what came with the mail. */
function headerOf(text: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\n)${name}:((?:[^\\n]|\\n[ \\t])*)`, 'i').exec(text);
  return match?.[1]?.replaceAll(/\r?\n[ \t]+/g, ' ').trim();
}

/** Google's form of RFC 2047 in this header: UTF-8, 'Q', words joined. */
const decodeUtf8Words = (value: string): string =>
  value.replaceAll(/=\?UTF-8\?Q\?([^?]*)\?=\s*/gi, (_all, coded: string) =>
    Buffer.from(
      coded
        .replaceAll('_', ' ')
        .replaceAll(/=([0-9A-F]{2})/gi, (_hex, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
      'latin1',
    ).toString(),
  );
