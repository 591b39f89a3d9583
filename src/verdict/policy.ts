/** What is decided by where nothing else is configured, with the evidence for each number. */
import type { Budgets, Costs, Gate, Policy } from '../domain/verdict.ts';

/** Half of what a lure in the text alone can do is left when its sender's name is unmasked and a banner stands above it: our guess. */
const TEXT = { banner: 0.8, strip: 0.5 } as const;

/** detection.md §6; the rest are our guesses of the same kind, to be replaced by an operator who knows better. */
const COSTS: Costs = {
  missed: {
    'credential-phishing': 100,
    bec: 500,
    'vendor-compromise': 500,
    'account-takeover': 300,
    malware: 300,
    extortion: 50,
    'advance-fee': 100,
    'callback-phishing': 100,
    recon: 20,
    spam: 5,
    unknown: 100,
  },
  residual: {
    'credential-phishing': { banner: 0.8, strip: 0.1 },
    bec: TEXT,
    'vendor-compromise': TEXT,
    'account-takeover': { banner: 0.8, strip: 0.3 },
    malware: { banner: 0.8, strip: 0.05 },
    extortion: TEXT,
    'advance-fee': TEXT,
    'callback-phishing': TEXT,
    recon: TEXT,
    spam: { banner: 1, strip: 1 },
    unknown: TEXT,
  },
  disturbed: {
    known: { banner: 0.1, strip: 1, hold: 10 },
    stranger: { banner: 0.1, strip: 1, hold: 4 },
  },
};

/** False alarms that people put up with, in their gate; what they come to is in docs/EVALUATION.md. */
const BUDGETS: Readonly<Record<Gate, Budgets>> = {
  known: { banner: 3e-3, strip: 3e-4, hold: 1e-4 },
  stranger: { banner: 2e-2, strip: 5e-3, hold: 3.3e-3 },
};

export const DEFAULT_POLICY: Policy = {
  mode: 'act',
  costs: COSTS,
  budgets: BUDGETS,
  strip: { files: 'remove', unchanged: 'deliver' },
};
