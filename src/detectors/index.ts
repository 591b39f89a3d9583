import type { Baseline } from '../domain/baseline.ts';
import type { Detector, Finding, Indicator } from '../domain/finding.ts';
import type { Message } from '../domain/message.ts';
import { activePdf } from './activePdf.ts';
import { actorImpersonation } from './actorImpersonation.ts';
import { addressInDisplayName } from './addressInDisplayName.ts';
import { archiveBomb } from './archiveBomb.ts';
import { authenticationFailure } from './authenticationFailure.ts';
import { authenticationRegression } from './authenticationRegression.ts';
import { bankChangeRequest } from './bankChangeRequest.ts';
import { brandImpersonation } from './brandImpersonation.ts';
import { callbackLure } from './callbackLure.ts';
import { commandInstruction } from './commandInstruction.ts';
import { credentialForm } from './credentialForm.ts';
import { credentialRequest } from './credentialRequest.ts';
import { dangerousShortcut } from './dangerousShortcut.ts';
import { dataRequest } from './dataRequest.ts';
import { deceptiveFileName } from './deceptiveFileName.ts';
import { deviceCodeLure } from './deviceCodeLure.ts';
import { documentLure } from './documentLure.ts';
import { dormantCorrespondent } from './dormantCorrespondent.ts';
import { doubleExtension } from './doubleExtension.ts';
import { embeddedBrandLink } from './embeddedBrandLink.ts';
import { embeddedProgram } from './embeddedProgram.ts';
import { encryptedAttachment } from './encryptedAttachment.ts';
import { errandRequest } from './errandRequest.ts';
import { excessiveRecurrence } from './excessiveRecurrence.ts';
import { executableAttachment } from './executableAttachment.ts';
import { extortionDemand } from './extortionDemand.ts';
import { fakeReply } from './fakeReply.ts';
import { fileSharingLink } from './fileSharingLink.ts';
import { forgedQuote } from './forgedQuote.ts';
import { freeHostingLink } from './freeHostingLink.ts';
import { fromAmbiguity } from './fromAmbiguity.ts';
import { generatedAddress } from './generatedAddress.ts';
import { giftCardRequest } from './giftCardRequest.ts';
import { hiddenText } from './hiddenText.ts';
import { htmlAttachment } from './htmlAttachment.ts';
import { imageOnlyMail } from './imageOnlyMail.ts';
import { jobLure } from './jobLure.ts';
import { knownMalware } from './knownMalware.ts';
import { linkInQrCode } from './linkInQrCode.ts';
import { lookalikeBrandDomain } from './lookalikeBrandDomain.ts';
import { lookalikeCorrespondentDomain } from './lookalikeCorrespondentDomain.ts';
import { lookalikeOwnDomain } from './lookalikeOwnDomain.ts';
import { lureInInvite } from './lureInInvite.ts';
import { macroAttachment } from './macroAttachment.ts';
import { mailFromMismatch } from './mailFromMismatch.ts';
import { malformedMessage } from './malformedMessage.ts';
import { mismatchedAttachmentType } from './mismatchedAttachmentType.ts';
import { mismatchedInviteOrganizer } from './mismatchedInviteOrganizer.ts';
import { mismatchedLinkText } from './mismatchedLinkText.ts';
import { nameBoundElsewhere } from './nameBoundElsewhere.ts';
import { newAttachmentType } from './newAttachmentType.ts';
import { newBankDetails } from './newBankDetails.ts';
import { newClient } from './newClient.ts';
import { newInfrastructure } from './newInfrastructure.ts';
import { newLinkDomain } from './newLinkDomain.ts';
import { oauthConsentLink } from './oauthConsentLink.ts';
import { obfuscatedLinkHost } from './obfuscatedLinkHost.ts';
import { ownDomainSpoof } from './ownDomainSpoof.ts';
import { paymentRequest } from './paymentRequest.ts';
import { recipientInLink } from './recipientInLink.ts';
import { remoteTemplate } from './remoteTemplate.ts';
import { replyToDiversion } from './replyToDiversion.ts';
import { reportedSender } from './reportedSender.ts';
import { scannerMatch } from './scannerMatch.ts';
import { scriptedAttachment } from './scriptedAttachment.ts';
import { scriptedLink } from './scriptedLink.ts';
import { shortenedLink } from './shortenedLink.ts';
import { smuggledFile } from './smuggledFile.ts';
import { threadIntruder } from './threadIntruder.ts';
import { undisclosedRecipients } from './undisclosedRecipients.ts';
import { unknownActor } from './unknownActor.ts';
import { unknownSender } from './unknownSender.ts';
import { unparseableMessage } from './unparseableMessage.ts';
import { unsolicitedInvite } from './unsolicitedInvite.ts';
import { unsolicitedSender } from './unsolicitedSender.ts';
import { unusualHour } from './unusualHour.ts';
import { unusualRecipients } from './unusualRecipients.ts';
import { vipImpersonation } from './vipImpersonation.ts';
import { windfallPromise } from './windfallPromise.ts';

/** Every detector that runs, by topic. The order means nothing: a test shuffles it. */
export const detectors: readonly Detector[] = [
  // who it says it is from
  unknownSender,
  unsolicitedSender,
  nameBoundElsewhere,
  vipImpersonation,
  unknownActor,
  actorImpersonation,
  lookalikeCorrespondentDomain,
  lookalikeOwnDomain,
  lookalikeBrandDomain,
  brandImpersonation,
  addressInDisplayName,
  fromAmbiguity,
  ownDomainSpoof,
  replyToDiversion,
  reportedSender,
  // authentication, servers, habits
  authenticationFailure,
  authenticationRegression,
  mailFromMismatch,
  newInfrastructure,
  newClient,
  unusualHour,
  dormantCorrespondent,
  // thread, recipients, form of the message
  fakeReply,
  forgedQuote,
  threadIntruder,
  undisclosedRecipients,
  unusualRecipients,
  malformedMessage,
  unparseableMessage,
  // links
  newLinkDomain,
  mismatchedLinkText,
  obfuscatedLinkHost,
  embeddedBrandLink,
  freeHostingLink,
  shortenedLink,
  fileSharingLink,
  scriptedLink,
  recipientInLink,
  // attachments and invites
  newAttachmentType,
  mismatchedAttachmentType,
  doubleExtension,
  deceptiveFileName,
  executableAttachment,
  encryptedAttachment,
  scriptedAttachment,
  htmlAttachment,
  macroAttachment,
  remoteTemplate,
  activePdf,
  smuggledFile,
  dangerousShortcut,
  embeddedProgram,
  archiveBomb,
  knownMalware,
  scannerMatch,
  unsolicitedInvite,
  mismatchedInviteOrganizer,
  lureInInvite,
  excessiveRecurrence,
  // what it asks and shows
  credentialRequest,
  paymentRequest,
  bankChangeRequest,
  newBankDetails,
  giftCardRequest,
  errandRequest,
  windfallPromise,
  documentLure,
  dataRequest,
  jobLure,
  commandInstruction,
  deviceCodeLure,
  extortionDemand,
  callbackLure,
  credentialForm,
  hiddenText,
  imageOnlyMail,
  linkInQrCode,
  oauthConsentLink,
  generatedAddress,
];

/** Runs each detector on what it declared to need. A missing trait is `skipped`, a throw is `failed`: neither is "clean". */
export function runDetectors(
  message: Message,
  baseline: Baseline,
  active: readonly Detector[] = detectors,
): readonly Finding[] {
  return active.map((detector) => runOne(detector, message, baseline));
}

function runOne(detector: Detector, message: Message, baseline: Baseline): Finding {
  const missing = detector.needs.find((trait) => message[trait] === undefined);
  if (missing !== undefined) return { ...silent(detector), outcome: 'skipped', why: `no ${missing}` };
  try {
    const result = detector.detect(message, baseline);
    if ('skipped' in result) return { ...silent(detector), outcome: 'skipped', why: result.skipped };
    if (result.length === 0) return clear(detector);
    return { ...nameOf(detector), outcome: 'fired', ...strongest(result) };
  } catch (error) {
    return { ...silent(detector), outcome: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

const nameOf = ({ id, family, attack }: Detector) => ({
  detector: id,
  family,
  ...(attack === undefined ? {} : { attack }),
});

const silent = (detector: Detector) => ({ ...nameOf(detector), strength: 0, evidence: [] });

const clears = new WeakMap<Detector, Finding>();

/** Most findings of a message are these: made once. */
function clear(detector: Detector): Finding {
  const known = clears.get(detector);
  if (known !== undefined) return known;
  const made: Finding = { ...silent(detector), outcome: 'clear' };
  clears.set(detector, made);
  return made;
}

const MAX_EVIDENCE = 5; // more than a person reads
const MAX_TARGETS = 400; // as many as a message has links and parts that are read (domain/message.ts)

function strongest(indicators: readonly Indicator[]): Pick<Finding, 'strength' | 'evidence' | 'targets'> {
  const byStrength = [...indicators].sort((a, b) => b.strength - a.strength);
  const all = byStrength.flatMap((indicator) => indicator.evidence);
  const targets = new Set(all.flatMap((one) => one.targets ?? []));
  return {
    strength: Math.min(1, Math.max(0, byStrength[0]?.strength ?? 0)),
    evidence: all.slice(0, MAX_EVIDENCE).map(({ targets: _, ...shown }) => shown),
    ...(targets.size === 0 ? {} : { targets: [...targets].slice(0, MAX_TARGETS) }),
  };
}
