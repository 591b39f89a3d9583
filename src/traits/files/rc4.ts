const ASCENDING = Uint8Array.from({ length: 256 }, (_, i) => i);

/** The stream cipher of old locks, encrypting and decrypting alike: Node's OpenSSL has it no more. */
export function rc4(key: Buffer, input: Buffer): Buffer {
  const state = ASCENDING.slice(); // a lock of many short strings begins anew with each
  const swap = (i: number, j: number): void => {
    const held = state[i] ?? 0;
    state[i] = state[j] ?? 0;
    state[j] = held;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  const output = Buffer.allocUnsafe(input.length);
  for (let at = 0, i = 0, j = 0; at < input.length; at++) {
    i = (i + 1) & 255;
    j = (j + (state[i] ?? 0)) & 255;
    swap(i, j);
    output[at] = (input[at] ?? 0) ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0);
  }
  return output;
}
