/** What a file is for, by the ending that stands for its type. */
import type { AttachmentKind } from '../domain/message.ts';

const EXTENSIONS: Readonly<Record<Exclude<AttachmentKind, 'unknown'>, string>> = {
  document:
    'doc docx docm dot dotx dotm odt ott fodt rtf pages wpd wps epub mobi one onepkg xps oxps pub vsd vsdx vsdm ps eps djvu cfb',
  spreadsheet: 'xls xlsx xlsm xlsb xlt xltx xltm xla xlam ods ots fods csv tsv slk numbers',
  presentation: 'ppt pptx pptm pps ppsx ppsm pot potx potm ppa ppam odp otp key',
  pdf: 'pdf',
  image:
    'jpg jpeg jpe jfif png apng gif bmp tif tiff webp heic heif avif ico cur psd wmf emf jp2 jxl jxr raw cr2 nef dng odg xcf',
  audio: 'mp3 m4a wav ogg oga opus flac aac amr wma aif aiff mid midi spx ac3 ape',
  video: 'mp4 m4v mov avi mkv webm mpg mpeg wmv flv 3gp 3g2 ogv mts vob asf',
  text:
    'txt text log md rst json xml yaml yml ini conf cfg toml patch diff c h cc cpp cxx hpp s asm rs go java kt swift ts tsx jsx css sql po tex dts ' +
    'dtsi mk cmake map lds vcf vcard pem crt cer pub properties srt vtt',
  html: 'html htm xhtml xht shtml shtm mht mhtml',
  svg: 'svg svgz',
  archive: 'zip zipx rar 7z gz tgz tar bz2 tbz tbz2 xz txz zst lz lz4 lzma z ace arj cab lzh lha cpio uue kmz',
  'disk-image': 'iso img udf vhd vhdx dmg vmdk toast',
  executable:
    'exe dll scr com pif cpl sys ocx drv elf so macho dex class jar war apk ipa msi msix msixbundle msp mst appx appxbundle app deb rpm xpi crx ' +
    'swf xll wll chm hlp jnlp diagcab wasm pkg application appinstaller xbap vsto msu ppkg xap',
  script:
    'js jse mjs vb vbs vbe ws wsf wsh wsc sct hta ps1 psm1 psd1 ps1xml bat cmd sh bash zsh csh py pyw pl pm rb php lua applescript scpt reg inf ' +
    'msc gadget ade adp mde mda mdb mdw wsb ps2 psc1 psc2 msh msh1 msh2 pyz pyzw ins isp osd udl theme htc terminal',
  shortcut:
    'lnk url webloc desktop scf library-ms search-ms searchconnector-ms settingcontent-ms rdp website iqy appref-ms fileloc inetloc xnk',
  calendar: 'ics ifb vcs',
  message: 'eml emlx msg oft mbox tnef',
  signature: 'p7s p7m p7c asc sig pgp gpg',
};

const byExtension: ReadonlyMap<string, AttachmentKind> = new Map(
  (Object.keys(EXTENSIONS) as (keyof typeof EXTENSIONS)[]).flatMap((kind) =>
    EXTENSIONS[kind].split(' ').map((extension): [string, AttachmentKind] => [extension, kind]),
  ),
);

/** `extension` lower-case, without the dot. */
export const kindOfExtension = (extension: string): AttachmentKind | undefined => byExtension.get(extension);

/** What a program keeps in a file of text; whoever opens it gets what the name says. */
const TEXT_BORNE: ReadonlySet<AttachmentKind> = new Set([
  'text',
  'html',
  'svg',
  'script',
  'shortcut',
  'calendar',
  'message',
]);
const TEXT_BORNE_EXTENSIONS: ReadonlySet<string> = new Set(
  'csv tsv slk asc rtf fodt fods jnlp application appinstaller xbap vsto ps eps uue'.split(' '),
);
const BINARY_EXTENSIONS: ReadonlySet<string> = new Set(
  'lnk msg oft svgz vbe jse scpt tnef mda mdb mde mdw ade adp pyz pyzw'.split(' '),
);

export function isTextBorne(extension: string): boolean {
  const kind = kindOfExtension(extension);
  if (kind === undefined || BINARY_EXTENSIONS.has(extension)) return false;
  return TEXT_BORNE.has(kind) || TEXT_BORNE_EXTENSIONS.has(extension);
}

/** Containers that many types are kept in: what the name says counts, as far as it can be true. */
const CONTAINERS: Readonly<Record<string, readonly AttachmentKind[]>> = {
  zip: ['document', 'spreadsheet', 'presentation', 'image', 'executable', 'archive'],
  cfb: ['document', 'spreadsheet', 'presentation', 'executable', 'message', 'image'],
  gz: ['archive', 'svg'],
};
const SIGNATURE_TYPE = /^application\/(?:pgp-(?:signature|keys|encrypted)|(?:x-)?pkcs7-(?:signature|mime))$/;

export function kindOf(trueType: string | undefined, extension: string, declaredType: string): AttachmentKind {
  const claimed = kindOfExtension(extension);
  if (SIGNATURE_TYPE.test(declaredType) && (claimed === undefined || claimed === 'signature')) return 'signature';
  if (trueType !== undefined) {
    const possible = CONTAINERS[trueType];
    if (possible !== undefined && claimed !== undefined && possible.includes(claimed)) return claimed;
    const kind = kindOfExtension(trueType);
    if (kind !== undefined) return kind;
  }
  return claimed ?? kindOfMediaType(declaredType);
}

function kindOfMediaType(type: string): AttachmentKind {
  switch (type) {
    case 'text/html':
    case 'application/xhtml+xml':
      return 'html';
    case 'image/svg+xml':
      return 'svg';
    case 'text/calendar':
      return 'calendar';
    case 'message/rfc822':
      return 'message';
    case 'application/pdf':
      return 'pdf';
  }
  const top = type.slice(0, type.indexOf('/'));
  return top === 'image' || top === 'audio' || top === 'video' || top === 'text' ? top : 'unknown';
}
