import { credentialForm } from '../../src/detectors/credentialForm.ts';
import { attachment, baseline, content, correspondent, link, message, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const form = {
  content: content('Tell us', { formCount: 1 }),
  ...withLinks(link('https://survey.example/a', { source: 'form' })),
};
const page = attachment('login.html', { kind: 'html', activeContent: ['password field 1'] });

const archive = (kind: 'page-password' | 'page-script') =>
  message({
    attachments: [
      attachment('login.zip', { kind: 'archive', hazards: [{ kind, quote: 'password field', inside: 'login.html' }] }),
    ],
  });

detectorTable(credentialForm, [
  [
    'a password field in the body',
    message({ content: content('Sign in', { formCount: 1, hasPasswordField: true }) }),
    baseline(),
    1,
  ],
  ['a password field in an HTML file', message({ attachments: [page] }), baseline(), 1],
  ['a password field in an archived page', message(archive('page-password')), baseline(), 0.9],
  ['near-miss: a script in an archived page', message(archive('page-script')), baseline(), 'clear'],
  ['a form of a stranger', message(form), baseline(), 0.2],
  [
    'a form of a correspondent',
    message(form),
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    0.1,
  ],
  [
    'a survey in a newsletter',
    message({ ...form, bulk: { isList: false, hasUnsubscribe: true, isAutomatic: false } }),
    baseline(),
    0.08,
  ],
  ['near-miss: a link to a form', message(withLinks(link('https://survey.example/form'))), baseline(), 'clear'],
  [
    'near-miss: a page without one',
    message({ attachments: [attachment('report.html', { kind: 'html', activeContent: ['script'] })] }),
    baseline(),
    'clear',
  ],
]);
