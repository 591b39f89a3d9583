/** Everything that recall() answers, in one file as it is one function: each block teaches a memory and looks at one part of the answer. */
import { describe, expect, test } from '@jest/globals';
import { observationOf } from '../../src/baseline/observe.ts';
import type { Message } from '../../src/domain/message.ts';
import { address, attachment, content, link, message, sender, withLinks } from '../messages.ts';
import { ANA, DAY_MS, mail, newMemory, START } from './memory.ts';

const BEA = 'bea@partner.example';
const CLARK = 'clark@acme.example';
const to = (...addresses: readonly string[]) => ({
  recipients: { to: addresses.map((one) => address(one)), cc: [], addresses, isUndisclosed: false },
});
/** Ana writes: what her mail program says does not matter here. */
const written = (n: number, readers: readonly string[], more: Partial<Message> = {}): Message =>
  mail(n, { direction: 'outbound', sender: sender(ANA, { isOwnDomain: true }), ...to(...readers), ...more });

describe('a mailbox that knows nothing', () => {
  test('is blank, and says so by absence', () => {
    const { maturity, ...known } = newMemory().baseline(mail(0));
    expect(maturity).toEqual({ stage: 'blank', messageCount: 0, ageDays: 0, toNextStage: '30 more messages' });
    expect(known).toEqual({
      mailbox: ANA,
      holds: { tokens: 3 },
      rarity: {},
      correspondents: new Map(),
      nameBindings: [],
      tenantNameBindings: [],
      habits: [],
      senderResemblances: [],
      replyToResemblances: [],
      vips: [],
      threads: new Map(),
      linkDomains: new Map(),
      attachmentKinds: new Map(),
    });
  });

  test('a message without a sender is recalled all the same', () => {
    const { sender: _, ...anonymous } = mail(0);
    expect(newMemory().baseline(anonymous).maturity.stage).toBe('blank');
  });
});

describe('maturity', () => {
  const after = (count: number, everyDays: number) => {
    const memory = newMemory();
    for (let n = 0; n < count; n++) memory.learn(mail(n, { receivedAt: START + n * everyDays * DAY_MS }));
    return memory.baseline(mail(0, { receivedAt: START + (count - 1) * everyDays * DAY_MS })).maturity;
  };
  test.each([
    [29, 1, 'blank', '1 more messages'],
    [30, 1, 'learning', '170 more messages'],
    [30, 0.1, 'learning', '170 more messages and 12 more days'],
    [200, 0.01, 'learning', '13 more days'],
    [200, 1, 'steady', undefined],
  ])('%d mails, one every %d days: %s', (count, everyDays, stage, toNextStage) => {
    expect(after(count, everyDays)).toMatchObject({ stage, messageCount: count });
    expect(after(count, everyDays).toNextStage).toBe(toNextStage);
  });
});

describe('a correspondent', () => {
  test('is counted with days, kinds, intents, Reply-To and who stood beside', () => {
    const memory = newMemory();
    const asks = content('', { intents: [{ intent: 'payment-request', language: 'en', quote: 'pay' }] });
    const facts = {
      content: asks,
      attachments: [attachment('a.pdf', { kind: 'pdf' }), attachment('b.pdf', { kind: 'pdf' })],
      sender: sender(BEA, { replyTo: [address('billing@partner-billing.example')] }),
      ...to(ANA, CLARK),
    };
    memory.learn(mail(0, facts));
    memory.learn(mail(1, facts));
    const { correspondent, domain, attachmentKinds } = memory.baseline(mail(3));
    expect(correspondent).toMatchObject({
      address: BEA,
      received: { messageCount: 2, distinctDays: 2, firstAt: START, lastAt: START + DAY_MS },
      repliedCount: 0,
      replyToOrgDomains: new Set(['partner-billing.example']),
      attachmentKinds: new Map([['pdf', 2]]),
      intents: new Map([['payment-request', 2]]),
      coRecipients: new Map([[CLARK, 2]]),
    });
    expect(correspondent).not.toHaveProperty('sent');
    expect(domain).toMatchObject({ orgDomain: 'partner.example', senderCount: 1, received: { messageCount: 2 } });
    expect(attachmentKinds).toEqual(new Map([['pdf', 2]]));
  });

  test('the same message twice counts once', () => {
    const memory = newMemory();
    memory.learn(mail(0));
    memory.learn(mail(0));
    expect(memory.baseline(mail(1)).correspondent?.received?.messageCount).toBe(1);
  });

  test('is solicited once the owner wrote, and answered when the answer belongs to its thread', () => {
    const memory = newMemory();
    memory.learn(mail(0));
    memory.learn(written(1, [BEA]), 'sent');
    expect(memory.baseline(mail(2)).correspondent).toMatchObject({ sent: { messageCount: 1 }, repliedCount: 0 });
    const answer = {
      thread: { ancestors: ['m0@partner.example'], baseSubject: '', claimsReply: true, isForward: false },
    };
    memory.learn(written(2, [BEA, 'else@x.example'], answer), 'sent');
    expect(memory.baseline(mail(3)).correspondent).toMatchObject({ sent: { messageCount: 2 }, repliedCount: 1 });
    const other = memory.baseline(mail(3, { sender: sender('else@x.example') }));
    expect(other.correspondent).toMatchObject({ sent: { messageCount: 1 }, repliedCount: 0 });
    expect(other.domain?.sent?.messageCount).toBe(1);
  });

  test('a freemail provider is no organisation', () => {
    const memory = newMemory();
    const jo = { sender: sender('jo@gmail.com', { isFreemail: true }) };
    memory.learn(mail(0, jo));
    expect(memory.baseline(mail(1, jo)).domain).toBeUndefined();
    expect(memory.baseline(mail(1, jo)).correspondent).toBeDefined();
  });

  test('a Reply-To is usual from the first mail on, or after a fortnight', () => {
    const memory = newMemory();
    const replyingTo = (domain: string) => ({ sender: sender(BEA, { replyTo: [address(`r@${domain}`)] }) });
    const usual = (n: number) => [...(memory.baseline(mail(n)).correspondent?.replyToOrgDomains ?? [])];
    memory.learn(mail(0, replyingTo('first.example')));
    memory.learn(mail(5, replyingTo('later.example')));
    expect(usual(18)).toEqual(['first.example']);
    expect(usual(19)).toEqual(['first.example', 'later.example']);
  });

  test('the owner’s word needs the owner’s log-in', () => {
    const memory = newMemory();
    const asIntern = { envelope: { rcptTo: [BEA], user: 'intern@acme.example' } };
    memory.learn(written(0, ['max@evil.example'], asIntern), 'sent');
    expect(observationOf(written(0, [BEA], asIntern))?.isOwnersWord).toBeUndefined();
    expect(observationOf(written(0, [BEA], { envelope: { rcptTo: [], user: 'Ana' } }))?.isOwnersWord).toBe(true);
    expect(observationOf(mail(0))?.isOwnersWord).toBeUndefined();
  });

  test('what people said of it', () => {
    const memory = newMemory();
    memory.learn(mail(0), 'reported');
    memory.learn(mail(1), 'released');
    memory.learn(mail(1), 'released');
    expect(memory.baseline(mail(2)).correspondent).toMatchObject({ reportedCount: 1, releasedCount: 1 });
    memory.learn(mail(0), 'released');
    expect(memory.baseline(mail(2)).correspondent).toMatchObject({ reportedCount: 0, releasedCount: 2 });
  });

  test('is known to its mailbox only; the tenant knows its profile', () => {
    const memory = newMemory();
    memory.learn(mail(0), 'received', [ANA, CLARK]);
    memory.learn(mail(1), 'received', [CLARK]);
    expect(memory.baseline(mail(2)).correspondent?.received?.messageCount).toBe(1);
    expect(memory.baseline(mail(2), 'new@acme.example').correspondent).toBeUndefined();
    // One message to two mailboxes is one message of the sender.
    expect(memory.baseline(mail(2), 'new@acme.example').profile?.received.messageCount).toBe(2);
  });

  test('writes to a mailbox of the tenant from its third day on, or once the owner writes', () => {
    const memory = newMemory();
    const mailboxCount = () => memory.baseline(mail(9)).profile?.mailboxCount;
    for (const n of [0, 1]) memory.learn(mail(n), 'received', [ANA, CLARK]);
    expect(mailboxCount()).toBe(0);
    memory.learn(mail(2), 'received', [ANA, CLARK]);
    expect(mailboxCount()).toBe(2);
    memory.learn(mail(3), 'received', ['dora@acme.example']);
    memory.learn(
      mail(4, { direction: 'outbound', sender: sender('dora@acme.example', { isOwnDomain: true }), ...to(BEA) }),
      'sent',
      ['dora@acme.example'],
    );
    memory.learn(mail(5), 'received', ['dora@acme.example']);
    expect(mailboxCount()).toBe(3);
  });

  test('no address of a mailbox stands in what the tenant counts mailboxes by', () => {
    const memory = newMemory();
    memory.learn(mail(0, to('list@lists.example')));
    const tenantRecords = [...memory.records].filter(([id]) => id.startsWith('\n'));
    expect(JSON.stringify(tenantRecords)).not.toContain(ANA);
  });
});

describe('taking back', () => {
  test('leaves nothing of a message that alone was learned', () => {
    const memory = newMemory();
    memory.learn(mail(0, withLinks(link('https://new.example/'))));
    memory.unlearn(mail(0, withLinks(link('https://new.example/'))));
    const { correspondent, domain, nameBindings, profile, domainProfile, habits, threads, linkDomains, maturity } =
      memory.baseline(mail(1, withLinks(link('https://new.example/'))));
    expect(correspondent).not.toHaveProperty('received');
    expect(domain).not.toHaveProperty('received');
    expect({ nameBindings, habits, profile, domainProfile }).toEqual({
      nameBindings: [],
      habits: [],
      profile: undefined,
      domainProfile: undefined,
    });
    expect(threads.size).toBe(0);
    expect(linkDomains.get('new.example')).toEqual({ mailboxCount: 0, tenantCount: 0, senderCount: 0 });
    expect(maturity.messageCount).toBe(0);
  });

  test('leaves what other messages taught', () => {
    const memory = newMemory();
    for (let n = 0; n < 5; n++) memory.learn(mail(n));
    const before = memory.baseline(mail(9));
    memory.learn(mail(5));
    memory.unlearn(mail(5));
    const after = memory.baseline(mail(9));
    expect(after.correspondent?.received).toMatchObject({ messageCount: 5, distinctDays: 5 });
    expect(after.profile).toMatchObject({ checkedCount: 5, alignedCount: 5 });
    expect(after.correspondent?.received?.everCount).toBeCloseTo(before.correspondent?.received?.everCount ?? 0, 4);
  });

  test('is done once, and only of what was learned; it may be learned again', () => {
    const memory = newMemory();
    memory.learn(mail(0));
    memory.unlearn(mail(1));
    memory.learn(mail(1));
    memory.unlearn(mail(1));
    memory.unlearn(mail(1));
    expect(memory.baseline(mail(9)).correspondent?.received?.messageCount).toBe(1);
    memory.learn(mail(1));
    expect(memory.baseline(mail(9)).correspondent?.received?.messageCount).toBe(2);
  });
});

describe('names', () => {
  const bea = sender(BEA, { name: 'Bea Lind', nameKey: 'bea lind' });
  test('are bound to the addresses that used them, most frequent first', () => {
    const memory = newMemory();
    memory.learn(mail(0, { sender: bea }));
    memory.learn(mail(1, { sender: bea }));
    memory.learn(mail(2, { sender: sender('bl@home.example', { nameKey: 'bea lind' }) }));
    const impostor = mail(3, { sender: sender('bea.lind@evil.example', { nameKey: 'bea lind' }) });
    expect(memory.baseline(impostor).nameBindings).toEqual([
      { address: BEA, messageCount: 2, lastAt: START + DAY_MS, isSolicited: false },
      { address: 'bl@home.example', messageCount: 1, lastAt: START + 2 * DAY_MS, isSolicited: false },
    ]);
    expect(memory.baseline(impostor, CLARK)).toMatchObject({
      nameBindings: [],
      tenantNameBindings: [{ address: BEA }, {}],
    });
    expect(memory.baseline(mail(3, { sender: bea })).nameBindings).toMatchObject([{ address: 'bl@home.example' }]);
  });

  test('of people the owner writes to are solicited', () => {
    const memory = newMemory();
    const { recipients } = to(BEA);
    memory.learn(written(0, [BEA], { recipients: { ...recipients, to: [address(BEA, 'Bea Lind')] } }), 'sent');
    const impostor = mail(1, { sender: sender('x@evil.example', { nameKey: 'bea lind' }) });
    expect(memory.baseline(impostor).nameBindings).toMatchObject([{ address: BEA, isSolicited: true }]);
  });

  test('a name that everybody uses keeps its regular holders', () => {
    const memory = newMemory();
    const { recipients } = to('kern@x.example');
    const named = { recipients: { ...recipients, to: [address('kern@x.example', 'Bea Lind')] } };
    memory.learn(written(100, ['kern@x.example'], named), 'sent');
    for (let n = 0; n < 5; n++) memory.learn(mail(n, { sender: bea }));
    for (let n = 5; n < 60; n++)
      memory.learn(mail(n, { sender: sender(`u${n}@evil.example`, { nameKey: 'bea lind' }) }));
    const { nameBindings } = memory.baseline(mail(70, { sender: sender('new@evil.example', { nameKey: 'bea lind' }) }));
    expect(nameBindings.length).toBeLessThanOrEqual(16);
    expect(nameBindings[0]).toMatchObject({ address: BEA, messageCount: 5 });
    expect(nameBindings).toContainEqual(expect.objectContaining({ address: 'kern@x.example', isSolicited: true }));
  });
});

describe('habits', () => {
  const client = message().client;
  const learned = (count: number) => {
    const memory = newMemory();
    for (let n = 0; n < count; n++) memory.learn(mail(n));
    return memory;
  };
  const habit = (memory: ReturnType<typeof newMemory>, one: Message, trait: string) =>
    memory.baseline(one).habits.find((found) => found.trait === trait);

  test('the usual is no surprise, and the new is the more surprising the longer the history', () => {
    const usual = habit(learned(20), mail(21), 'mailer');
    expect(usual).toMatchObject({ value: 'none', seenCount: 20, senderCount: 20 });
    expect(usual?.surprise).toBeLessThan(0.1);
    const other = mail(21, { client: { ...client, mailer: 'evil mailer' } });
    const surprises = [1, 5, 20].map((count) => habit(learned(count), other, 'mailer')?.surprise ?? 0);
    expect(surprises[0]).toBeLessThan(surprises[1] ?? 0);
    expect(surprises[1]).toBeLessThan(surprises[2] ?? 0);
    expect(surprises[2]).toBeGreaterThan(4.6);
    expect(habit(learned(20), other, 'mailer')).toMatchObject({ seenCount: 0, senderCount: 20 });
  });

  test('a new colleague of a known sender is expected to be like it', () => {
    const colleague = { sender: sender('carl@partner.example') };
    const same = habit(learned(20), mail(21, colleague), 'dkimDomains');
    const route = { ...message().route, hops: [], dkimDomains: ['evil.example'] };
    const other = habit(learned(20), mail(21, { ...colleague, route }), 'dkimDomains');
    expect(same).toMatchObject({ senderCount: 0, seenCount: 0 });
    expect(other?.surprise).toBeGreaterThan((same?.surprise ?? 99) + 2);
  });

  test('a new value surprises less from who often has new ones', () => {
    const varied = newMemory();
    for (let n = 0; n < 20; n++) varied.learn(mail(n, { client: { ...client, mailer: `mailer ${n % 5}` } }));
    const other = mail(21, { client: { ...client, mailer: 'other' } });
    expect(habit(varied, other, 'mailer')?.surprise).toBeLessThan(
      (habit(learned(20), other, 'mailer')?.surprise ?? 0) - 0.3,
    );
  });

  test('what colleagues do is new for the sender, not for its domain', () => {
    const memory = learned(20);
    const colleague = { sender: sender('carl@partner.example'), client: { ...client, mailer: 'mutt' } };
    for (let n = 20; n < 30; n++) memory.learn(mail(n, colleague));
    const [colleagues, nobodys] = ['mutt', 'evil'].map((mailer) =>
      habit(memory, mail(31, { client: { ...client, mailer } }), 'mailer'),
    );
    expect(colleagues).toMatchObject({ seenCount: 0, senderCount: 20 });
    expect(colleagues?.domainSurprise).toBeLessThan(1.5);
    expect(nobodys?.domainSurprise).toBeGreaterThan(4);
  });

  test('who bears the name of a known address is compared with it', () => {
    const named = { nameKey: 'bea lind' };
    const memory = newMemory();
    for (let n = 0; n < 20; n++) memory.learn(mail(n, { sender: sender(BEA, named) }));
    const elsewhere = (mailer: string) =>
      memory
        .baseline(mail(21, { sender: sender('bea@home.example', named), client: { ...client, mailer } }))
        .nameHolderHabits?.find(({ trait }) => trait === 'mailer');
    expect(elsewhere('none')).toMatchObject({ seenCount: 20, senderCount: 20 });
    expect(elsewhere('evil')?.surprise).toBeGreaterThan(4);
    expect(memory.baseline(mail(21, { sender: sender(BEA, named) })).nameHolderHabits).toBeUndefined();
    // Somebody who bears the name too, and writes more, does not take the place of whom the owner writes to.
    const asBea = { recipients: { ...message().recipients, to: [address(BEA, 'Bea Lind')] } };
    memory.learn(written(22, [BEA], asBea), 'sent');
    for (let n = 23; n < 53; n++)
      memory.learn(mail(n, { sender: sender('b@free.example', named), client: { ...client, mailer: 'evil' } }));
    expect(elsewhere('evil')?.surprise).toBeGreaterThan(2.5);
    expect(memory.baseline(mail(21, { sender: sender('x@home.example') })).nameHolderHabits).toBeUndefined();
  });

  test('nobody is known, nothing is a habit', () => {
    expect(learned(20).baseline(mail(21, { sender: sender('x@new.example') })).habits).toEqual([]);
  });

  test('hours are counted in UTC', () => {
    expect(learned(3).baseline(mail(4)).profile?.hours[9]).toBe(3);
  });

  test('mail that fails DMARC, or that fails where this sender never does, teaches no habit', () => {
    const failing = { ...message().authentication, isAligned: false, dmarc: 'fail' as const };
    const unsigned = { ...failing, dmarc: 'none' as const };
    const memory = learned(10);
    for (let n = 10; n < 20; n++)
      memory.learn(
        mail(n, { authentication: n % 2 === 0 ? failing : unsigned, client: { ...client, mailer: 'evil' } }),
      );
    const counts = memory.baseline(mail(21, { authentication: failing })).profile;
    expect(counts).toMatchObject({ checkedCount: 10, alignedCount: 10, unauthenticatedDays: 10 });
    expect(memory.baseline(mail(21)).correspondent?.received?.messageCount).toBe(10);
    expect(habit(memory, mail(21, { client: { ...client, mailer: 'evil' } }), 'mailer')).toMatchObject({
      seenCount: 0,
      senderCount: 10,
    });
  });

  test('it is compared with its like once it came on three days', () => {
    const failing = { authentication: { ...message().authentication, isAligned: false, dmarc: 'fail' as const } };
    const viaList = { ...failing, client: { ...client, mailer: 'list' } };
    const memory = learned(10);
    const surprise = () => habit(memory, mail(30, viaList), 'mailer')?.surprise ?? 0;
    for (const n of [10, 11, 11.1, 11.2]) memory.learn(mail(n, viaList));
    expect(surprise()).toBeGreaterThan(3);
    memory.learn(mail(12, viaList));
    expect(surprise()).toBeLessThan(1.5);
    expect(
      habit(memory, mail(30, { ...viaList, authentication: message().authentication }), 'mailer')?.surprise,
    ).toBeGreaterThan(3);
  });

  test('a sender that never authenticates teaches by what it sends', () => {
    const memory = newMemory();
    const unsigned = { ...message().authentication, isAligned: false, dmarc: 'none' as const };
    for (let n = 0; n < 10; n++) memory.learn(mail(n, { authentication: unsigned }));
    expect(habit(memory, mail(11), 'mailer')).toMatchObject({ seenCount: 10 });
  });
});

describe('threads and links', () => {
  const reply = {
    thread: {
      ancestors: ['m0@partner.example', 'gone@x.example'],
      baseSubject: '',
      claimsReply: true,
      isForward: false,
    },
  };
  test('an ancestor that the mailbox or the tenant has seen, with who took part', () => {
    const memory = newMemory();
    memory.learn(mail(0, to(ANA, CLARK)));
    const { threads } = memory.baseline(mail(1, reply));
    expect([...threads.values()]).toEqual([
      {
        messageId: 'm0@partner.example',
        writer: BEA,
        isOwn: false,
        isFromInside: false,
        participants: new Set([BEA, ANA, CLARK]),
        at: START,
      },
    ]);
    expect(memory.baseline(mail(1, reply), 'new@acme.example').threads.size).toBe(1);
  });

  test('nobody takes a thread over by its Message-ID, nor begins one in another name', () => {
    const memory = newMemory();
    memory.learn(written(0, [BEA]), 'sent');
    memory.learn(mail(0, { sender: sender('eve@evil.example'), contentHash: 'other' }));
    expect([...(memory.baseline(mail(1, reply)).threads.get('m0@partner.example')?.participants ?? [])]).toEqual([
      ANA,
      BEA,
    ]);
    const forged = { ...message().authentication, isAligned: false, dmarc: 'fail' as const };
    const others = ['m5@partner.example', 'm6@partner.example'];
    for (let n = 10; n < 15; n++) memory.learn(mail(n));
    memory.learn(mail(5, { authentication: forged }));
    memory.learn(mail(6, { sender: sender(ANA, { isOwnDomain: true }), authentication: forged }));
    expect(memory.baseline(mail(9, { thread: { ...reply.thread, ancestors: others } })).threads.size).toBe(0);
  });

  test('reporting a copy of a message does not wipe the thread', () => {
    const memory = newMemory();
    memory.learn(written(0, [BEA]), 'sent');
    const copy = mail(0, { sender: sender('eve@evil.example'), contentHash: 'other' });
    memory.learn(copy);
    memory.unlearn(copy);
    expect(memory.baseline(mail(1, reply)).threads.get('m0@partner.example')?.isOwn).toBe(true);
  });

  test('an ancestor that the owner wrote is its own, for the owner', () => {
    const memory = newMemory();
    memory.learn(written(0, [BEA]), 'sent');
    expect(memory.baseline(mail(1, reply)).threads.get('m0@partner.example')?.isOwn).toBe(true);
    expect(memory.baseline(mail(1, reply), CLARK).threads.get('m0@partner.example')?.isOwn).toBe(false);
  });

  test('how often links led to an organisation', () => {
    const memory = newMemory();
    const links = withLinks(
      link('https://www.partner.example/a'),
      link('https://cdn.partner.example/b'),
      link('https://new.example/'),
    );
    memory.learn(mail(0, withLinks(link('https://partner.example/'), link('https://cdn.partner.example/'))));
    memory.learn(mail(1, withLinks(link('https://partner.example/'))), 'received', [CLARK]);
    expect(memory.baseline(mail(2, links)).linkDomains).toEqual(
      new Map([
        ['partner.example', { mailboxCount: 1, tenantCount: 2, senderCount: 1 }],
        ['new.example', { mailboxCount: 0, tenantCount: 0, senderCount: 0 }],
      ]),
    );
  });
});

describe('resemblances', () => {
  const resembles = (domain: string, memory = partner()) =>
    memory
      .baseline(mail(30, { sender: sender(`bea@${domain}`) }))
      .senderResemblances.map(({ known, kind, domain: of }) => `${known} ${kind} ${of}`);
  function partner(days = 5) {
    const memory = newMemory(['acme-works.example']);
    for (let n = 0; n < days; n++) memory.learn(mail(n, { sender: sender('bea@hartmann.example') }));
    return memory;
  }

  test.each([
    ['hartrnann.example', 'correspondent confusable hartmann.example'],
    ['hаrtmann.example', 'correspondent confusable hartmann.example'],
    ['hartman.example', 'correspondent edit hartmann.example'],
    ['hatrmann.example', 'correspondent edit hartmann.example'],
    ['hartmann.test', 'correspondent suffix-swap hartmann.example'],
    ['hartmann-billing.test', 'correspondent combination hartmann.example'],
    ['hartmann.evil.test', 'correspondent subdomain hartmann.example'],
    ['acme-vvorks.test', 'own confusable acme-works.example'],
    ['paypa1.test', 'brand confusable paypal.com'],
    ['paypal-forum.test', 'brand combination paypal.com'],
    ['apple-login.test', 'brand combination apple.com'],
    ['aplle.test', 'brand edit apple.com'],
    ['notifications.service.gov.uk.evil.test', 'brand subdomain notifications.service.gov.uk'],
    ['notifications.login-portal.test', 'brand subdomain notifications.service.gov.uk'],
    ['notifications.hmrc-refunds.test', 'brand subdomain notifications.service.gov.uk'],
    ['notifications.gov-uk.test', 'brand subdomain notifications.service.gov.uk'],
    ['passport.microsoft365.test', 'brand subdomain passport.net'],
    ['microsoftonline.evil.test', 'brand subdomain microsoftonline.com'],
  ])('%s: %s', (domain, expected) => {
    const written = new URL(`http://${domain}`).hostname;
    expect(resembles(written)).toContain(expected);
  });

  test.each([
    'hartmann.example',
    'mail.hartmann.example',
    'heart.example',
    'man.test',
    'hartwich.test',
    'acme-works.example',
    'paypal.com',
    'paypay.ne.jp',
    'deutschebahn.com',
    'apple-orchard.test',
    'treasury-forum.test',
    'general-ledger.test',
    'elster-immobilien.test',
    'carrefour-des-arts.test',
    'stripe-textiles.test',
    'notifications.shop.test',
    'messenger.shop.test',
  ])('none: %s', (domain) => expect(resembles(domain)).toEqual([]));

  test('nobody unauthenticated is framed as the original; where nobody checks, five days will do', () => {
    const unchecked = (days: number, authentication: Message['authentication']) => {
      const memory = newMemory();
      const { authentication: _, ...facts } = mail(0);
      for (let n = 0; n < days; n++)
        memory.learn({
          ...facts,
          id: `h${n}`,
          receivedAt: START + n * DAY_MS,
          sender: sender('bea@hartmann.example'),
          ...(authentication === undefined ? {} : { authentication }),
        });
      return memory;
    };
    const unaligned = { ...message().authentication, isAligned: false, dmarc: 'none' as const };
    expect(resembles('hartman.test', unchecked(9, unaligned))).toEqual([]);
    expect(resembles('hartman.test', unchecked(4, undefined))).toEqual([]);
    expect(resembles('hartman.test', unchecked(5, undefined))).toEqual(['correspondent edit hartmann.example']);
  });

  test('a domain must be known for some days, unless the owner wrote there', () => {
    expect(resembles('hartman.test', partner(1))).toEqual([]);
    const memory = newMemory();
    memory.learn(written(0, ['bea@hartmann.example']), 'sent');
    expect(resembles('hartman.test', memory)).toEqual(['correspondent edit hartmann.example']);
  });

  test('Reply-To is looked at where it leads elsewhere', () => {
    const diverted = mail(30, { sender: sender('bea@partner.example', { replyTo: [address('bea@hartrnann.test')] }) });
    expect(partner().baseline(diverted).replyToResemblances).toMatchObject([
      { domain: 'hartmann.example', kind: 'confusable' },
    ]);
    expect(partner().baseline(mail(30)).replyToResemblances).toEqual([]);
  });
});

describe('who matters inside', () => {
  const BOSS = 'boss@acme.example';
  const colleague = (n: number) => `c${n}@acme.example`;
  /** The boss writes, and each of the first `count` colleagues answers. */
  const answered = (boss: string, count: number, memory = newMemory()) => {
    for (let n = 0; n < count; n++) {
      const id = `q${n}-${boss}`;
      memory.learn(written(n, [colleague(n)], { id, contentHash: id, sender: inside(boss) }), 'sent', [boss]);
      const ancestors = { ancestors: [id], baseSubject: '', claimsReply: true, isForward: false };
      const answer = {
        id: `a${n}-${boss}`,
        contentHash: `a${n}${boss}`,
        sender: inside(colleague(n)),
        thread: ancestors,
      };
      memory.learn(written(n, [boss], answer), 'sent', [colleague(n)]);
    }
    return memory;
  };
  const inside = (of: string) => sender(of, { isOwnDomain: true });
  const vips = (memory: ReturnType<typeof newMemory>) => memory.baseline(mail(500)).vips;

  test('a person whom many colleagues answer', () => {
    const [vip, ...others] = vips(answered(BOSS, 40));
    expect(others).toEqual([]);
    expect(vip).toMatchObject({ address: BOSS });
    expect(Math.abs((vip?.answererCount ?? 0) - 40)).toBeLessThan(8);
  });
  test('not one whom a handful answers, nor one far behind the first', () => {
    expect(vips(answered(BOSS, 7))).toEqual([]);
    const memory = answered('clerk@acme.example', 12, answered(BOSS, 40));
    expect(vips(memory).map(({ address: one }) => one)).toEqual([BOSS]);
  });
  test('one colleague who answers every day counts once', () => {
    const memory = answered(BOSS, 1);
    for (let n = 0; n < 30; n++)
      memory.learn(
        written(n, [BOSS], {
          id: `again${n}`,
          contentHash: `again${n}`,
          sender: inside(colleague(0)),
          thread: { ancestors: [`q0-${BOSS}`], baseSubject: '', claimsReply: true, isForward: false },
        }),
        'sent',
        [colleague(0)],
      );
    expect(vips(memory)).toEqual([]);
  });
  test('answers from outside make nobody important', () => {
    const memory = newMemory();
    for (let n = 0; n < 40; n++) {
      memory.learn(
        written(n, ['x@partner.example'], { id: `q${n}`, contentHash: `q${n}`, sender: inside(BOSS) }),
        'sent',
        [BOSS],
      );
      memory.learn(
        mail(n, {
          ...to(BOSS),
          sender: sender(`r${n}@partner.example`),
          thread: { ancestors: [`q${n}`], baseSubject: '', claimsReply: true, isForward: false },
        }),
        'received',
        [BOSS],
      );
    }
    expect(vips(memory)).toEqual([]);
  });
  test('configured ones come first, and are not counted again', () => {
    const memory = newMemory(['acme.example'], [{ address: BOSS, nameKey: 'carl ohm' }]);
    expect(vips(answered(BOSS, 40, memory))).toEqual([{ address: BOSS, nameKey: 'carl ohm' }]);
  });
});

test('many Reply-Tos keep nobody else from being looked up', () => {
  const memory = newMemory();
  memory.learn(mail(0, { sender: sender('cy@quoted.example') }));
  const replyTo = Array.from({ length: 20 }, (_, n) => address(`r${n}@elsewhere.example`));
  const flooding = mail(1, {
    sender: sender(BEA, { replyTo }),
    quotes: [{ writer: { address: 'cy@quoted.example' }, readers: [] }],
  });
  expect(memory.baseline(flooding).correspondents.has('cy@quoted.example')).toBe(true);
});

test('writers of quoted mail are looked up', () => {
  const memory = newMemory();
  memory.learn(mail(0, { sender: sender('cy@quoted.example') }));
  const quoting = mail(1, { quotes: [{ writer: { address: 'cy@quoted.example' }, readers: [] }] });
  expect(memory.baseline(quoting).correspondents.get('cy@quoted.example')?.received?.messageCount).toBe(1);
});

test('mail learned before its sender was known to authenticate counts once, though it is taught again later', () => {
  const memory = newMemory();
  const { authentication } = message();
  const unauthenticated = mail(0, {
    authentication: {
      ...authentication,
      spf: 'fail',
      dkim: 'none',
      dmarc: 'fail',
      dkimPassDomains: [],
      isAligned: false,
    },
  });
  memory.learn(unauthenticated);
  for (let n = 1; n <= 6; n++) memory.learn(mail(n));
  const counts = () => {
    const { correspondent, maturity, profile } = memory.baseline(mail(9));
    return [correspondent?.received?.messageCount, maturity.messageCount, profile?.received.messageCount];
  };
  expect(counts()).toEqual([7, 7, 7]);
  memory.learn(unauthenticated);
  expect(counts()).toEqual([7, 7, 7]);
  expect(memory.baseline(unauthenticated).profile?.unauthenticatedDays).toBe(0);
  memory.unlearn(unauthenticated);
  expect(counts()).toEqual([6, 6, 6]);
});
