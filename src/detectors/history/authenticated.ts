import { type Authentication, OWN_WORD } from '../../domain/message.ts';

/** Where an analyst finds what the evidence quotes. */
export const whereVerified = ({ authservId }: Authentication): string =>
  authservId === OWN_WORD ? 'own check of SPF, DKIM and DMARC' : 'Authentication-Results';
