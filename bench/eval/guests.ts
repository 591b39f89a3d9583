/** Mail that is put into a replay beside its own attackers: what makes it is handed in, and draws its own random numbers. */
import type { Delivered } from './border.ts';

/** The moment and what there is to copy from. */
export interface Occasion {
  readonly mailbox: string;
  readonly at: number;
  /** The message whose place it takes. */
  readonly carrier: Delivered;
  /** Latest mail of each sender that the mailbox knows, and how many it had from them. */
  readonly known: ReadonlyMap<string, { readonly mail: Delivered; readonly count: number }>;
  /** Mail that the tenant got lately. */
  readonly pool: readonly { readonly delivered: Delivered; readonly sender: string }[];
}

export interface Guest {
  readonly kind: string;
  readonly cluster: string;
  readonly delivered: Delivered;
}

export type Guests = (occasion: Occasion) => readonly Guest[];
