import { describe, expect, test } from '@jest/globals';
import type { Envelope } from '../../src/domain/mail.ts';
import type { Authentication } from '../../src/domain/message.ts';
import { route } from '../../src/traits/route.ts';
import { written } from '../parse/written.ts';

const received = (text: string): string => `Received: ${text}; Tue, 24 Nov 2026 12:00:00 +0100`;
const INSIDE = received('from mx1.acme.example (mx1.acme.example [198.51.100.1]) by store.acme.example with LMTP id 1');
const LOCAL = received('from localhost (localhost [127.0.0.1]) by mx1.acme.example with ESMTP id 2');
const PRIVATE = received('from filter.vendor.example (filter [10.1.2.3]) by mx1.acme.example with ESMTP id 3');
const BORDER = received(
  'from mail.partner.example (out7.partner.example [192.0.2.7]) by mx1.acme.example with ESMTPS id 4',
);
const FORGED = received('from mail.bank.example (unknown [192.0.2.66]) by mx1.acme.example with ESMTPS id 5');
const EARLIER = received('from pc (dsl.isp.example [203.0.113.5]) by mail.partner.example with ESMTPSA id 6');

const OPEN: Envelope = { rcptTo: [] };
const read = async (headers: readonly string[], envelope: Envelope = OPEN, authentication?: Authentication) =>
  route(await written(headers), envelope, authentication);

describe('the way to that host, as it claims', () => {
  const HOME = received('from pc (unknown [192.168.1.5]) by relay.isp.example with ESMTPSA id 7');
  const ISP = received(
    'from relay.isp.example (relay.isp.example [203.0.113.9]) by mail.partner.example with ESMTPS id 8',
  );
  const SECOND = received('from a.partner.example (a.partner.example [10.0.0.1]) by b.partner.example with ESMTP id 9');

  test.each<readonly [string, readonly string[], Envelope, string]>([
    [
      'by whose servers, newest first, each in a row once',
      [INSIDE, BORDER, SECOND, SECOND, ISP, HOME],
      OPEN,
      'partner.example isp.example local',
    ],
    ['none', [INSIDE, BORDER], OPEN, 'none'],
    [
      'what the border wrote for its client is not part of it',
      [BORDER, ISP],
      { clientIp: '192.0.2.7', rcptTo: [] },
      'isp.example',
    ],
    ['with the client in another spelling', [BORDER, ISP], { clientIp: '::ffff:192.0.2.7', rcptTo: [] }, 'isp.example'],
    [
      'by the name that a host gives itself where it has no other',
      [BORDER, received('from mail.isp.example (unknown [203.0.113.9]) by mail.partner.example')],
      OPEN,
      'isp.example',
    ],
    [
      'without hops that name nobody',
      [BORDER, ISP, 'Received: by 2002:a05:6808:1a with SMTP id x; Tue, 24 Nov 2026 12:00:00 +0100'],
      OPEN,
      'isp.example',
    ],
    [
      'all of it where the border has written nothing yet',
      [ISP, HOME],
      { clientIp: '192.0.2.7', rcptTo: [] },
      'isp.example local',
    ],
    [
      'no longer than eight',
      new Array(9).fill([ISP, SECOND]).flat(),
      { clientIp: '192.0.2.7', rcptTo: [] },
      'isp.example partner.example '.repeat(4).trim(),
    ],
  ])('%s', async (_name, headers, envelope, expected) => {
    expect((await read(headers, envelope)).relayPath).toBe(expected);
  });

  test.each<readonly [string, readonly string[], string]>([
    [
      'its first server, numbers masked',
      [BORDER, ISP, received('from DM6PR11.namprd11.prod.outlook.com (x [203.0.113.8]) by y.example')],
      'dm9pr9.namprd9.prod.outlook.com',
    ],
    ['a random one', [BORDER, received('from 3f2a9bc1d4e5 (x [203.0.113.8]) by y.example')], '9'],
    ['none', [BORDER], 'none'],
  ])('%s', async (_name, headers, expected) => {
    expect((await read(headers)).firstRelay).toBe(expected);
  });

  test.each([
    ['192.0.2.7', '192.0'],
    ['2001:DB8:7::1', '2001:db8'],
    ['2001:0db8:0:0::1', '2001:db8'],
    ['2001::1', '2001:0'],
    ['::ffff:192.0.2.7', '192.0'],
    [undefined, undefined],
  ])('network of %s', async (clientIp, expected) => {
    const envelope = clientIp === undefined ? OPEN : { ...OPEN, clientIp };
    expect((await read([], envelope)).sendingNetwork).toBe(expected);
  });
});

describe('the first host outside', () => {
  test.each([
    ['behind the own hops', [INSIDE, LOCAL, PRIVATE, BORDER, EARLIER], 'partner.example', '192.0.2.7'],
    ['a name the client only claims', [FORGED, EARLIER], undefined, '192.0.2.66'],
    ['only own hops', [INSIDE, LOCAL], undefined, undefined],
    ['no hops', [], undefined, undefined],
  ])('%s', async (_name, headers, sendingOrgDomain, sendingIp) => {
    const found = await read(headers);
    expect([found.sendingOrgDomain, found.sendingIp]).toEqual([sendingOrgDomain, sendingIp]);
    expect(found.hops).toHaveLength(headers.length);
  });

  test.each<readonly [string, readonly string[], Envelope, string | undefined, string]>([
    [
      'the client that the caller saw, by its hop',
      [INSIDE, BORDER],
      { clientIp: '192.0.2.7', helo: 'x.example', rcptTo: [] },
      'partner.example',
      '192.0.2.7',
    ],
    [
      'by HELO where no hop tells',
      [],
      { clientIp: '192.0.2.9', helo: 'mail.partner.example', rcptTo: [] },
      'partner.example',
      '192.0.2.9',
    ],
    [
      'by the name that the caller resolved, where no hop tells',
      [EARLIER],
      { clientIp: '192.0.2.9', clientName: 'out7.partner.example', helo: 'mail.bank.example', rcptTo: [] },
      'partner.example',
      '192.0.2.9',
    ],
    [
      'no name that the caller could resolve: what the client says is not believed',
      [],
      { clientIp: '192.0.2.9', clientName: 'unknown', helo: 'mail.bank.example', rcptTo: [] },
      undefined,
      '192.0.2.9',
    ],
    [
      'the hop before what the caller resolved',
      [BORDER],
      { clientIp: '192.0.2.7', clientName: 'other.example', helo: 'x.example', rcptTo: [] },
      'partner.example',
      '192.0.2.7',
    ],
    ['HELO that is an address', [], { clientIp: '192.0.2.9', helo: '192.0.2.9', rcptTo: [] }, undefined, '192.0.2.9'],
    [
      'HELO beside an unresolved hop',
      [FORGED],
      { clientIp: '192.0.2.66', helo: 'mail.bank.example', rcptTo: [] },
      undefined,
      '192.0.2.66',
    ],
  ])('%s', async (_name, headers, envelope, sendingOrgDomain, sendingIp) => {
    const found = await read(headers, envelope);
    expect([found.sendingOrgDomain, found.sendingIp]).toEqual([sendingOrgDomain, sendingIp]);
  });
});

describe('envelope and signatures', () => {
  const PASSED: Authentication = {
    authservId: 'mx',
    spf: 'pass',
    spfDomain: 'spf.example',
    dkim: 'pass',
    dmarc: 'none',
    dkimPassDomains: ['mail.b.example', 'a.example', 'b.example'],
    isAligned: false,
  };
  const SIGNED = ['DKIM-Signature: v=1; d=x.claimed.example; b=x', 'DKIM-Signature: v=1; d=claimed.example; b=x'];

  test('claimed signatures while nobody checked, verified ones when somebody did', async () => {
    expect((await read(SIGNED)).dkimDomains).toEqual(['claimed.example']);
    expect((await read(SIGNED, OPEN, PASSED)).dkimDomains).toEqual(['a.example', 'b.example']);
  });

  test.each<readonly [string, readonly string[], Envelope, Authentication | undefined, string | undefined]>([
    ['the envelope', ['Return-Path: <b@x.example>'], { mailFrom: 'b@mail.y.example', rcptTo: [] }, PASSED, 'y.example'],
    ['a bounce', ['Return-Path: <b@x.example>'], { mailFrom: '', rcptTo: [] }, PASSED, undefined],
    ['Return-Path', ['Return-Path: <b@mail.x.example>'], OPEN, PASSED, 'x.example'],
    ['the SPF domain', [], OPEN, PASSED, 'spf.example'],
    ['unknown', [], OPEN, undefined, undefined],
  ])('MAIL FROM: %s', async (_name, headers, envelope, authentication, expected) => {
    expect((await read(headers, envelope, authentication)).mailFromOrgDomain).toBe(expected);
  });
});
