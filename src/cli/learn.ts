import { type EnvelopeOptions, readMessageFile, toRequest } from './files.ts';
import { type Cli, withSession } from './session.ts';

/** `tidemark learn`: teaches from files in the order they arrived, whatever the order of the words. */
export async function learnFiles(files: readonly string[], options: EnvelopeOptions, cli: Cli): Promise<void> {
  const mails = await Promise.all(
    files.map(async (file) => {
      const raw = await readMessageFile(file, cli);
      return { file, raw, at: await cli.arrivalOf(raw) };
    }),
  );
  mails.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  await withSession(cli.open, async ({ service }) => {
    let learnedCount = 0;
    for (const { file, raw, at } of mails) {
      const request = toRequest(raw, options, 'auto');
      const receipt = await service.observe({ ...(at === undefined ? {} : { receivedAt: at }), ...request });
      if (receipt.isNew) learnedCount += 1;
      if (options.json) cli.out(`${JSON.stringify({ file, ...receipt })}\n`);
    }
    if (!options.json) cli.out(`learned ${learnedCount} of ${mails.length} messages (the others were known)\n`);
  });
}
