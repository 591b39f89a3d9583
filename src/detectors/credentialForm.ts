import { detector, type Indicator, type Target } from '../domain/finding.ts';
import { archivedShare } from './payload/archives.ts';
import { isNewsletter, strangeness } from './payload/familiarity.ts';
import { fileEvidence } from './payload/files.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';
import { targetsOf } from './payload/links.ts';

const PASSWORD_FIELD = 1; // no honest service asks for a password inside a mail
const FORM = 0.2; // surveys, searches, subscriptions: a field to type a secret in is no part of it
const IN_BULK = 0.4; // newsletters embed surveys

/**
 * The mail holds a form to fill in, in its body or in an HTML file.
 * 0 or 1 indicator; strength 1 with a field for a password or a card's number, 0.9 or less for one in an archive, else 0.1–0.2 by how unknown the sender is. Source: HTML §4.10; detection.md §3
 * "Structure".
 */
export const credentialForm = detector({
  id: 'credential-form',
  family: 'request',
  attack: 'T1598.003',
  needs: ['content', 'attachments', 'links', 'bulk'],
  detect({ content, attachments, links, bulk, direction }, { correspondent }) {
    const inFile = attachments.find(({ activeContent }) => activeContent.some((one) => PASSWORD.test(one)));
    const forms = links.all.filter(({ source }) => source === 'form');
    const targets = forms.flatMap(targetsOf);
    if (content.hasPasswordField) return [indicator(PASSWORD_FIELD, 'password field', targets)];
    if (inFile) return [{ strength: PASSWORD_FIELD, evidence: [fileEvidence(inFile, 'password field')] }];
    const inArchive = attachments.find((file) => hazardsOf(file, 'page-password').length > 0);
    if (inArchive) {
      const strength = PASSWORD_FIELD * archivedShare(inArchive, direction, correspondent);
      return [{ strength, evidence: [hazardEvidence(inArchive, hazardsOf(inArchive, 'page-password'))] }];
    }
    if (content.formCount === 0) return [];
    const strength = FORM * (1 + strangeness(direction, correspondent)) * 0.5 * (isNewsletter(bulk) ? IN_BULK : 1);
    return [indicator(strength, `form to ${forms[0]?.host ?? 'no address'}`, targets)];
  },
});

const PASSWORD = /password/i;

const indicator = (strength: number, quote: string, targets: readonly Target[]): Indicator => ({
  strength,
  evidence: [{ where: 'body', quote, targets }],
});
