/**
 * A small synthetic organisation, the same for the same seed: six mailboxes with a year of colleagues, suppliers, freelancers, newsletters,
 * machines, a list and first contacts, some of whom change their program or provider on the way. What it is good for is to show a change;
 * how well something is found in real mail it does not show.
 */
import { type HistoryLine, historyLine } from '../history/expand.ts';
import { OWN_DOMAIN } from '../history/transport.ts';
import { type Random, seeded } from '../random.ts';

const DAY_MS = 86_400_000;
const END = Date.UTC(2026, 10, 20);
const DAYS = 360;
const FIRST_CONTACTS = 45; // of each mailbox

const NAMES = ['Ana Almeida', 'Ben Hartung', 'Chloe Marsh', 'David Okoye', 'Elif Demir', 'Frank Jansen'] as const;
const FIRST = [
  'Bea',
  'Jonas',
  'Tom',
  'Marit',
  'Piotr',
  'Ines',
  'Owen',
  'Yasmin',
  'Lars',
  'Nadia',
  'Hugo',
  'Sofie',
  'Karl',
  'Rita',
  'Milan',
  'Vera',
];
const LAST = [
  'Berg',
  'Lindqvist',
  'Okafor',
  'Solberg',
  'Zielak',
  'Faro',
  'Hartley',
  'Keller',
  'Brandt',
  'Castro',
  'Dubois',
  'Eriksen',
  'Novak',
  'Moreau',
  'Silva',
  'Winter',
];
/** Of those who write once; one in NAMESAKES shares the name of somebody who is known here. */
const NAMESAKES = 12;
const NEW_FIRST = [
  'Aldo',
  'Britt',
  'Ceren',
  'Dorte',
  'Emil',
  'Freya',
  'Gero',
  'Hedda',
  'Ivo',
  'Jana',
  'Kian',
  'Lotte',
  'Mats',
  'Noor',
  'Oskar',
  'Pilar',
];
const NEW_LAST = [
  'Abel',
  'Bakker',
  'Coster',
  'Duarte',
  'Engel',
  'Fuchs',
  'Grau',
  'Holm',
  'Ibsen',
  'Jahn',
  'Kranz',
  'Lopes',
  'Marek',
  'Nagel',
  'Oster',
  'Prins',
];
const COMPANIES = [
  'hartmann-papier',
  'nordwerk',
  'quint-advisory',
  'fjordregnskap',
  'ledgerhaus',
  'contas-lisboa',
  'keller-tax',
  'millbrook-print',
  'osterkamp',
  'vandenberg-logistics',
  'larsen-ince',
  'tiefbau-sommer',
];
const LETTERS = ['cfoweekly', 'kammer-nord', 'officemarkt', 'travelbriefs', 'cloudnotes'];
const CLIENTS = ['exchange', 'thunderbird', 'gmail', 'appleMail', 'outlook', 'webmail'] as const;
const NEW_CLIENTS = ['iphone', 'outlook', 'webmail'] as const;
const TOPICS = ['orders', 'logistics', 'project', 'office'] as const;
const ZONES = ['Europe/Berlin', 'Europe/London', 'Europe/Oslo', 'UTC'];

type Line = Parameters<typeof historyLine.parse>[0] & object;

export function officeLines(seed: number): readonly HistoryLine[] {
  const random = seeded(seed);
  const owners = NAMES.map((name) => ({ name, address: `${name.split(' ')[0]?.toLowerCase()}@${OWN_DOMAIN}` }));
  const companies = COMPANIES.map((company) => newCompany(company, random));
  return owners
    .flatMap((owner): readonly Line[] => {
      const to = `${owner.name} <${owner.address}>`;
      const colleagues = owners.filter((one) => one !== owner).map(({ name, address }) => `${name} <${address}>`);
      return [
        ...colleagues.map((from) =>
          regular(from, to, 12 + random.below(20), { client: 'outlook', topic: 'office', replyEvery: 3 }),
        ),
        ...companies.filter(() => random.chance(0.6)).flatMap((company) => suppliers(company, to, random)),
        ...freelancers(to, random),
        ...machines(owner.address, random),
        ...Array.from({ length: FIRST_CONTACTS }, (_, index) => firstContact(to, index, random)),
      ];
    })
    .map((line) => historyLine.parse(line));
}

const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Mail in a rhythm over the year, or over its last `days`. */
const regular = (from: string, to: string, everyDays: number, more: object, days = DAYS, until = END): Line => ({
  from,
  to,
  everyDays,
  count: Math.max(1, Math.floor(days / everyDays)),
  until: dayText(until),
  ...more,
});

interface Company {
  readonly domain: string;
  readonly people: readonly string[];
  readonly more: {
    readonly client: string;
    readonly topic: string;
    readonly timeZone: string;
    readonly authenticated: boolean;
  };
}

function newCompany(company: string, random: Random): Company {
  const domain = `${company}.example`;
  const people = Array.from({ length: 3 }, () => {
    const name = `${random.pick(FIRST)} ${random.pick(LAST)}`;
    return `${name} <${name.toLowerCase().replace(' ', '.')}@${domain}>`;
  });
  const more = {
    client: random.pick(CLIENTS) ?? 'outlook',
    topic: random.pick(TOPICS) ?? 'orders',
    timeZone: random.pick(ZONES) ?? 'UTC',
    authenticated: random.chance(0.85),
  };
  return { domain, people, more };
}

/** One to three people of a company, with papers or links to their own site; some change their program in the course of the year, some servers. */
function suppliers({ domain, people, more }: Company, to: string, random: Random): readonly Line[] {
  return people.slice(0, 1 + random.below(3)).flatMap((from): readonly Line[] => {
    const everyDays = 8 + random.below(20);
    const habits = {
      ...more,
      ...(random.chance(0.6) ? { replyEvery: 2 + random.below(3) } : {}),
      ...(random.chance(0.5) ? { attachments: ['pdf'], attachEvery: 2 } : {}),
      ...(random.chance(0.4) ? { linksTo: [`www.${domain}`] } : {}),
    };
    if (random.chance(0.7)) return [regular(from, to, everyDays, habits)];
    const days = 60 + random.below(200);
    const news = random.chance(0.5)
      ? { client: random.pick(NEW_CLIENTS) }
      : {
          via: { host: `out${random.below(9)}.mailhaus.example`, mailFrom: from.match(/<(.*)>/)?.[1], dkim: [domain] },
        };
    return [
      regular(from, to, everyDays, habits, DAYS - days, END - days * DAY_MS),
      regular(from, to, everyDays, { ...habits, ...news }, days),
    ];
  });
}

/** People at a mail provider. */
function freelancers(to: string, random: Random): readonly Line[] {
  return Array.from({ length: 4 }, () => {
    const name = `${random.pick(FIRST)} ${random.pick(LAST)}`;
    const from = `${name} <${name.toLowerCase().replace(' ', '.')}${random.below(90)}@gmail.com>`;
    return regular(from, to, 15 + random.below(30), {
      client: 'gmail',
      topic: random.pick(TOPICS),
      via: { host: 'mail-lf1-f41.google.com', mailFrom: from.match(/<(.*)>/)?.[1], dkim: ['gmail.com'] },
      ...(random.chance(0.5) ? { replyEvery: 3 } : {}),
    });
  });
}

function machines(to: string, random: Random): readonly Line[] {
  const letters = LETTERS.filter(() => random.chance(0.6)).map((letter) =>
    regular(`${letter} <newsletter@${letter}.example>`, to, 7 + random.below(14), {
      client: 'newsletter',
      topic: 'newsletter',
      timeZone: 'UTC',
      hours: [5, 8],
      linksTo: ['click.sendbright.example'],
      via: {
        host: `mail${10 + random.below(50)}.sendbright.example`,
        dkim: [`${letter}.example`, 'sendbright.example'],
      },
    }),
  );
  return [
    ...letters,
    regular('Portal <noreply@portal.workhub.example>', to, 9, {
      client: 'notifier',
      topic: 'notice',
      linksTo: ['portal.workhub.example'],
      timeZone: 'UTC',
    }),
    regular('Accounts <invoices@hartmann-papier.example>', to, 30, {
      client: 'sap',
      topic: 'orders',
      attachments: ['pdf'],
    }),
    regular('Rita Winter <rita@accounting-club.example>', to, 20, {
      client: 'thunderbird',
      topic: 'forum',
      list: { name: 'ap-forum', address: 'ap-forum@lists.accounting-club.example' },
    }),
  ];
}

/** Somebody who writes once: a new customer, a caller, a supplier to be; not all of them authenticated. */
function firstContact(to: string, index: number, random: Random): Line {
  const isNamesake = random.below(NAMESAKES) === 0;
  const name = `${random.pick(isNamesake ? FIRST : NEW_FIRST)} ${random.pick(isNamesake ? LAST : NEW_LAST)}`;
  const domain = `${random.pick(NEW_LAST)?.toLowerCase()}-${random.pick(['handel', 'studio', 'works', 'partners', 'gmbh'])}${index}.example`;
  const from = `${name} <${name.split(' ')[0]?.toLowerCase()}@${domain}>`;
  return {
    from,
    to,
    until: dayText(END - random.below(DAYS) * DAY_MS),
    client: random.pick(CLIENTS),
    topic: random.pick(TOPICS),
    timeZone: random.pick(ZONES),
    authenticated: random.chance(0.8),
    ...(random.chance(0.2) ? { attachments: ['pdf'] } : {}),
    ...(random.chance(0.3) ? { linksTo: [`www.${domain}`] } : {}),
  };
}
