/** Mail that is put into a replay beside its own attackers: what makes it is handed in, and draws its own random numbers. */
import type { Copyable } from '../../src/trial/memory.ts';
import type { Delivered } from '../../src/trial/transport.ts';

/** The moment and what there is to copy from. */
export interface Occasion extends Copyable {
  readonly mailbox: string;
  readonly at: number;
  /** The message whose place it takes. */
  readonly carrier: Delivered;
}

export interface Guest {
  readonly kind: string;
  readonly cluster: string;
  readonly delivered: Delivered;
}

export type Guests = (occasion: Occasion) => readonly Guest[];
