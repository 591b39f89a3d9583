/** What macro source does: names that run by themselves, calls that start programs, fetch, write or hide. Source: oletools' olevba lists. */
import type { HazardList } from './hazards.ts';

/** Word, Excel and PowerPoint call these by name; control events run when a control is drawn. */
const AUTO_RUN =
  /\b(?:Sub|Function)\s{1,4}((?:Auto_?(?:Open|Close|Exec|Exit|New)|Document_?(?:Open|Close|New|BeforeClose|ContentControlOnEnter)|Workbook_?(?:Open|Activate|BeforeClose|Deactivate)|Worksheet_(?:Activate|Calculate|Change)|\w{1,40}_(?:Painted|Layout|MouseMove|Resize|GotFocus|OnConnecting|BeforeNavigate2)))\b/gi;

const CALLS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Shell', /(?<!["\w])Shell(?:Execute\w{0,2})?(?:\s{0,4}\(|\s{1,4}["\w])/i],
  ['WScript.Shell', /WScript\s{0,4}\.\s{0,4}(?:Shell|Network)|Shell\.Application/i],
  ['CreateObject', /\b(?:CreateObject|GetObject)\s{0,4}\(/i],
  ['URLDownloadToFile', /URLDownloadTo(?:File|CacheFile)/i],
  ['XMLHTTP', /(?:MSXML2?|Microsoft|WinHttp)\.(?:Server)?(?:XMLHTTP|WinHttpRequest)|InternetOpen|WinHttpRequest/i],
  ['ADODB.Stream', /ADODB\.Stream/i],
  ['PowerShell', /power\^?shell/i],
  ['cmd.exe', /\bcmd(?:\.exe)?\s{1,4}\/[ckv]\b/i],
  ['mshta', /\b(?:mshta|regsvr32|rundll32|certutil|bitsadmin|wmic)\b/i],
  ['Win32_Process', /Win32_Process(?!or)|winmgmts:/i],
  ['Declare', /\bDeclare\s{1,4}(?:PtrSafe\s{1,4})?(?:Function|Sub)\s{1,4}\w{1,60}\s{1,4}Lib\s{0,4}"/i],
  ['VirtualAlloc', /\b(?:VirtualAlloc(?:Ex)?|CreateThread|RtlMoveMemory|WriteProcessMemory|EnumSystemLocales\w?)\b/i],
  ['SaveToFile', /\bSaveToFile\b/i],
  ['FileSystemObject', /Scripting\.FileSystemObject/i],
  ['Environ', /\bEnviron\$?\s{0,4}\(\s{0,4}"(?:temp|tmp|appdata|userprofile|public)"/i],
  ['CallByName', /\bCallByName\b/i],
  ['VBProject', /\.VBProject\b|VBComponents/i],
  ['registry', /\bRegWrite\b|AccessVBOM/i],
];
const MAX_SEARCHED = 1024 * 1024; // characters
const MAX_NAMES = 8;
const CODES = /\bChr[WB]?\$?\s{0,4}\(/gi;
const MANY_CODES = 40; // letters written as numbers: text that is not to be read

/** Adds 'macro', 'macro-auto-run' and 'macro-call'. `source`: text of all modules, '' when it could not be read. */
export function addVbaHazards(source: string, list: HazardList): void {
  const text = joined(withoutComments(source.slice(0, MAX_SEARCHED)));
  list.add('macro', 'VBA project');
  let count = 0;
  for (const [, name = ''] of text.matchAll(AUTO_RUN)) if (count++ < MAX_NAMES) list.add('macro-auto-run', name);
  for (const [name, pattern] of CALLS) if (pattern.test(text)) list.add('macro-call', name);
  if ((text.match(CODES)?.length ?? 0) >= MANY_CODES) list.add('macro-call', 'letters written as numbers');
}

/** Lines that are comments: "'" or Rem first. */
const withoutComments = (source: string): string =>
  source
    .split(/\r?\n/)
    .filter((line) => !/^\s{0,40}(?:'|Rem\s)/i.test(line))
    .join('\n');

/** "power" & "shell": text in pieces, which only hides it from those who search. */
const joined = (source: string): string => source.replace(/"[ \t]{0,20}[&+][ \t]{0,20}"/g, '');
