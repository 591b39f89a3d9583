/** Who is protected and whose word is trusted; from configuration. */
export interface Organisation {
  /** Organisational or full domains, ASCII, lower-case. Empty: the mailbox's own domain stands in (unless it is freemail). */
  readonly ownDomains: readonly string[];
  /** RFC 8601 authserv-ids written by the own border, lower-case. Empty: no Authentication-Results is believed. */
  readonly authservIds: readonly string[];
  /** Domains (d= of ARC-Seal, subdomains included) whose word about forwarded mail is believed, lower-case. Absent or empty: nobody's. */
  readonly trustedArcSealers?: readonly string[];
  /** People whose name is worth borrowing; absent: only those whom the mail itself shows (baseline/standingLesson.ts). */
  readonly vips?: readonly ConfiguredVip[];
}

export interface ConfiguredVip {
  /** ASCII domain, lower-case. */
  readonly address: string;
  /** Key of the name (text/names.ts): known from the first day, where it was given. */
  readonly nameKey?: string;
}
