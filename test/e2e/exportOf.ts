/** Exports of mailboxes at acme.example, as mbox: mail of a few writers, every tenth from a look-alike of their domain. */
import { setTimeout as delay } from 'node:timers/promises';

const LURE = 'Please pay invoice # to our new account';
/** As nobody stops it. */
export const ORDINARY = 'Minutes of meeting #';

const mail = (name: string, serial: number, subject: string): string =>
  [
    'From a@b.example Tue Nov 24 12:00:00 2026',
    `From: Writer <writer${serial % 9}@${serial % 10 === 9 ? 'rnodern' : 'modern'}-paper.example>`,
    `To: ${name}@acme.example`,
    `Date: ${new Date(Date.UTC(2025, 0, 1) + serial * 3_600_000).toUTCString()}`,
    `Subject: ${subject.replace('#', String(serial))}`,
    `Message-ID: <${name}${serial}@modern-paper.example>`,
    '',
    `Hello, this is number ${serial}.\n\n`,
  ].join('\n');

/** `subject`: with # for a number. */
export const exportOf = (name: string, messages: number, subject = LURE): string =>
  Array.from({ length: messages }, (_, serial) => mail(name, serial, subject)).join('');

export interface JobSeen {
  readonly id: string;
  readonly state: string;
  readonly mailboxesDone: number;
  readonly progress: { readonly judged: number; readonly found: number; readonly perSecond?: number };
  readonly failure?: { readonly code: string; readonly message: string };
}

/** A client of /v1/jobs. */
export function jobsAt(url: string, key?: string) {
  const authorization: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const asked = async (path: string, init: RequestInit & { readonly duplex?: 'half' } = {}) => {
    const headers = { ...authorization, ...(init.headers as Record<string, string> | undefined) };
    const reply = await fetch(`${url}/v1/jobs${path}`, { ...init, headers });
    return { status: reply.status, body: await reply.text(), type: reply.headers.get('content-type') };
  };
  const json = async (path: string, init?: Parameters<typeof asked>[1]): Promise<JobSeen> =>
    JSON.parse((await asked(path, init)).body);
  const jobs = {
    asked,
    upload: (query: string, body: string | Buffer) =>
      json(`?${query}`, { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body }),
    start: (body: object) =>
      json('', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    get: (id: string) => json(`/${id}`),
    results: async (id: string, format = 'jsonl') => (await asked(`/${id}/results?format=${format}`)).body,
    /** Resolves when it is so; with what it was then. */
    async until(id: string, holds: (job: JobSeen) => boolean): Promise<JobSeen> {
      for (;;) {
        const job = await jobs.get(id);
        if (holds(job)) return job;
        if (hasEnded(job)) throw new Error(`the job ended: ${JSON.stringify(job)}`);
        await delay(100);
      }
    },
    ended: (id: string) => jobs.until(id, hasEnded),
  };
  return jobs;
}

const hasEnded = ({ state }: JobSeen): boolean => !['queued', 'running'].includes(state);
