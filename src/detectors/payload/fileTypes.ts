/** What file name extensions stand for, as far as it matters for what happens on opening. */

const words = (text: string): readonly string[] => text.split(' ');

/** A double click starts or mounts it on Windows, macOS or Linux. Source: Microsoft, "Blocked attachments in Outlook"; detection-ideas.md 45. */
export const LAUNCHED: ReadonlySet<string> = new Set(
  words(
    'ade adp app appimage appref-ms appx appxbundle bat chm cmd command cpl deb desktop diagcab dmg exe gadget hlp hta img iqy iso jar jnlp ' +
      'js jse library-ms lnk mde msc msi msix msixbundle msp mst ocx one pif pkg ps1 psc1 rdp reg rpm scf scr sct search-ms ' +
      'searchconnector-ms settingcontent-ms shb slk url vb vbe vbs vhd vhdx webloc website ws wsc wsf wsh xll ' +
      // Installers and programs by description, sandboxes, themes, settings and databases that run or load what they name.
      'appinstaller application deskthemepack fileloc grp htc inetloc ins isp maf mam maq mas mau mav maw mcf mda mdb mdt mdw mdz msh msh1 ' +
      'msh1xml msh2 msh2xml mshxml msu ops osd pcd ppkg printerexport ps1xml ps2 ps2xml psc2 psd1 psdm1 pyw pyz pyzw shs terminal theme ' +
      'themepack udl vsmacros vsto vsw wasm webpnp wsb xap xbap xnk',
  ),
);

export type FileClass = 'office' | 'image' | 'text' | 'html' | 'svg' | 'pdf' | 'tar' | 'packed' | 'media' | 'program';

/** Within a class, mistaking one for another is everyday life: jpeg for jpg, rtf for doc, zip for docx, csv for txt. */
const CLASSES: Readonly<Record<FileClass, readonly string[]>> = {
  office: words(
    'zip docx docm dotx dotm xlsx xlsm xlsb xltx pptx pptm ppsx potx odt ods odp odg epub kmz xpi whl vsdx doc dot xls xlt ppt pps pot rtf cfb msg vsd mpp pub wps',
  ),
  image: words('jpg jpeg jpe jfif pjpeg png apng gif bmp tif tiff webp heic heif ico avif wmf emf psd'),
  text: words(
    'txt text csv tsv log md rst json xml yaml yml ini conf cfg patch diff c h cc cpp py sh pl rb eml ics vcf asc',
  ),
  html: words('html htm xhtml xht shtml shtm mht mhtml'),
  svg: words('svg svgz'),
  pdf: words('pdf ai'),
  tar: words('tar gz tgz bz2 tbz2 xz txz zst z lz4'),
  packed: words('rar 7z cab ace arj lzh'),
  media: words('mp3 mp4 m4a m4v mov wav avi mkv webm ogg oga ogv opus flac aac amr 3gp wmv wma mid'),
  program: words(
    'exe dll scr com pif cpl sys elf so macho dex class lnk hta js jse vbs vbe wsf wsh ps1 bat cmd jar apk msi',
  ),
};

const byExtension: ReadonlyMap<string, FileClass> = new Map(
  (Object.keys(CLASSES) as FileClass[]).flatMap((name) => CLASSES[name].map((extension) => [extension, name])),
);

export const classOfExtension = (extension: string): FileClass | undefined => byExtension.get(extension);

/** For a file without a telling extension. Types that say nothing (octet-stream) have no class. */
export function classOfMediaType(type: string): FileClass | undefined {
  if (type === 'image/svg+xml') return 'svg';
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (type === 'application/pdf') return 'pdf';
  const [top] = type.split('/');
  if (top === 'image' || top === 'text') return top;
  return top === 'audio' || top === 'video' ? 'media' : undefined;
}

/** Seen by nobody: control and format characters (UAX 44), blanks that are letters to a computer, quotes around a name. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2800\u3164\u115f\u1160\uffa0"]/gu;

/** The last two extensions of a name inside an archive, lower-case; '' where there is none. Windows drops blanks and dots at the end. */
export function endingsOf(name: string): { readonly inner: string; readonly extension: string } {
  const base = name.slice(name.lastIndexOf('/') + 1).replace(UNSEEN, '');
  const segments = base.split('.').map((segment) => segment.trim().toLowerCase());
  while (segments.at(-1) === '') segments.pop();
  const [extension = '', inner = ''] = segments.slice(1).reverse();
  return { inner, extension };
}

export const extensionOf = (name: string): string => endingsOf(name).extension;
