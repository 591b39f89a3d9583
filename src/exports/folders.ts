/** What the names of folders and the flags of Maildir files say about the mail in them. */

import { utf16BeAt } from '../text/utf16.ts';

/** What mail in a folder is: written by the owner, kept out of the way, or neither. */
export type FolderRole = 'sent' | 'junk' | 'trash' | 'draft';

/** As programs name them in English, German, Portuguese, Dutch, French and Spanish; compared without accents, case and punctuation. */
const NAMES: Readonly<Record<FolderRole, readonly string[]>> = {
  sent: [
    ...['Sent', 'Sent Items', 'Sent Mail', 'Sent Messages', 'Outbox'],
    ...['Gesendet', 'Gesendete', 'Gesendete Elemente', 'Gesendete Objekte', 'Gesendete Nachrichten'],
    ...[
      'Enviados',
      'Enviadas',
      'Enviado',
      'Itens enviados',
      'Mensagens enviadas',
      'E-mails enviados',
      'Correio enviado',
    ],
    ...['Verzonden', 'Verzonden items', 'Verzonden berichten', 'Verzonden e-mail'],
    ...['Envoyés', 'Éléments envoyés', 'Messages envoyés', 'Objets envoyés', 'Courrier envoyé'],
    ...['Elementos enviados', 'Mensajes enviados', 'Correo enviado'],
  ],
  junk: [
    ...['Junk', 'Junk Mail', 'Junk E-mail', 'Spam', 'Bulk', 'Bulk Mail'],
    ...['Junk-E-Mail', 'Spamverdacht', 'Spam-Verdacht', 'Unerwünscht', 'Unerwünschte Werbung', 'Werbung'],
    ...['Lixo Eletrônico', 'Lixo Electrónico', 'Lixo eletrónico', 'Correio não solicitado', 'E-mail de lixo'],
    ...['Ongewenste e-mail', 'Ongewenst', 'Ongewenste reclame', 'Spammap'],
    ...['Courrier indésirable', 'Indésirables', 'Indésirable', 'Pourriel', 'Pourriels'],
    ...['Correo no deseado', 'No deseado', 'Correo basura', 'Correo electrónico no deseado'],
  ],
  trash: [
    ...['Trash', 'Deleted', 'Deleted Items', 'Deleted Messages', 'Bin', 'Rubbish'],
    ...['Papierkorb', 'Gelöscht', 'Gelöschte Elemente', 'Gelöschte Objekte', 'Gelöschte Nachrichten'],
    ...[
      'Lixeira',
      'Lixo',
      'Itens excluídos',
      'Itens eliminados',
      'Excluídos',
      'Eliminados',
      'Apagados',
      'Mensagens apagadas',
    ],
    ...['Prullenbak', 'Prullenmand', 'Verwijderd', 'Verwijderde items', 'Verwijderde berichten'],
    ...['Corbeille', 'Éléments supprimés', 'Messages supprimés', 'Supprimés'],
    ...['Papelera', 'Papelera de reciclaje', 'Elementos eliminados', 'Mensajes eliminados', 'Borrados'],
  ],
  draft: [
    ...['Drafts', 'Draft', 'Templates', 'Entwürfe', 'Entwurf', 'Vorlagen', 'Rascunhos', 'Rascunho'],
    ...['Concepten', 'Brouillons', 'Brouillon', 'Borradores', 'Borrador'],
  ],
};

const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

const ROLES: ReadonlyMap<string, FolderRole> = new Map(
  (Object.keys(NAMES) as FolderRole[]).flatMap((role) => NAMES[role].map((name) => [plain(name), role] as const)),
);

/** The role of a name as a person sees it. */
export const roleOfName = (name: string): FolderRole | undefined => ROLES.get(plain(name));

/**
 * The role of a folder by its name on disk: `Sent`, Maildir++'s `.INBOX.Sent.2023` (each part counts, whatever is below Sent was sent),
 * Thunderbird's `Sent.sbd`, Apple Mail's `Sent.mbox`.
 */
export function roleOfFolder(name: string): FolderRole | undefined {
  const shown = decodeUtf7(name).replace(/\.(?:mbox|sbd)$/i, '');
  const parts = shown.startsWith('.') ? shown.split('.') : [shown];
  return parts.map(roleOfName).find((role) => role !== undefined);
}

/** IMAP's modified UTF-7 (RFC 3501 §5.1.3), in which Maildir++ folders are named: `Entw&APw-rfe`. What is none stays as it is. */
function decodeUtf7(name: string): string {
  return name.replaceAll(/&([A-Za-z0-9+,]*)-/g, (_all, coded: string) => {
    if (coded === '') return '&';
    return utf16BeAt(Buffer.from(coded.replaceAll(',', '/'), 'base64'));
  });
}

/** Maildir's flags behind the unique name: T is trashed, D a draft. ';' and '!' stand for ':' where a file system has none. */
export function roleOfFlags(fileName: string): FolderRole | undefined {
  const flags = /[:;!]2,([A-Za-z]*)$/.exec(fileName)?.[1] ?? '';
  if (flags.includes('T')) return 'trash';
  return flags.includes('D') ? 'draft' : undefined;
}

/** The first that keeps mail out, else the first of any: a draft in Sent is still a draft. */
export const strictest = (...roles: readonly (FolderRole | undefined)[]): FolderRole | undefined =>
  roles.find((role) => role !== undefined && role !== 'sent') ?? roles.find((role) => role !== undefined);
