/** Small mails for tables, and what is to be taken out of them. */
import type { StripPlan, Stripped } from '../../../src/domain/strip.ts';
import { strip } from '../../../src/verdict/strip.ts';

export const EVIL: StripPlan = { links: [{ to: 'evil.example' }], files: new Map() };
export const SHOWN = 'hxxps[:]//evil[.]example/...';
export const LOCKED = `${SHOWN} [link locked by Tidemark]`;

/** Lines with CRLF, latin1: each character a byte. */
export const mail = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');

export const HEAD = ['From: Eve <eve@bank.example>', 'Subject: Hello', 'MIME-Version: 1.0'];

/** One part with its headers below HEAD. */
export const single = (type: string, encoding: string, body: string): Buffer =>
  mail(...HEAD, `Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`, '', body);

/** A text, a file (its lines), and a picture. */
export const withFile = (kind: string, file: readonly string[], ...more: readonly string[]): Buffer =>
  mail(
    ...[...HEAD, `Content-Type: multipart/${kind}; boundary=b`, ''],
    ...['--b', 'Content-Type: text/plain', '', 'See file'],
    ...['--b', ...file],
    ...['--b', 'Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', 'iVBORw0KGgo=', '--b--'],
    ...more,
  );

/** Throws when it was not rewritten. */
export async function rewritten(
  raw: Buffer,
  plan: StripPlan = EVIL,
): Promise<Extract<Stripped, { isRewritten: true }>> {
  const result = await strip(raw, plan);
  if (!result.isRewritten) throw new Error(`${result.refusal}: ${result.detail}`);
  return result;
}

export const text = async (raw: Buffer, plan?: StripPlan): Promise<string> =>
  (await rewritten(raw, plan)).bytes.toString('latin1');
