/** Where shortcuts lead: Windows links (MS-SHLLINK) and the text formats that open a program or another machine. */
import { utf16At } from '../../text/utf16.ts';
import { walkHtml } from '../htmlWalk.ts';
import type { HazardList } from './hazards.ts';

const HEADER = 76; // MS-SHLLINK §2.1
const FLAG = {
  idList: 1,
  linkInfo: 2,
  name: 4,
  relativePath: 8,
  workingDir: 16,
  args: 32,
  icon: 64,
  unicode: 128,
} as const;
const MAX_STRING = 65_535; // characters: all that a string can have; blanks in it may hide the rest

/** Arguments that a program is started with, or the program itself when it is one that runs others. */
export function addLinkHazards(content: Buffer, list: HazardList): void {
  if (content.length < HEADER) return;
  const flags = content.readUInt32LE(20);
  let at = HEADER;
  if ((flags & FLAG.idList) !== 0) at += 2 + (at + 2 <= content.length ? content.readUInt16LE(at) : 0);
  let target = '';
  if ((flags & FLAG.linkInfo) !== 0 && at + 28 <= content.length) {
    target = basePath(content, at);
    at += content.readUInt32LE(at);
  }
  const isUnicode = (flags & FLAG.unicode) !== 0;
  const strings = new Map<number, string>();
  for (const flag of [FLAG.name, FLAG.relativePath, FLAG.workingDir, FLAG.args, FLAG.icon]) {
    if ((flags & flag) === 0 || at + 2 > content.length) continue;
    const bytes = content.readUInt16LE(at) * (isUnicode ? 2 : 1);
    const end = at + 2 + Math.min(bytes, MAX_STRING * 2);
    strings.set(flag, isUnicode ? utf16At(content, at + 2, end) : content.toString('latin1', at + 2, end));
    at += 2 + bytes;
  }
  const written = target === '' ? (strings.get(FLAG.relativePath) ?? '') : target;
  const program = environmentTarget(content.subarray(at)) ?? written;
  const args = (strings.get(FLAG.args) ?? '').replace(/\s+/g, ' ').trim();
  const command = `${program} ${args}`.trim();
  if (args !== '' || RUNNERS.test(program) || /^%comspec%/i.test(program))
    list.add('shortcut-command', command === '' ? 'unnamed program' : command);
  if (isRemote(program)) list.add('shortcut-remote', program);
  const hidden =
    args === '' ? RUNNERS.exec(content.toString('latin1', HEADER, HEADER + MAX_STRING).replaceAll('\0', '')) : null;
  if (hidden !== null) list.add('shortcut-command', hidden[0]);
}

const ENVIRONMENT_BLOCK = 0xa000_0001; // MS-SHLLINK §2.5.4: size 4, mark 4, target 260 in one-byte letters, then 520 in UTF-16
const MAX_BLOCKS = 20;

/** A target with variables (%comspec%), which counts before all others. `extra`: blocks behind the strings (§2.5). */
function environmentTarget(extra: Buffer): string | undefined {
  for (let at = 0, count = 0; at + 8 <= extra.length && count < MAX_BLOCKS; count++) {
    const size = extra.readUInt32LE(at);
    if (size < 8) return undefined;
    if (extra.readUInt32LE(at + 4) === ENVIRONMENT_BLOCK) {
      const wide = utf16At(extra, at + 268, at + 788).replace(/\0[\s\S]*$/, '');
      return wide === '' ? zeroEnded(extra, at + 8) : wide;
    }
    at += size;
  }
  return undefined;
}

/** Programs that run what they are told (LOLBAS). */
const RUNNERS =
  /\b(?:powershell|pwsh|cmd|mshta|wscript|cscript|rundll32|regsvr32|certutil|bitsadmin|msiexec|forfiles|conhost|curl|wmic|schtasks|ftp|ssh|explorer)\.exe\b/i;

/** LinkInfo: size, header size, flags, volume offset, base path offset at 16 (§2.3). */
function basePath(content: Buffer, at: number): string {
  const network = content.readUInt32LE(at + 20);
  const offset = content.readUInt32LE(at + 16);
  if (offset > 0) return zeroEnded(content, at + offset);
  return network > 0 ? zeroEnded(content, at + network + 20) : '';
}

function zeroEnded(content: Buffer, at: number): string {
  const end = content.indexOf(0, at);
  return content.toString('latin1', at, Math.min(end < 0 ? content.length : end, at + 260));
}

/** Another machine's file: a share, a WebDAV folder, a file: address with a host. */
const isRemote = (target: string): boolean =>
  /^(?:\\\\[^\\?.]|\/\/\w|file:\/\/(?!\/|localhost)[\w.]|file:\/{4,}|search-ms:.*location|ms-\w+:)/i.test(
    target.trim(),
  );

const MAX_TEXT = 64 * 1024;
/** Where a library or a saved search looks, and what a settings page starts. */
const ELEMENT =
  /<(url|DeepLink|location|include)\b(?:[^>"]{0,80}>\s{0,20}([^<\r\n]{1,1000})|[^>]{0,200}?\spath\s{0,4}=\s{0,4}"([^"]{1,1000})")/gi;

/** `.url .website .desktop .scf .library-ms .search-ms .searchConnector-ms .settingcontent-ms .iqy .rdp` … as text. */
export function addShortcutText(text: string, extension: string, list: HazardList): void {
  const head = text.slice(0, MAX_TEXT);
  for (const [, key = '', value = ''] of head.matchAll(
    /^\s{0,8}(URL|BaseURL|IconFile|Exec|Command|full address)\s{0,4}[=:](?:s:)?\s{0,4}([^\r\n]{1,1000})/gim,
  )) {
    if (/^(?:exec|command)$/i.test(key) && extension !== 'url') list.add('shortcut-command', value);
    else if (isRemote(value)) list.add('shortcut-remote', value);
    else if (/^url$/i.test(key) && /^(?:javascript|vbscript|data|file|search-ms|ms-\w+|shell):/i.test(value))
      list.add('shortcut-command', value);
    else if (/^full address$/i.test(key)) list.add('shortcut-remote', value);
  }
  for (const [, name = '', text = '', path = ''] of head.matchAll(ELEMENT)) {
    const value = path === '' ? text : path;
    if (/^deeplink$/i.test(name)) list.add('shortcut-command', value);
    else if (isRemote(value) || /^https?:/i.test(value)) list.add('shortcut-remote', value);
  }
  addPages(head, list);
  if (extension === 'iqy' || /^WEB\r?\n1\r?\n/.test(head)) {
    const address = /^https?:\/\/\S{1,500}/im.exec(head)?.[0];
    if (address !== undefined) list.add('shortcut-remote', address);
  }
}

const PAGE = /^https?:/i;

/** Pages that one opens: every `URL=` and `BaseURL=`, since programs differ in which section counts, and the URL of a property list (macOS). */
function addPages(text: string, list: HazardList): void {
  for (const [, address = ''] of text.matchAll(
    /^[ \t]{0,8}(?:Base)?URL(?:\[[^\]\r\n]{1,20}\])?[ \t]{0,4}=[ \t]{0,4}"?([^"\r\n]{1,2048})/gim,
  )) {
    if (PAGE.test(address)) list.addAddress(address);
  }
  if (!text.includes('<key')) return;
  let key = '';
  let content = '';
  walkHtml(text, {
    open() {
      content = '';
    },
    text(piece) {
      content += piece;
    },
    close(name) {
      const value = content.trim();
      content = '';
      if (name === 'key') key = value;
      else if (name === 'string' && key === 'URL' && PAGE.test(value)) list.addAddress(value);
    },
  });
}
