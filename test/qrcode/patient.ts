/** For tests of what is in a picture: a decoder that has no core for a while is waited for. What is stopped is what takes seconds of its own. */
import { jest } from '@jest/globals';

/** To be called before anything of src/ is imported that leads to the decoder. */
export const beforeImport = (): unknown =>
  jest.unstable_mockModule('../../src/qrcode/limits.ts', () => ({
    DECODER_LIMITS: { timeoutMs: 3_000, startMs: 1_000, maxStartMs: 30_000, patienceMs: 20_000 },
  }));
