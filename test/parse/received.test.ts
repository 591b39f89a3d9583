import { describe, expect, test } from '@jest/globals';
import { readReceived } from '../../src/parse/received.ts';
import { cpuClock } from '../cpuTime.ts';

const AT = Date.UTC(2026, 10, 24, 11);
const DATE = 'Tue, 24 Nov 2026 12:00:00 +0100';

describe('readReceived', () => {
  test.each([
    [
      'Postfix',
      `from mail.x.example (out7.x.example [192.0.2.7]) (using TLSv1.3 with cipher T (256/256 bits)) by mx.y.example (Postfix) with ESMTPS id 4Abc for <ana@y.example>; ${DATE}`,
      {
        fromHost: 'mail.x.example',
        fromReverse: 'out7.x.example',
        fromIp: '192.0.2.7',
        byHost: 'mx.y.example',
        protocol: 'ESMTPS',
        at: AT,
      },
    ],
    [
      'Postfix, same name',
      `from mail.x.example (mail.x.example [192.0.2.7]) by mx.y.example (Postfix) with ESMTP id 1; ${DATE}`,
      { fromHost: 'mail.x.example', fromIp: '192.0.2.7', byHost: 'mx.y.example', protocol: 'ESMTP', at: AT },
    ],
    [
      'Postfix, no reverse name',
      `from mail.bank.example (unknown [192.0.2.7]) by mx.y.example with ESMTP id 1; ${DATE}`,
      {
        fromHost: 'mail.bank.example',
        fromReverse: 'unknown',
        fromIp: '192.0.2.7',
        byHost: 'mx.y.example',
        protocol: 'ESMTP',
        at: AT,
      },
    ],
    [
      'Gmail',
      `from mail.x.example (mail.x.example. [192.0.2.7]) by mx.google.example with ESMTPS id a.2026.11.24 for <ana@y.example> (version=TLS1_3 cipher=T); ${DATE}`,
      { fromHost: 'mail.x.example', fromIp: '192.0.2.7', byHost: 'mx.google.example', protocol: 'ESMTPS', at: AT },
    ],
    ['Gmail, inside', `by 2002:a05:6358:5913:b0:cb:df59 with SMTP id z7; ${DATE}`, { protocol: 'SMTP', at: AT }],
    [
      'Exim',
      `from out7.x.example ([192.0.2.7] helo=mail.x.example) by mx.y.example with esmtps (TLS1.3) tls T (Exim 4.98) (envelope-from <b@x.example>) id 1; ${DATE}`,
      {
        fromHost: 'mail.x.example',
        fromReverse: 'out7.x.example',
        fromIp: '192.0.2.7',
        byHost: 'mx.y.example',
        protocol: 'ESMTPS',
        at: AT,
      },
    ],
    [
      'Exim, no reverse name',
      `from [192.0.2.7] (helo=mail.x.example) by mx.y.example with esmtp id 1; ${DATE}`,
      {
        fromHost: 'mail.x.example',
        fromReverse: 'unknown',
        fromIp: '192.0.2.7',
        byHost: 'mx.y.example',
        protocol: 'ESMTP',
        at: AT,
      },
    ],
    [
      'Exchange',
      `from EUR05.prod.outlook.example (2001:db8::7) by DB8.prod.outlook.example (2001:db8::8) with Microsoft SMTP Server (version=TLS1_3, cipher=T) id 15.20.1; ${DATE}`,
      {
        fromHost: 'eur05.prod.outlook.example',
        fromIp: '2001:db8::7',
        byHost: 'db8.prod.outlook.example',
        protocol: 'MICROSOFT',
        at: AT,
      },
    ],
    [
      'qmail',
      `from out7.x.example (HELO mail.x.example) (bea@192.0.2.7) by mx.y.example with SMTP; ${DATE}`,
      {
        fromHost: 'mail.x.example',
        fromReverse: 'out7.x.example',
        fromIp: '192.0.2.7',
        byHost: 'mx.y.example',
        protocol: 'SMTP',
        at: AT,
      },
    ],
    [
      'qmail, an address as HELO',
      `from unknown (HELO 198.51.100.1) (192.0.2.7) by mx.y.example with SMTP; ${DATE}`,
      { fromReverse: 'unknown', fromIp: '192.0.2.7', byHost: 'mx.y.example', protocol: 'SMTP', at: AT },
    ],
    ['qmail, queue', `(qmail 58250 invoked from network); ${DATE}`, { at: AT }],
    [
      'Sendmail, ident',
      `from x.example (root@out7.x.example [192.0.2.7]) by y.example (8.17/8.17) with ESMTP id g1; ${DATE}`,
      {
        fromHost: 'x.example',
        fromReverse: 'out7.x.example',
        fromIp: '192.0.2.7',
        byHost: 'y.example',
        protocol: 'ESMTP',
        at: AT,
      },
    ],
    [
      'fetchmail',
      `from x.example [192.0.2.7] by localhost with POP3 (fetchmail-6); ${DATE}`,
      { fromHost: 'x.example', fromIp: '192.0.2.7', byHost: 'localhost', protocol: 'POP3', at: AT },
    ],
    [
      'IPv6 literal',
      `from x.example (x.example [IPv6:2001:db8::7]) by y.example with LMTP id 1; ${DATE}`,
      { fromHost: 'x.example', fromIp: '2001:db8::7', byHost: 'y.example', protocol: 'LMTP', at: AT },
    ],
    ['no date', 'from x.example by y.example', { fromHost: 'x.example', byHost: 'y.example' }],
    ['nothing', '', {}],
    [
      'brackets that do not close',
      'from x.example ((((((( by (unknown) y',
      { fromHost: 'x.example', fromReverse: 'unknown' },
    ],
  ])('%s', (_name, value, expected) => {
    expect(readReceived(value)).toEqual(expected);
  });

  test('is quick on hostile input', () => {
    const spentMs = cpuClock();
    for (const piece of ['(', ')', 'from ', 'by (', '[', ';']) readReceived(piece.repeat(60_000));
    expect(spentMs()).toBeLessThan(200);
  });
});
