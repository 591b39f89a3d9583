/** A DNS server on loopback, UDP and TCP, that answers from a declared zone: the resolver under test is the real one. */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import packet, { type Answer, type Packet } from 'dns-packet';

/** Values of one type at one name; an outage in the place of a name's records. */
export type ZoneEntry =
  | Readonly<Partial<Record<'A' | 'AAAA' | 'TXT' | 'PTR' | 'CNAME', readonly string[]>>>
  | Readonly<{ MX: readonly (readonly [number, string])[] }>
  | Outage;
type Outage = 'TIMEOUT' | 'SERVFAIL' | 'REFUSED';
export type Zone = Readonly<Record<string, ZoneEntry | readonly ZoneEntry[]>>;

export interface DnsServer {
  /** For DNS_SERVERS. */
  readonly address: string;
  /** 'TXT example.com' for each question that arrived, in order. */
  readonly asked: string[];
  /** Answers come so many milliseconds late from now on. */
  delay(ms: number): void;
  use(zone: Zone): void;
  close(): Promise<void>;
}

const MAX_UDP_BYTES = 1232;
const RCODES = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5, NOERROR: 0 } as const;
const RESPONSE_RD_RA = 0x180;

export async function startDnsServer(zone: Zone): Promise<DnsServer> {
  let current = indexed(zone);
  let delayMs = 0;
  const asked: string[] = [];

  function answer(query: Packet, send: (response: Packet) => void): void {
    const question = query.questions?.[0];
    if (question === undefined) return;
    asked.push(`${question.type} ${question.name.toLowerCase()}`);
    const found = lookUp(current, question.name, question.type);
    if (found === 'TIMEOUT') return;
    const response: Packet = {
      type: 'response',
      id: query.id ?? 0,
      flags: RESPONSE_RD_RA | RCODES[found.rcode],
      questions: [question],
      answers: [...found.answers],
    };
    setTimeout(() => send(response), delayMs);
  }

  const udp = createSocket('udp4', (bytes, { port, address }) => {
    answer(packet.decode(bytes), (response) => {
      const whole = packet.encode(response);
      const cut = { ...response, flags: (response.flags ?? 0) | packet.TRUNCATED_RESPONSE, answers: [] };
      udp.send(whole.length > MAX_UDP_BYTES ? packet.encode(cut) : whole, port, address);
    });
  });
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        answer(packet.decode(received.subarray(2, end)), (response) => socket.write(packet.streamEncode(response)));
        received = received.subarray(end);
      }
    });
  });
  // TCP chooses: other tests use up its ports, hardly any those of UDP.
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${port}`,
    asked,
    delay(ms) {
      delayMs = ms;
    },
    use(next) {
      current = indexed(next);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([new Promise<void>((resolve) => udp.close(resolve)), new Promise((done) => tcp.close(done))]);
    },
  };
}

type Index = ReadonlyMap<string, readonly ZoneEntry[]>;

const indexed = (zone: Zone): Index =>
  new Map(Object.entries(zone).map(([name, entry]) => [name.toLowerCase(), [entry].flat() as readonly ZoneEntry[]]));

type Found = 'TIMEOUT' | { readonly rcode: keyof typeof RCODES; readonly answers: readonly Answer[] };

/** Follows CNAMEs; NXDOMAIN only for a name with nothing at or below it (RFC 8020). */
function lookUp(zone: Index, name: string, type: string, depth = 0): Found {
  const entries = zone.get(name.toLowerCase());
  if (entries === undefined) {
    const isEmptyNode = [...zone.keys()].some((key) => key.endsWith(`.${name.toLowerCase()}`));
    return { rcode: isEmptyNode ? 'NOERROR' : 'NXDOMAIN', answers: [] };
  }
  const records = entries.flatMap((entry) => (typeof entry === 'string' ? [] : Object.entries(entry)));
  const own = records
    .filter(([kind]) => kind === type)
    .flatMap(([kind, values]) => values.map((value: Value) => toAnswer(name, kind, value)));
  if (own.length > 0) return { rcode: 'NOERROR', answers: own };
  const outage = entries.find((entry) => typeof entry === 'string');
  if (outage === 'TIMEOUT') return outage;
  if (outage !== undefined) return { rcode: outage, answers: [] };
  const alias = records.find(([kind]) => kind === 'CNAME')?.[1][0];
  if (typeof alias !== 'string' || depth > 8) return { rcode: 'NOERROR', answers: [] };
  const target = lookUp(zone, alias, type, depth + 1);
  if (target === 'TIMEOUT') return target;
  return { ...target, answers: [toAnswer(name, 'CNAME', alias), ...target.answers] };
}

type Value = string | readonly [number, string];

const TXT_PIECE = /[\s\S]{1,255}/g;

function toAnswer(name: string, type: string, value: Value): Answer {
  const common = { name, ttl: 300, class: 'IN' } as const;
  if (typeof value !== 'string') return { ...common, type: 'MX', data: { preference: value[0], exchange: value[1] } };
  if (type === 'TXT')
    return { ...common, type, data: (value.match(TXT_PIECE) ?? ['']).map((piece) => Buffer.from(piece)) };
  return { ...common, type: type as 'A', data: value };
}
