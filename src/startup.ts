/** What keeps a command from starting, as one line for a person: which key, where, what is wrong, what to do. */
import { ConfigError } from './config.ts';

/** By the code of Node's error. */
const LISTEN_PROBLEMS: Readonly<Record<string, (at: string) => string>> = {
  EADDRINUSE: (at) =>
    `PORT: ${at} is taken by another program, perhaps another Tidemark; stop it, or set PORT to a free one (0 picks one)`,
  EACCES: (at) => `PORT: ${at} may not be opened by this user; set PORT to 1024 or more`,
  EADDRNOTAVAIL: (at) =>
    `HOST: ${at} is no address of this machine; set HOST to one that is, or to 0.0.0.0 or :: for all`,
  ENOTFOUND: (at) => `HOST: ${at}: there is no host of that name; set HOST to an address of this machine`,
  EAI_AGAIN: (at) => `HOST: ${at}: the name cannot be looked up now; set HOST to an address of this machine`,
};

/** Rejects with a ConfigError when the address cannot be had. */
export async function explainListening<T>(host: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const problem = LISTEN_PROBLEMS[codeOf(error)];
    if (problem === undefined) throw error;
    throw new ConfigError(problem(`${host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host}:${port}`));
  }
}

/** Rejects with a ConfigError when the milter's address cannot be had. */
export async function explainMilter<T>(name: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (!(error instanceof Error) || isBug(error)) throw error;
    const advice = 'set MILTER to an address or path that is free, and MILTER_GROUP to a group this user is in';
    throw new ConfigError(`MILTER: ${name}: ${error.message}; ${advice}`);
  }
}

/** Rejects with a ConfigError when the address of SPAMD cannot be had. */
export async function explainSpamd<T>(listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (!(error instanceof Error) || isBug(error)) throw error;
    throw new ConfigError(
      `SPAMD: ${error.message}; set it to an address or path that is free and that this user may open`,
    );
  }
}

/** Rejects with a ConfigError when the store is away, not there, or none that this Tidemark reads. `databaseUrl`: as in Config. */
export async function explainOpening<T>(databaseUrl: string | undefined, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Error) || isBug(error) || isBug(error.cause)) throw error;
    throw new ConfigError(
      databaseUrl === undefined
        ? `DATA_DIR: ${error.message}; it must be a folder that this user may write to, with a store of this Tidemark or none`
        : `DATABASE_URL: ${error.message}; check the address, that the server runs, and that the database exists`,
    );
  }
}

/** What the system, SQLite or PostgreSQL refuse is no bug; what the language itself throws is. */
const isBug = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError ||
  error instanceof SyntaxError;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
