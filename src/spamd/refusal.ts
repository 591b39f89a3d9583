/** What is refused, by the exit codes of sysexits.h that the protocol speaks of (spamd/PROTOCOL of SpamAssassin). */

export const EXIT_CODES = {
  EX_OK: 0,
  EX_DATAERR: 65,
  EX_UNAVAILABLE: 69,
  EX_SOFTWARE: 70,
  EX_TEMPFAIL: 75,
  EX_PROTOCOL: 76,
  EX_TIMEOUT: 79,
} as const;
export type ExitName = keyof typeof EXIT_CODES;

/** The message goes to the client. */
export class SpamdRefusal extends Error {
  override readonly name = 'SpamdRefusal';
  readonly exit: Exclude<ExitName, 'EX_OK'>;
  constructor(exit: Exclude<ExitName, 'EX_OK'>, message: string) {
    super(message);
    this.exit = exit;
  }
}
