/** The handful of cases that `tidemark demo` shows: attacks beside the benign mail that they look like. */
import type { DemoCase } from '../src/cli/session.ts';
import { requestFor } from './judge.ts';
import { loadSamples } from './samples.ts';

const SHOWN = [
  'first-contact/new-customer',
  'bec/gift-cards',
  'bec/lookalike-own-domain',
  'known-correspondent/colleague-new-phone',
  'known-correspondent/supplier-changes-provider',
  'vendor-compromise/bank-change-lookalike',
  'vendor-compromise/supplier-announces-bank-change',
  'credential-phishing/mailbox-full',
  'credential-phishing/password-reset-requested',
  'thread-hijack/lookalike-in-thread',
  'malware/double-extension',
  'bulk-and-lists/mailing-list-post',
];

/** `dir` is samples/. Throws when a case is not there. */
export function demoCases(dir: string): readonly DemoCase[] {
  const samples = new Map(loadSamples(dir).map((sample) => [`${sample.family}/${sample.name}`, sample]));
  return SHOWN.map((name) => {
    const sample = samples.get(name);
    if (sample === undefined) throw new Error(`${dir} has no case ${name}`);
    return {
      name,
      expected: sample.expected.action,
      request: requestFor({ ...sample.context, raw: sample.raw }),
      history: sample.history.map(requestFor),
    };
  });
}
