/** UTF-7 (RFC 2152), which Outlook still reads and libmime refuses: what the reader sees has to be seen here too. */
import iconv from 'iconv-lite';

const UTF7 = /^(?:(?:cs)?unicode-?1-?1-?)?utf-?7$/i;

export const isUtf7 = (charset: string): boolean => UTF7.test(charset.trim());

export const decodeUtf7 = (bytes: Buffer): string => iconv.decode(bytes, 'utf-7');
