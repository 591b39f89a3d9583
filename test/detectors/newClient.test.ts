import { newClient } from '../../src/detectors/newClient.ts';
import { baseline, message } from '../messages.ts';
import { novel, usual } from './histories.ts';
import { byService, saidByService } from './invitations.ts';
import { detectorTable } from './table.ts';
import { byWorkspace } from './workspaces.ts';

const mailer = novel('mailer', 'none');
const order = novel('headerOrder', 'bbbb');
const id = novel('messageIdPattern', 'uuid');
const zone = novel('timeZone', '-0700');
const body = [novel('structure', 'html/base64'), novel('boundaryPattern', 'none')];
const shape = (...habits: readonly ReturnType<typeof novel>[]) => baseline({ habits });

detectorTable(newClient, [
  ['another program', message(), shape(mailer, order, id, ...body), 1],
  ['another program and time zone', message(), shape(mailer, order, id, zone), 1],
  ['two changes', message(), shape(mailer, order), 0.33],
  ['three changes', message(), shape(mailer, order, id), 0.67],
  [
    'a tool that the domain’s owner has set up: other servers, the own key',
    message(),
    shape(mailer, order, id, ...body, novel('sendingOrgDomain', 'tool.example')),
    0.3,
  ],
  [
    'the same without the key',
    message({ route: { ...message().route, dkimDomains: ['tool.example'] } }),
    shape(mailer, order, id, ...body, novel('sendingOrgDomain', 'tool.example')),
    1,
  ],
  [
    'near-miss: the same program with a first attachment',
    message(),
    shape(usual('mailer', 'apple mail'), usual('messageIdPattern', 'uuid'), order, ...body),
    'clear',
  ],
  [
    'a program that names itself as ever, and makes other ids',
    message(),
    shape(usual('mailer', 'apple mail'), id, order, ...body),
    0.67,
  ],
  [
    'a move to Google Workspace, which signs for the domain',
    byWorkspace({}),
    shape(mailer, order, id, ...body, novel('sendingOrgDomain', 'google.com')),
    0.3,
  ],
  [
    'another customer of Google’s, by a domain that names its servers',
    byWorkspace({ signer: 'evil-example.20230601.gappssmtp.com' }),
    shape(mailer, order, id, ...body, novel('sendingOrgDomain', 'google.com')),
    1,
  ],
  ['an invitation by a calendar service', byService, shape(mailer, order, id, ...body), 0.3],
  ['an invitation that only says so', saidByService, shape(mailer, order, id, ...body), 1],
  ['near-miss: a journey', message(), shape(zone, usual('mailer', 'apple mail')), 'clear'],
  ['near-miss: structure and boundary are one change', message(), shape(...body), 'clear'],
  ['near-miss: a second program it uses at times', message(), shape({ ...mailer, seenCount: 5 }, order), 'clear'],
  ['too little history', message(), shape(novel('mailer', 'none', 4), novel('headerOrder', 'b', 4)), 'skipped'],
  ['servers are another detector’s', message(), shape(novel('sendingOrgDomain', 'vps.example')), 'skipped'],
]);
