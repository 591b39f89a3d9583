/** Children of this process that are decoders, as Linux lists them. */
import { readdirSync, readFileSync } from 'node:fs';

/** Not those that another test file left to end by themselves. */
export const decoders = (): readonly number[] => children().filter((pid) => !LEFT.includes(pid));

const children = (): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isDecoder(pid));

function isDecoder(pid: number): boolean {
  try {
    const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('decoderProcess');
  } catch {
    return false; // it has ended meanwhile
  }
}

const LEFT = children();
