import { describe, expect, test } from '@jest/globals';
import { ConfigError, isLoopback, readConfig } from '../src/config.ts';

describe('readConfig', () => {
  test('nothing set: loopback, embedded store beside the sources, no trusted border', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8484,
      dataDir: './data',
      organisation: { ownDomains: [], authservIds: [], trustedArcSealers: [], vips: [] },
      ownNetworks: [],
      lockPolicy: 'warn',
      mode: 'act',
      learnDelayMs: 14_400_000,
      retentionDays: 400,
      custody: { isHolding: false, maxBytes: 10 * 2 ** 30, days: 30 },
      holdFallback: 'soft reject',
      jobs: { dir: 'data/jobs', quotaBytes: 20_480 * 1024 * 1024, retentionDays: 14 },
      logLevel: 'info',
    });
  });

  test('custody: only with a way out of it', () => {
    const MILTER = 'inet:127.0.0.1:8891';
    const [old, fresh] = ['a'.repeat(32), 'b'.repeat(64)] as const;
    const release = { RELEASE_SMTP: 'localhost:10026', RELEASE_SECRET: `${fresh}, ${old}` };
    const config = readConfig({ MILTER, HOLD: 'custody', ...release, CUSTODY_MAX_MB: '5', CUSTODY_DAYS: '7' });
    expect(config.custody).toEqual({ isHolding: true, maxBytes: 5 * 2 ** 20, days: 7 });
    expect(config.release).toEqual({ smtp: { host: 'localhost', port: 10026 }, secrets: [fresh, old] });
    expect(readConfig(release).release?.secrets).toEqual([fresh, old]); // a second process that only restores
    expect(() => readConfig({ HOLD: 'custody' })).toThrow('HOLD=custody needs MILTER, RELEASE_SMTP, RELEASE_SECRET');
    const short = { CUSTODY_DAYS: '7', RETENTION_DAYS: '6' };
    expect(() => readConfig({ MILTER, HOLD: 'custody', ...release, ...short })).toThrow('less than CUSTODY_DAYS');
    expect(() => readConfig({ MILTER, ...release, ...short })).toThrow('less than CUSTODY_DAYS'); // of what is stripped
    expect(readConfig(short).retentionDays).toBe(6); // nothing is kept
    expect(() => readConfig({ RELEASE_SECRET: old })).toThrow('RELEASE_SMTP and RELEASE_SECRET are needed together');
    expect(() => readConfig({ ...release, RELEASE_SECRET: 'short' })).toThrow(
      'RELEASE_SECRET: must have 32 characters',
    );
    expect(() => readConfig({ ...release, RELEASE_SMTP: 'unix:/x' })).toThrow('RELEASE_SMTP: must be host:port');
    expect(() => readConfig({ HOLD: 'yes' })).toThrow('HOLD: ');
  });

  test('lists take commas and blanks, any case, and Unicode domains', () => {
    const { organisation } = readConfig({
      OWN_DOMAINS: 'Acme.example, bücher.example',
      AUTHSERV_ID: 'MX.acme.example',
    });
    expect(organisation).toEqual({
      ownDomains: ['acme.example', 'xn--bcher-kva.example'],
      authservIds: ['mx.acme.example'],
      vips: [],
      trustedArcSealers: [],
    });
  });

  test('VIPs are addresses, with their names where given', () => {
    expect(readConfig({ VIPS: 'Dr. Anna Kern <CEO@bücher.example>, cfo@acme.example;' }).organisation.vips).toEqual([
      { address: 'ceo@xn--bcher-kva.example', nameKey: 'anna kern' },
      { address: 'cfo@acme.example' },
    ]);
  });

  test('verification: off unless asked for', () => {
    expect(readConfig({ DNS_SERVERS: '192.0.2.53' })).not.toHaveProperty('verification');
    expect(readConfig({ VERIFY_AUTHENTICATION: 'on' }).verification).toEqual({ dnsServers: [], budgetMs: 2000 });
    const config = readConfig({
      VERIFY_AUTHENTICATION: 'on',
      VERIFY_TIMEOUT_MS: '500',
      DNS_SERVERS: '192.0.2.53, 192.0.2.54:5353 2001:db8::53,[2001:db8::53]:53',
      TRUSTED_ARC_SEALERS: 'Google.com, lists.example',
    });
    expect(config.verification).toEqual({
      dnsServers: ['192.0.2.53', '192.0.2.54:5353', '2001:db8::53', '[2001:db8::53]:53'],
      budgetMs: 500,
    });
    expect(config.organisation.trustedArcSealers).toEqual(['google.com', 'lists.example']);
  });

  test('a key to sign with: all of it or none', () => {
    const whole = { SEAL_DOMAIN: 'Acme.example', SEAL_SELECTOR: 'tm2026', SEAL_KEY_FILE: '/etc/tidemark/seal.pem' };
    expect(readConfig(whole).sealing).toEqual({
      domain: 'acme.example',
      selector: 'tm2026',
      keyFile: '/etc/tidemark/seal.pem',
    });
    for (const name of Object.keys(whole)) {
      expect(() => readConfig({ ...whole, [name]: undefined })).toThrow(/belong together/);
    }
  });

  test('the milter: off unless asked for', () => {
    expect(readConfig({ OWN_NETWORKS: '192.0.2.0/24', MILTER_MODE: '600' })).not.toHaveProperty('milter');
    expect(readConfig({ MILTER: 'inet:[::1]:8891' }).milter).toEqual({
      address: { host: '::1', port: 8891 },
      onFailure: 'accept',
    });
    const config = readConfig({
      MILTER: 'unix:/run/tidemark/milter.sock',
      MILTER_MODE: '0666',
      MILTER_GROUP: 'postfix',
      MILTER_AUTHSERV_ID: 'mx.acme.example',
      ON_FAILURE: 'tempfail',
      OWN_NETWORKS: '192.0.2.0/24, 2001:db8::/32 203.0.113.9',
    });
    expect(config.milter).toEqual({
      address: { path: '/run/tidemark/milter.sock', mode: 0o666, group: 'postfix' },
      authservId: 'mx.acme.example',
      onFailure: 'tempfail',
    });
    expect(config.ownNetworks).toEqual([
      { address: '192.0.2.0', prefix: 24, family: 'ipv4' },
      { address: '2001:db8::', prefix: 32, family: 'ipv6' },
      { address: '203.0.113.9', prefix: 32, family: 'ipv4' },
    ]);
  });

  test.each([
    ['SEAL_DOMAIN', 'a.example,b.example', /SEAL_DOMAIN: must be one domain/],
    ['SEAL_SELECTOR', 'a b', /SEAL_SELECTOR/],
    ['MILTER', '/run/tidemark.sock', /MILTER: must be unix:/],
    ['MILTER', 'unix:relative.sock', /MILTER/],
    ['MILTER', `unix:/${'x'.repeat(107)}`, /MILTER/],
    ['MILTER', 'inet:8891@127.0.0.1', /MILTER/],
    ['MILTER', 'inet:127.0.0.1:70000', /MILTER/],
    ['MILTER_MODE', '999', /MILTER_MODE: must be octal/],
    ['MILTER_GROUP', 'a b', /MILTER_GROUP/],
    ['MILTER_AUTHSERV_ID', 'a;b', /MILTER_AUTHSERV_ID/],
    ['ON_FAILURE', 'reject', /ON_FAILURE/],
    ['OWN_NETWORKS', '192.0.2.0/33', /OWN_NETWORKS: '192.0.2.0\/33' is no address or network/],
    ['OWN_NETWORKS', '192.0.2/24', /OWN_NETWORKS/],
    ['OWN_NETWORKS', 'acme.example', /OWN_NETWORKS/],
    ['VERIFY_AUTHENTICATION', 'yes', /VERIFY_AUTHENTICATION/],
    ['VERIFY_TIMEOUT_MS', '5', /VERIFY_TIMEOUT_MS/],
    ['DNS_SERVERS', 'dns.example', /DNS_SERVERS: must be a comma-separated list of IP addresses/],
    ['DNS_SERVERS', '192.0.2.53:0', /DNS_SERVERS/],
    ['DNS_SERVERS', '2001:db8::53:99999', /DNS_SERVERS/],
    ['TRUSTED_ARC_SEALERS', 'a/b', /TRUSTED_ARC_SEALERS/],
    ['PORT', 'eighty', /PORT/],
    ['PORT', '70000', /PORT/],
    ['OWN_DOMAINS', 'ana@acme.example', /OWN_DOMAINS: 'ana@acme.example' is not a domain name/],
    ['AUTHSERV_ID', 'a b/c', /AUTHSERV_ID/],
    ['VIPS', 'Anna Kern', /VIPS: 'Anna Kern' is neither/],
    ['VIPS', 'Anna <a b@acme.example>', /VIPS/],
    ['MODE', 'loud', /MODE/],
    ['LOG_LEVEL', 'shout', /LOG_LEVEL/],
    ['HOST', ' ', /HOST/],
    ['DATA_DIR', '', /DATA_DIR/],
    ['DATABASE_URL', 'mysql://u:secret-word@h/d', /DATABASE_URL: must be postgres:/],
    ['DATABASE_URL', 'postgres://u:secret-word@h:port/d', /DATABASE_URL/],
    ['DATABASE_URL', '', /DATABASE_URL/],
    ['CLAMD', '/run/clamav/clamd.ctl', /CLAMD: must be unix:/],
    ['CLAMD', 'localhost', /CLAMD/],
    ['SPAMD', '783', /SPAMD: must be unix:/],
    ['SNS_TOPIC_ARN', 'inbound', /SNS_TOPIC_ARN: must be a topic/],
    ['SNS_TOPIC_ARN', 'arn:aws:sns:us-east-1:012345678912:inbound', /needed together/],
    ['SNS_CERTIFICATES', '/etc/sns.pem', /needed together/],
    ['MAILGUN_SIGNING_KEY', 'short', /MAILGUN_SIGNING_KEY/],
    ['HOLD_FALLBACK', 'reject', /HOLD_FALLBACK/],
    ['CLAMD', 'localhost:70000', /CLAMD/],
  ])('%s=%j is refused by a message that names it', (key, value, message) => {
    expect(() => readConfig({ [key]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [key]: value })).toThrow(message);
  });

  test.each(['postgres://u:p@db.example:5433/acme', 'postgresql:///acme?host=/run/postgresql'])(
    'a database: %s',
    (url) => {
      expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
    },
  );

  test.each([
    ['unix:/run/clamav/clamd.ctl', { path: '/run/clamav/clamd.ctl' }],
    ['localhost:3310', { host: 'localhost', port: 3310 }],
    ['[::1]:3310', { host: '::1', port: 3310 }],
  ])('a scanner: %s', (text, clamd) => {
    expect(readConfig({ CLAMD: text }).clamd).toEqual(clamd);
  });

  test.each([
    ['127.0.0.1:783', { host: '127.0.0.1', port: 783 }],
    ['unix:/run/tidemark/spamd.sock', { path: '/run/tidemark/spamd.sock' }],
  ])('where spamc connects: %s', (text, address) => {
    expect(readConfig({ SPAMD: text }).spamd).toEqual({ address, mayTell: false });
    expect(readConfig({ SPAMD: text, SPAMD_TELL: 'on' }).spamd?.mayTell).toBe(true);
    expect(readConfig({ SPAMD_TELL: 'on' }).spamd).toBeUndefined();
  });

  test('what webhooks are believed by', () => {
    const topic = 'arn:aws:sns:us-east-1:012345678912:inbound';
    const source = { MAILGUN_SIGNING_KEY: 'key-0123456789', SNS_CERTIFICATES: '/etc/sns.pem', SNS_TOPIC_ARN: topic };
    expect(readConfig(source)).toMatchObject({
      mailgunSigningKey: 'key-0123456789',
      sns: { certificateFile: '/etc/sns.pem', topicArns: [topic] },
    });
  });

  describe('the page of locked links', () => {
    const page = { LOCK_PAGE_URL: 'https://mail.acme.example/l/{token}', LOCK_SECRET: 'x'.repeat(32) };
    test('and whether it lets go on', () => {
      expect(readConfig({ ...page, LOCK_POLICY: 'block' })).toMatchObject({
        lockPage: { template: page.LOCK_PAGE_URL, secret: page.LOCK_SECRET },
        lockPolicy: 'block',
      });
    });
    test.each(['LOCK_PAGE_URL', 'LOCK_SECRET'] as const)('%s alone is a mistake', (name) => {
      expect(() => readConfig({ [name]: page[name] })).toThrow(/belong together/);
    });
    test.each([
      'https://mail.acme.example/l/',
      'https://mail.acme.example/{token}/l',
      'https://mail.acme.example/l/{token}?x="><script>',
      'https://u:p@mail.acme.example/l/{token}',
      'javascript://x/{token}',
    ])('%s is no address for it', (url) => {
      expect(() => readConfig({ ...page, LOCK_PAGE_URL: url })).toThrow(/LOCK_PAGE_URL: must be like/);
    });
    test('a short secret is refused and not shown', () => {
      expect(() => readConfig({ ...page, LOCK_SECRET: 'hunter2' })).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
      );
    });
  });

  test('what clients are told that cannot hold', () => {
    expect(readConfig({ HOLD_FALLBACK: 'add-header' }).holdFallback).toBe('add header');
  });

  test('a password stays out of messages', () => {
    expect(() => readConfig({ DATABASE_URL: 'pg://u:secret-word@h/d' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret-word') }),
    );
  });

  test('every bad key is named at once', () => {
    expect(() => readConfig({ PORT: 'x', MODE: 'y' })).toThrow(/PORT.*MODE/);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.1', false],
  ['127.evil.example', false],
])('isLoopback(%j) is %j', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
