/** The command line: words ↔ Service, nothing else. Every command is handed what it needs by main.ts. */
import { Command, CommanderError } from 'commander';
import { ExportError } from '../domain/history.ts';
import { RescoreError, type RescoreErrorCode } from '../domain/rescore.ts';
import { IntakeError } from '../domain/service.ts';
import { demo } from './demo.ts';
import { evaluateExports } from './eval.ts';
import { knownTenant, UsageError } from './files.ts';
import { hunt } from './hunt.ts';
import { keys } from './keys.ts';
import { learnExports } from './learn.ts';
import { migrate } from './migrate.ts';
import { release } from './release.ts';
import { rescoreExports } from './rescore.ts';
import { scoreFiles } from './score.ts';
import type { Cli } from './session.ts';

/** Exit statuses beyond the verdict's (cli/score.ts), by sysexits.h. */
export const EXIT = { usage: 64, refused: 65, bug: 70, cannotCreate: 73, writing: 74, again: 75, config: 78 } as const;

/** Runs one command; resolves with the exit status. Rejects only for what is no fault of the words: bad configuration, a bug. */
export async function runCli(argv: readonly string[], cli: Cli): Promise<number> {
  let status = 0;
  const program = describe(cli, (code) => {
    status = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    const explained = explain(error, cli);
    if (explained === undefined) throw error;
    return explained;
  }
}

function describe(cli: Cli, finish: (status: number) => void): Command {
  const program = new Command('tidemark')
    .description('Learns what is normal for each mailbox and answers deliver, strip or hold.')
    .version(cli.version)
    .exitOverride()
    .configureOutput({ writeOut: cli.out, writeErr: cli.err });

  program
    .command('serve')
    .description('start the HTTP service (see README for its configuration by environment)')
    .action(() => cli.serve());

  program
    .command('worker')
    .description('do the jobs of POST /v1/jobs, one mailbox at a time, beside any number of others; needs DATABASE_URL')
    .action(() => cli.work());

  const envelope = (command: Command): Command =>
    command
      .option('-m, --mailbox <address>', 'protected mailbox; repeat for several', collect, [])
      .option('--mail-from <address>', 'envelope sender; <> for a bounce')
      .option('--client-ip <ip>', 'address of the host that handed it in')
      .option('--helo <name>', 'what that host called itself')
      .option('--user <login>', 'authenticated user')
      .option('--direction <direction>', 'inbound, outbound or internal')
      .option('--received-at <time>', 'RFC 3339; default: now to score, the mail’s own date to learn')
      .option('--tenant <tenant>', 'organisation', knownTenant, 'default');

  envelope(program.command('score <files...>'))
    .description('score messages (- for standard input); exit status 0 deliver, 10 strip, 20 hold: the most severe')
    .option('--no-learn', 'leave the baseline as it is')
    .option('--json', 'print the whole verdict, one JSON document a line')
    .option('--stripped <file>', 'write the message without what is dangerous there, if the verdict is strip')
    .action(async (files: readonly string[], options) => finish(await scoreFiles(files, options, cli)));

  envelope(program.command('learn <exports...>'))
    .description(
      'teach the baseline from exports of mail: mbox files, Maildirs, folders of messages, messages (- for standard input)',
    )
    .option('--json', 'print one JSON document a message')
    .action(async (exports: readonly string[], options) =>
      finish(await learnExports(exports, options, cli, EXIT.refused)),
    );

  program
    .command('eval <exports...>')
    .description(
      'put synthetic attacks into exports of your own mail and show what would be caught, and what of it stopped; nothing is stored',
    )
    .option('-m, --mailbox <address>', 'mailbox that the exports are of; repeat for several', collect, [])
    .option('--seed <number>', 'draws other attacks', '1')
    .option('--json', 'print the report as one JSON document')
    .action(async (exports: readonly string[], options) =>
      finish(await evaluateExports(exports, options, cli, EXIT.refused)),
    );

  program
    .command('rescore <exports...>')
    .description(
      'judge all mail of exports in the order of its arrival, each by what was known before it, and say why; of many mailboxes: ADDRESS=PATH …',
    )
    .option('-m, --mailbox <address>', 'mailbox that the exports are of; repeat for several', collect, [])
    .option('--tenant <tenant>', 'organisation', knownTenant, 'default')
    .option(
      '-o, --out <folder>',
      'write results.jsonl, .csv, .parquet and report.html there; interrupted, the same command goes on',
    )
    .option(
      '--against <baseline>',
      'then: as it stood when each message came; live: the configured store as it is',
      'then',
    )
    .option('--learn', 'judge by the configured store, and keep in it what the exports teach')
    .option(
      '-p, --processes <count>',
      'of exports given as ADDRESS=PATH: mailboxes judged at a time (default: one a core)',
    )
    .option(
      '--compare <results>',
      'results.jsonl of an earlier run over the same mail: what is stopped now and was not, and the other way round',
    )
    .option('-q, --quiet', 'no progress, no summary')
    .action(async (exports: readonly string[], options) =>
      finish(await rescoreExports(exports, options, cli, EXIT.refused)),
    );

  program.command('rescore-mailbox <threads>', { hidden: true }).action((threads) => cli.serveRescore(Number(threads)));

  program
    .command('hunt [exports...]')
    .description(
      'look for a domain, an address, a file or a subject in exports; without any, in the log of verdicts; exit status 1: nothing found',
    )
    .option(
      '-i, --indicator <what>',
      'example.com, name@example.com, a SHA-256, or subject~part; repeat for several',
      collect,
      [],
    )
    .option('-m, --mailbox <address>', 'verdicts of this mailbox only')
    .option('--tenant <tenant>', 'organisation', knownTenant, 'default')
    .option('--json', 'print one JSON document a hit')
    .action(async (exports: readonly string[], options) => finish(await hunt(exports, options, cli)));

  program
    .command('release <verdict>')
    .description(
      'deliver the original of a held or stripped message, which was kept with HOLD=custody, to its recipients',
    )
    .option('--again', 'also to those who have it by an earlier release')
    .option('--safe', 'and say that it was safe')
    .option('--tenant <tenant>', 'organisation', knownTenant, 'default')
    .action(async (verdict: string, options) => finish(await release(verdict, options, cli, EXIT)));

  program
    .command('demo')
    .description('teach a mailbox from samples/ and score attacks and benign mail against it, in memory')
    .option('--json', 'print one JSON document a case')
    .action(async (options) => finish(await demo(options, cli)));

  program
    .command('migrate')
    .description('bring the tables of the store up to date; every command does so by itself')
    .option('--dry-run', 'show what is applied and what is pending, and change nothing')
    .action(async (options) => finish((await migrate(options, cli)) ? 0 : EXIT.config));

  keys(program.command('keys').description('API keys'), cli);

  program
    .command('bench')
    .description('measure speed')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_options, command: Command) => finish(await cli.bench(command.args)));
  return program;
}

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

const EXIT_BY_RESCORE_ERROR: Readonly<Record<RescoreErrorCode, number>> = {
  'folder-in-use': EXIT.again,
  'folder-taken': EXIT.cannotCreate,
  'exports-changed': EXIT.refused,
  'cannot-write': EXIT.writing,
  'no-results': EXIT.usage,
};

function explain(error: unknown, { err }: Cli): number | undefined {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof UsageError) {
    err(`tidemark: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof ExportError) {
    err(`tidemark: ${error.message} (${error.code})\n`);
    return error.code === 'unreadable-export' ? EXIT.usage : EXIT.refused;
  }
  if (error instanceof RescoreError) {
    err(`tidemark: ${error.message} (${error.code})\n`);
    return EXIT_BY_RESCORE_ERROR[error.code];
  }
  if (error instanceof IntakeError) {
    err(`tidemark: ${error.field}: ${error.message} (${error.code})\n`);
    return EXIT.refused;
  }
  return undefined;
}
