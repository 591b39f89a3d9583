/** The seeded numbers that trials draw from, for all that is made or measured here. */
export { type Random, seeded } from '../src/trial/random.ts';
