/** Where a mail came from and what wrote it: traits whose values a sender's profile keeps (baseline/habits.ts). */
import type { ReceivedHop } from './mail.ts';

/** The way it came. */
export interface Route {
  readonly hops: readonly ReceivedHop[];
  /** Organisation of the first host outside: the envelope's client if given, else read from Received. */
  readonly sendingOrgDomain?: string;
  readonly sendingIp?: string;
  /** Its /16, of IPv6 /32: providers send from many addresses of a few networks. */
  readonly sendingNetwork?: string;
  /** Organisations of the hosts before that one, newest first, as they claim: 'intel.com local'; 'none' without any. */
  readonly relayPath: string;
  /** Name of the first of them, as it claims, numbers masked: 'dm9pr9mb9.namprd9.prod.outlook.com'; 'none' without any. */
  readonly firstRelay: string;
  /** Organisational domains of DKIM signatures (verified when authentication is known, else as claimed), sorted. */
  readonly dkimDomains: readonly string[];
  /** The border verified them: what else is claimed, anyone can write. */
  readonly isDkimVerified: boolean;
  readonly mailFromOrgDomain?: string;
}

/** Habits of the program that wrote the mail. Each is a short string, 'none' when absent: values for a sender's profile. */
export interface Client {
  /** X-Mailer or User-Agent without its version numbers. */
  readonly mailer: string;
  /** Zone of Date: '+0200'. */
  readonly timeZone: string;
  readonly messageIdDomain: string;
  /** Shape of the Message-ID's left side: 'hex32', 'uuid', 'digits.word' … */
  readonly messageIdPattern: string;
  /** Short hash of the order of author-written headers. */
  readonly headerOrder: string;
  /** Content type tree and encodings of the body: 'multipart/alternative(plain/qp,html/qp)'. */
  readonly structure: string;
  /** Shape of the MIME boundary. */
  readonly boundaryPattern: string;
  /** Short hash of how Content-Type and Content-Transfer-Encoding are written: case, order and quotes, without boundary and names. */
  readonly contentTypeForm: string;
}
