/** Each vendor's request, as test/fixtures/webhooks has it, and what must not pass for one. */
import { createHmac, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { IntakeRequest } from '../../src/domain/service.ts';
import type { AppOptions } from '../../src/http/app.ts';
import { aVerdict, bearer, fakeService, JSON_TYPE, keyFor, problem, type Running, run } from './service.ts';

const file = (name: string): Buffer => readFileSync(new URL(`../fixtures/webhooks/${name}`, import.meta.url));
const NOW = Date.UTC(2026, 10, 25, 16);
const TOPIC = 'arn:aws:sns:us-east-1:012345678912:inbound';
const CERTIFICATE = new X509Certificate(file('sns-test.pem'));
const trust = { certificates: [CERTIFICATE], topicArns: [TOPIC] };

const taken: IntakeRequest[] = [];
const start = (options: Partial<AppOptions> = {}) =>
  run(
    fakeService({
      async score(request) {
        taken.push(request);
        return aVerdict();
      },
    }),
    {
      webhooks: { mailgunSigningKey: 'key-of-the-tests', sns: trust },
      now: () => NOW,
      maxMessageBytes: 100_000,
      ...options,
    },
  );
let http: Running;
beforeAll(async () => {
  http = await start();
});
afterAll(() => http.drain());

const post = (vendor: string, body: Buffer | string, headers: Record<string, string>, to: Running = http) =>
  to.ask({ method: 'POST', path: `/v1/webhooks/${vendor}`, headers, body });

const MAIL = Buffer.concat([
  Buffer.from(
    'Received: from mx.bank.example (mx.bank.example [192.0.2.9]) by mx.vendor.example with ESMTP id 1; Wed, 25 Nov 2026 10:00:00 +0000\r\n' +
      'From: Eve <eve@bank.example>\r\nTo: Ana <ana@acme.example>\r\nSubject: Invoice 17, "urgent"\r\nDate: Wed, 25 Nov 2026 10:00:00 +0000\r\n' +
      'Message-ID: <invoice-17@bank.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n' +
      'Please pay by Friday: M',
  ),
  Buffer.from([0xfc]),
  Buffer.from('ller & S'),
  Buffer.from([0xf6]),
  Buffer.from('hne = 5%\r\n'),
]);
const FROM_EVE = {
  tenant: 'default',
  mailboxes: [],
  rcptTo: ['ana@acme.example'],
  mailFrom: 'eve@bank.example',
  learn: 'auto',
};

describe('Mailgun', () => {
  const MULTIPART = { 'Content-Type': 'multipart/form-data; boundary=d5b1a3f0c9e84c51' };
  const form = file('mailgun.multipart');
  const changed = (from: string, to: string) => Buffer.from(form.toString('latin1').replace(from, to), 'latin1');

  test('the message arrives byte for byte, with its envelope; the answer is the verdict', async () => {
    const { status, json } = await post('mailgun/mime', form, MULTIPART);
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: 'v1', action: 'hold' });
    expect(taken.at(-1)).toEqual({ ...FROM_EVE, raw: MAIL });
  });

  test('as a form that is not multipart', async () => {
    const escaped = MAIL.toString('latin1').replace(
      /[^\w.-]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
    const signature = createHmac('sha256', 'key-of-the-tests').update('1795622400x').digest('hex');
    const body = `recipient=ana%40acme.example%2C+bob%40acme.example&timestamp=1795622400&token=x&signature=${signature}&body-mime=${escaped}`;
    const type = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect((await post('mailgun/mime', body, type)).status).toBe(200);
    expect(taken.at(-1)).toMatchObject({ raw: MAIL, rcptTo: ['ana@acme.example', 'bob@acme.example'] });
  });

  test.each([
    ['another signature', changed('name="signature"\r\n\r\n', 'name="signature"\r\n\r\nff'), 'signature'],
    ['no signature', changed('name="signature"', 'name="other"'), 'signature'],
    ['another token', changed('c0ffee', 'c0ffef'), 'signature'],
    ['another time', changed('1795600800', '1795600801'), 'signature'],
  ])('%s is refused', async (_name, body, field) => {
    const before = taken.length;
    expect(await post('mailgun/mime', body, MULTIPART)).toMatchObject({
      status: 401,
      json: { code: 'invalid-signature', field },
    });
    expect(taken).toHaveLength(before);
  });

  test('an old signature is refused', async () => {
    const later = await start({ now: () => NOW + 12 * 3_600_000 });
    expect(await post('mailgun/mime', form, MULTIPART, later)).toMatchObject(
      problem(401, 'invalid-signature', 'the signature is older than 12 hours', 'timestamp'),
    );
    await later.drain();
  });

  test('without a signing key nothing is taken', async () => {
    const other = await start({ webhooks: {} });
    expect(await post('mailgun/mime', form, MULTIPART, other)).toMatchObject(
      problem(404, 'not-configured', 'MAILGUN_SIGNING_KEY is not set'),
    );
    await other.drain();
  });

  test('the parsed form, which has no message, is refused with the way out', async () => {
    const detail = "body-mime is missing; Mailgun sends the whole message only to a URL that ends with 'mime'";
    expect(await post('mailgun/mime', changed('body-mime', 'body-plain'), MULTIPART)).toMatchObject(
      problem(400, 'missing-field', detail, 'body-mime'),
    );
  });

  test.each<[string, Buffer | string, Record<string, string>, number, string]>([
    ['no form', '{}', JSON_TYPE, 415, 'unsupported-media-type'],
    ['no boundary', form, { 'Content-Type': 'multipart/form-data' }, 400, 'malformed-form'],
    ['another boundary', form, { 'Content-Type': 'multipart/form-data; boundary=x' }, 400, 'malformed-form'],
    ['a form cut off', form.subarray(0, 700), MULTIPART, 400, 'malformed-form'],
    [
      'more fields than are read',
      'a=1&'.repeat(30_000),
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      401,
      'invalid-signature',
    ],
    [
      'parts without end',
      `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n`.repeat(1000),
      { 'Content-Type': 'multipart/form-data; boundary=x' },
      400,
      'malformed-form',
    ],
    ['a form over the limit', Buffer.alloc(150_001), MULTIPART, 413, 'message-too-large'],
  ])('%s is refused', async (_name, body, headers, status, code) => {
    expect(await post('mailgun/mime', body, headers)).toMatchObject({ status, json: { code } });
  });
});

describe('SendGrid', () => {
  const MULTIPART = { 'Content-Type': 'multipart/form-data; boundary=xYzZY' };
  const form = file('sendgrid.multipart');
  const changed = (from: string, to: string) => Buffer.from(form.toString('latin1').replace(from, to), 'latin1');

  test('the message arrives byte for byte, with envelope and client', async () => {
    expect((await post('sendgrid', form, MULTIPART)).json).toMatchObject({ action: 'hold' });
    expect(taken.at(-1)).toEqual({ ...FROM_EVE, raw: MAIL, clientIp: '192.0.2.9' });
  });

  test('the key may be the password in the URL', async () => {
    const basic = { Authorization: `Basic ${btoa(`sendgrid:${keyFor('score', 'other')}`)}` };
    await post('sendgrid', form, { ...MULTIPART, ...basic });
    expect(taken.at(-1)).toMatchObject({ tenant: 'other' });
    const denied = { Authorization: `Basic ${btoa('sendgrid:guess')}` };
    expect((await post('sendgrid', form, { ...MULTIPART, ...denied })).status).toBe(401);
  });

  test.each([
    ['without the whole message', changed('name="email"', 'name="text"'), 'missing-field', 'email'],
    ['without an envelope', changed('name="envelope"', 'name="x"'), 'missing-field', 'envelope'],
    ['with an envelope that is none', changed('["ana@acme.example"]', '"ana"'), 'invalid-field', 'envelope'],
    ['with an envelope that is no JSON', changed('{"to":["ana', '{to:["ana'), 'malformed-json', undefined],
    [
      'with an envelope that is null',
      changed('{"to":["ana@acme.example"],"from":"eve@bank.example"}', 'null'),
      'invalid-field',
      'envelope',
    ],
  ])('%s it is refused', async (_name, body, code, field) => {
    const reply = await post('sendgrid', body, MULTIPART);
    expect(reply).toMatchObject({ status: 400, json: { code, ...(field === undefined ? {} : { field }) } });
  });
});

describe('Postmark', () => {
  const mail = JSON.parse(file('postmark.json').toString());

  test('without RawEmail the message is put together, and said to be', async () => {
    expect((await post('postmark', file('postmark.json'), JSON_TYPE)).json).toMatchObject({ action: 'hold' });
    const { raw, ...facts } = taken.at(-1) ?? { raw: Buffer.alloc(0) };
    expect(facts).toEqual({
      tenant: 'default',
      mailboxes: [],
      rcptTo: ['ana@acme.example'],
      isRebuilt: true,
      learn: 'auto',
    });
    const parsed = await simpleParser(raw);
    expect(parsed.from?.value).toEqual([{ address: 'eve@bank.example', name: 'Eve "the" Sender' }]);
    expect(parsed.replyTo?.text).toBe('reply@else.example');
    expect(parsed.subject).toBe('Invoice 17, Müller');
    expect(parsed.messageId).toBe('<invoice-17@bank.example>');
    expect(parsed.date?.toISOString()).toBe('2026-11-25T10:00:00.000Z');
    expect(parsed.text?.trim()).toBe('Please pay by Friday.');
    expect(parsed.html).toContain('<a href="https://pay.bank.example/">');
    expect(parsed.attachments).toMatchObject([
      { filename: 'Rechnung März.html', contentType: 'text/html', cid: 'myfile@01CE7342.75E71F80' },
    ]);
    expect(String(parsed.attachments[0]?.content)).toBe('<form>password</form>\n');
    expect(raw.toString().match(/^Content-Type: multipart/gm)).toHaveLength(2); // ours only
  });

  test.each([
    ['in ASCII is the message', 'Subject: x\r\n\r\nHello\r\n', false],
    ['in other characters may have lost bytes', 'Subject: x\r\n\r\nH\ufffdllo\r\n', true],
  ])('RawEmail %s', async (_name, RawEmail, isRebuilt) => {
    await post('postmark', JSON.stringify({ ...mail, RawEmail }), JSON_TYPE);
    expect(taken.at(-1)).toMatchObject({ raw: Buffer.from(RawEmail), isRebuilt });
  });

  test('no field breaks out of its line or its part', async () => {
    const evil = {
      ...mail,
      FromFull: { Email: 'eve@bank.example', Name: 'x"\r\nTo: forged@acme.example' },
      Attachments: [
        { Name: 'a"\r\nX: y.exe', ContentType: 'text/html\r\nX: y', Content: 'eA==', ContentID: 'a>\r\nX: y' },
      ],
      OriginalRecipient: '',
    };
    await post('postmark', JSON.stringify(evil), JSON_TYPE);
    const parsed = await simpleParser(taken.at(-1)?.raw ?? '');
    expect([...parsed.headers.keys()]).not.toContain('x');
    expect(parsed.headerLines.filter(({ key }) => key === 'to')).toHaveLength(1);
    expect(parsed.attachments).toMatchObject([{ filename: 'a"\r\nX: y.exe', contentType: 'application/octet-stream' }]);
    expect(taken.at(-1)?.rcptTo).toEqual(['ana@acme.example']);
  });

  test.each([
    ['no sender', {}, 'missing-field'],
    ['an attachment that is none', { From: 'x', Attachments: 'x' }, 'invalid-field'],
  ])('%s is refused', async (_name, body, code) => {
    expect(await post('postmark', JSON.stringify(body), JSON_TYPE)).toMatchObject({ status: 400, json: { code } });
  });
});

describe('SES through SNS', () => {
  const TEXT = { 'Content-Type': 'text/plain; charset=UTF-8' }; // as SNS says
  const message = (name: string) => JSON.parse(file(name).toString()) as Record<string, string>;

  test.each([
    ['in base64, signed by SHA-256', 'ses-base64.json', MAIL, false],
    ['as text, signed by SHA-1', 'ses-utf8.json', undefined, true],
  ])('mail %s', async (_name, name, raw, isRebuilt) => {
    expect((await post('ses', file(name), TEXT)).json).toMatchObject({ id: 'v1' });
    expect(taken.at(-1)).toEqual({
      ...FROM_EVE,
      raw: raw ?? expect.anything(),
      isRebuilt,
      receivedAt: Date.UTC(2026, 10, 25, 10),
    });
    expect(taken.at(-1)?.raw.subarray(0, 30).toString()).toBe('Received: from mx.bank.example');
  });

  test('a request to confirm is logged with its URL and opened by nobody', async () => {
    const before = taken.length;
    expect(await post('ses', file('sns-confirmation.json'), TEXT)).toMatchObject({
      status: 200,
      json: { status: 'logged' },
    });
    expect(http.logged.at(-1)).toMatchObject({
      level: 40,
      topic: TOPIC,
      url: message('sns-confirmation.json').SubscribeURL,
    });
    expect(taken).toHaveLength(before);
  });

  test('what is no mail is ignored; mail without its content is refused with the way out', async () => {
    expect((await post('ses', file('sns-greeting.json'), TEXT)).json).toEqual({ status: 'ignored' });
    expect((await post('ses', file('ses-without-content.json'), TEXT)).json).toMatchObject({
      code: 'missing-field',
      field: 'content',
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['another message', { Message: '{}' }, 'Signature'],
    ['another time', { Timestamp: '2026-11-25T10:00:02.000Z' }, 'Signature'],
    ['another subject', { Subject: 'x' }, 'Signature'],
    ['another type', { Type: 'SubscriptionConfirmation' }, 'Signature'],
    ['no signature', { Signature: '' }, 'Signature'],
    ['another version', { SignatureVersion: '1' }, 'Signature'],
    ['an unknown version', { SignatureVersion: '3' }, 'SignatureVersion'],
    ['a name of every object as version', { SignatureVersion: 'constructor' }, 'SignatureVersion'],
    ["somebody else's topic", { TopicArn: 'arn:aws:sns:us-east-1:999999999999:inbound' }, 'TopicArn'],
  ])('%s is refused', async (_name, changes, field) => {
    const before = taken.length;
    const body = JSON.stringify({ ...message('ses-base64.json'), ...changes });
    expect(await post('ses', body, TEXT)).toMatchObject({ status: 401, json: { code: 'invalid-signature', field } });
    expect(taken).toHaveLength(before);
  });

  test('a certificate out of its time fits nothing; the log names the one that was used, if it is of Amazon', async () => {
    const later = await start({ now: () => Date.UTC(2200, 0) });
    const changed = JSON.stringify({ ...message('ses-base64.json'), SigningCertURL: 'https://sns.evil.example/x.pem' });
    expect((await post('ses', changed, TEXT, later)).status).toBe(401);
    expect(later.logged.filter(({ level }) => level === 40)).toEqual([]);
    expect((await post('ses', file('ses-base64.json'), TEXT, later)).status).toBe(401);
    expect(later.logged.find(({ level }) => level === 40)).toMatchObject({
      url: message('ses-base64.json').SigningCertURL,
    });
    await later.drain();
  });

  test('without certificate and topic nothing is taken', async () => {
    const other = await start({ webhooks: {} });
    expect(await post('ses', file('ses-base64.json'), TEXT, other)).toMatchObject({
      status: 404,
      json: { code: 'not-configured' },
    });
    await other.drain();
  });

  test('it is small', async () => {
    expect(await post('ses', Buffer.alloc(1024 * 1024 + 1), TEXT)).toMatchObject({ status: 413 });
  });
});

test('who has no key takes no room from those who have one', async () => {
  const other = await start({ maxBytesInFlight: 10 });
  const multipart = { 'Content-Type': 'multipart/form-data; boundary=d5b1a3f0c9e84c51' };
  expect((await post('mailgun/mime', file('mailgun.multipart'), multipart, other)).status).toBe(200);
  expect(
    (await post('sendgrid', file('sendgrid.multipart'), { ...multipart, ...bearer(keyFor('score')) }, other)).status,
  ).toBe(503);
  await other.drain();
});
