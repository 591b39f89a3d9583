/**
 * Is a message from Amazon SNS, of a topic of ours? Certificates are those the operator put into a file: the URL that a message names for its
 * own is never fetched. SNS signs for every customer of Amazon, so the topic counts as much as the signature.
 */
import { verify, type X509Certificate } from 'node:crypto';
import type { SnsMessage } from './api.generated.ts';
import { Refusal } from './problem.ts';

export interface SnsTrust {
  readonly certificates: readonly X509Certificate[];
  readonly topicArns: readonly string[];
}

const SIGNED_FIELDS = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const;
const HASHES: ReadonlyMap<string, string> = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);

/** Throws Refusal. */
export function checkSnsMessage(message: SnsMessage, { certificates, topicArns }: SnsTrust, now: number): void {
  if (!topicArns.includes(message.TopicArn)) {
    throw new Refusal('invalid-signature', 'the topic is not one of SNS_TOPIC_ARN', 'TopicArn');
  }
  const hash = HASHES.get(message.SignatureVersion);
  if (hash === undefined)
    throw new Refusal('invalid-signature', 'SignatureVersion is neither 1 nor 2', 'SignatureVersion');
  const text = Buffer.from(signedText(message));
  const signature = Buffer.from(message.Signature, 'base64');
  const isSigned = certificates
    .filter((certificate) => isInForce(certificate, now))
    .some(({ publicKey }) => verify(hash, text, publicKey, signature));
  if (!isSigned) {
    throw new Refusal('invalid-signature', 'no valid certificate in SNS_CERTIFICATES fits the signature', 'Signature');
  }
}

/** Each field that there is: its name and its value, on a line each. */
function signedText(message: SnsMessage): string {
  return SIGNED_FIELDS[message.Type]
    .flatMap((name) => {
      const value = message[name];
      return value === undefined ? [] : [`${name}\n${value}\n`];
    })
    .join('');
}

const isInForce = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now < Date.parse(validTo);
