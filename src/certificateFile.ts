/** SNS_CERTIFICATES: a PEM file with one or more certificates, as an operator fetched them. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from './config.ts';

const MAX_CERTIFICATES = 20;

/** Throws ConfigError. */
export function readCertificates(path: string): readonly X509Certificate[] {
  try {
    const blocks = readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    if (blocks.length === 0) throw new Error('there is no certificate in it');
    if (blocks.length > MAX_CERTIFICATES) throw new Error(`more than ${MAX_CERTIFICATES} certificates`);
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw new ConfigError(`SNS_CERTIFICATES: ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
