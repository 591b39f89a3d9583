import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const SRC = join(import.meta.dirname, '..', 'src');

/**
 * Who may import what under src/, beside its own folder. A folder stands for all files in it; 'packages' are npm's and Node's.
 * The picture is a star: stages know the vocabulary, triage.ts and read.ts know the stages, main.ts knows everything.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  text: ['models', 'packages'],
  parse: ['domain', 'text', 'models', 'packages'],
  qrcode: ['packages'],
  traits: ['domain', 'text', 'qrcode', 'models', 'packages'],
  baseline: ['domain', 'text', 'models', 'packages'],
  detectors: ['domain', 'text', 'models', 'packages'],
  score: ['domain', 'text', 'models', 'packages'],
  verdict: ['domain', 'text', 'models', 'packages'],
  store: ['domain', 'text', 'models', 'packages'],
  http: ['domain', 'text', 'models', 'packages'],
  milter: ['domain', 'text', 'slots.ts', 'sockets.ts', 'packages'],
  custody: ['domain', 'text', 'packages'],
  spamd: ['domain', 'text', 'sockets.ts', 'packages'],
  cli: ['domain', 'text', 'models', 'packages'],
  exports: ['domain', 'text', 'packages'],
  authenticate: ['domain', 'text', 'packages'],
  antivirus: ['domain', 'packages'],
  trial: [
    'domain',
    'text',
    'score',
    'verdict',
    'exports',
    'intake.ts',
    'exportOrder.ts',
    'learnWorker.ts',
    'lessons.ts',
    'read.ts',
    'triage.ts',
    'packages',
  ],
  hunt: ['domain', 'exports', 'exportOrder.ts', 'learnReader.ts', 'learnWorker.ts', 'readAhead.ts', 'packages'],
  jobs: ['domain', 'rescore', 'intake.ts', 'packages'],
  rescore: [
    'domain',
    'text',
    'score',
    'exports',
    'exportOrder.ts',
    'learnReader.ts',
    'learnWorker.ts',
    'lessons.ts',
    'read.ts',
    'readAhead.ts',
    'triage.ts',
    'packages',
  ],

  'config.ts': ['domain', 'text', 'configValues.ts', 'packages'],
  'configValues.ts': ['domain', 'text', 'packages'],
  'startup.ts': ['config.ts'],
  'intake.ts': ['domain', 'text', 'packages'],
  'read.ts': ['domain', 'parse', 'traits'],
  'readWorker.ts': ['domain', 'read.ts'],
  'apart.ts': ['slots.ts', 'packages'],
  'readApart.ts': ['domain', 'apart.ts', 'read.ts', 'readWorker.ts', 'slots.ts', 'packages'],
  'policyFile.ts': ['domain', 'config.ts', 'packages'],
  'certificateFile.ts': ['config.ts', 'packages'],
  'configured.ts': ['domain', 'config.ts', 'policyFile.ts', 'startup.ts', 'store', 'verdict', 'packages'],
  'doors.ts': [
    'domain',
    'text',
    'config.ts',
    'certificateFile.ts',
    'intake.ts',
    'startup.ts',
    'custody',
    'http',
    'milter',
    'spamd',
    'packages',
  ],
  'slots.ts': [],
  'sockets.ts': ['packages'],
  'lessons.ts': ['domain', 'intake.ts', 'baseline', 'verdict'],
  'stripWorker.ts': ['domain', 'traits', 'verdict'],
  'stripApart.ts': ['domain', 'apart.ts', 'readApart.ts', 'stripWorker.ts', 'traits', 'verdict', 'packages'],
  'lateLearning.ts': ['domain', 'lessons.ts'],
  'housekeeping.ts': ['domain'],
  'triage.ts': [
    'domain',
    'intake.ts',
    'lateLearning.ts',
    'lessons.ts',
    'read.ts',
    'stripApart.ts',
    'baseline',
    'detectors',
    'score',
    'verdict',
    'packages',
  ],
  'lockDesk.ts': ['domain'],
  'review.ts': ['domain', 'baseline', 'lessons.ts'],
  'service.ts': [
    'domain',
    'models',
    'intake.ts',
    'read.ts',
    'stripApart.ts',
    'custody',
    'lockDesk.ts',
    'detectors',
    'score',
    'triage.ts',
    'review.ts',
  ],
  'learnWorker.ts': ['domain', 'intake.ts', 'read.ts', 'baseline'],
  'learnReader.ts': ['domain', 'read.ts', 'readApart.ts', 'learnWorker.ts', 'packages'],
  'learnCheckpoint.ts': ['domain', 'packages'],
  'rescoreProcess.ts': ['domain', 'rescore', 'packages'],
  'rescoring.ts': [
    'domain',
    'config.ts',
    'configured.ts',
    'learnReader.ts',
    'readApart.ts',
    'rescore',
    'rescoreProcess.ts',
    'service.ts',
    'store',
    'packages',
  ],
  'jobService.ts': ['domain', 'config.ts', 'jobs', 'rescoring.ts', 'startup.ts', 'packages'],
  'readAhead.ts': ['domain', 'exportOrder.ts', 'learnReader.ts', 'learnWorker.ts'],
  'exportOrder.ts': ['domain', 'intake.ts', 'read.ts', 'learnCheckpoint.ts', 'learnReader.ts', 'exports', 'packages'],
  'learnHistory.ts': [
    'domain',
    'intake.ts',
    'lessons.ts',
    'read.ts',
    'exportOrder.ts',
    'readAhead.ts',
    'learnCheckpoint.ts',
    'learnReader.ts',
    'learnWorker.ts',
    'exports',
    'packages',
  ],
  'main.ts': ['*'],
};

/** A package or global that only some may touch. */
const KEPT_TO: readonly (readonly [what: string, pattern: RegExp, places: readonly string[]])[] = [
  ['mailparser', /from 'mailparser'/, ['parse']],
  ['mailauth', /['"]mailauth\b/, ['authenticate']],
  ['mailsplit', /['"]@zone-eu\/mailsplit\b/, ['verdict', 'text']],
  ['nodemailer', /['"]nodemailer\b/, ['custody']],
  ['zxing', /['"]zxing-wasm\b/, ['qrcode']],
  ['pg-boss', /['"]pg-boss\b/, ['jobs']],
  ['DNS', /from 'node:dns/, ['authenticate']],
  ['the environment', /process\.env/, ['config.ts']],
  ['the end of the process', /process\.exit\(/, ['main.ts']],
  ['UTF-16', /'(?:utf-?16le|ucs-?2)'|\bswap16\b/, ['text']],
  ['default exports', /^export default/m, []],
];

/** Stages are functions of what they are handed. */
const STAGES = ['domain', 'text', 'parse', 'traits', 'baseline', 'detectors', 'score', 'verdict'];
const OUTSIDE_WORLD =
  /\bDate\.now\(|new Date\(\)|performance\.now\(|Math\.random\(|\b(?:connect|Socket|Server)\b[^;]*from 'node:net'|from 'node:(?:fs|tls|dns|http|https|child_process|process)/;

const MAX_LINES = 400;
const GENERATED = ['http/api.generated.ts'];

interface Source {
  readonly path: string;
  readonly code: string;
  /** 'detectors', or the file itself at the top. */
  readonly place: string;
}

const sources: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !GENERATED.includes(path))
  .map((path) => ({ path, code: readFileSync(join(SRC, path), 'utf8'), place: path.split('/')[0] ?? path }));

const withoutComments = (code: string): string =>
  code.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '').replace(/\s\/\/ .*$/gm, '');

const importsOf = (code: string): readonly string[] =>
  [...code.matchAll(/^(?:import|export)\b[^;']*\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    ([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '',
  );

/** What an import leads to, in the words of the table. */
function targetOf(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return 'packages';
  const resolved = posix.normalize(posix.join('src', posix.dirname(path), specifier));
  const [top = '', next = ''] = resolved.split('/');
  return top === 'src' ? next : top;
}

function forbiddenImports({ path, code, place }: Source): readonly string[] {
  const allowed = MAY_IMPORT[place];
  if (allowed === undefined) return [`${place} has no line in the table`];
  if (allowed.includes('*')) return [];
  return importsOf(code).filter((specifier) => {
    const target = targetOf(path, specifier);
    return target !== place && !allowed.includes(target);
  });
}

describe('imports', () => {
  test.each(sources.map((source): [string, Source] => [source.path, source]))('%s', (_path, source) => {
    expect(forbiddenImports(source)).toEqual([]);
  });
  test('each line of the table is about something there is', () => {
    const places = new Set(sources.map(({ place }) => place));
    expect(Object.keys(MAY_IMPORT).filter((place) => !places.has(place))).toEqual([]);
  });
  test('no detector imports another', () => {
    const names = sources.filter(({ path }) => /^detectors\/\w+\.ts$/.test(path) && path !== 'detectors/index.ts');
    const crossing = names.filter(({ code }) => importsOf(code).some((specifier) => /^\.\/\w+\.ts$/.test(specifier)));
    expect(crossing.map(({ path }) => path)).toEqual([]);
  });
  test.each([
    ['detectors/a.ts', "import { b } from '../score/score.ts';", ['../score/score.ts']],
    [
      'detectors/a.ts',
      "import {\n  b,\n} from '../text/lists.ts';\nexport { c } from '../store/sqlite.ts';",
      ['../store/sqlite.ts'],
    ],
    ['domain/a.ts', "import { x } from 'node:fs';\nimport type { Y } from './y.ts';", ['node:fs']],
    ['parse/a.ts', "const lazy = await import('../traits/links.ts');", ['../traits/links.ts']],
    ['elsewhere/a.ts', '', ['elsewhere has no line in the table']],
  ])('the table catches %s with %j', (path, code, expected) => {
    expect(forbiddenImports({ path, code, place: path.split('/')[0] ?? '' })).toEqual(expected);
  });
});

describe('kept to its place', () => {
  test.each(KEPT_TO)('%s', (_what, pattern, places) => {
    const found = sources.filter(({ code, place }) => pattern.test(withoutComments(code)) && !places.includes(place));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
  test('stages know no clock, no chance, no disk and no network', () => {
    const found = sources.filter(
      ({ code, place }) => STAGES.includes(place) && OUTSIDE_WORLD.test(withoutComments(code)),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });
  test(`no file is longer than ${MAX_LINES} lines`, () => {
    expect(sources.filter(({ code }) => code.split('\n').length > MAX_LINES + 1).map(({ path }) => path)).toEqual([]);
  });
});
