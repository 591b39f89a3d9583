/** HOLD=mta with a way out: the original of what is stripped is kept and given back, though Postfix keeps what is held. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf, until } from './golden.ts';
import { canRunPostfix, openPrivatePostfix, type PrivatePostfix, WHY_NOT } from './postfix.ts';
import { openSmtp } from './smtp.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const RAW = readFileSync(join(import.meta.dirname, '../../samples/malware/double-extension/message.eml'));
/** A file that is gone does no harm: it is stripped, not held. */
const POLICY = {
  costs: { residual: { malware: { strip: 0 } }, disturbed: { stranger: { strip: 0.001, hold: 1000 } } },
};

(canRunPostfix ? describe : describe.skip)(canRunPostfix ? 'stripped' : `stripped: skipped, ${WHY_NOT}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-stripped-'));
  const socket = join(tmpdir(), `tidemark-stripped-${process.pid}.sock`);
  let tidemark: RunningTidemark;
  let postfix: PrivatePostfix;
  beforeAll(async () => {
    writeFileSync(join(dir, 'policy.json'), JSON.stringify(POLICY));
    postfix = await openPrivatePostfix([`smtpd_milters = unix:${socket}`, 'milter_default_action = tempfail']);
    tidemark = await startTidemark({
      MILTER: `unix:${socket}`,
      MILTER_GROUP: 'postfix',
      DATA_DIR: join(dir, 'data'),
      OWN_DOMAINS: 'acme.example',
      POLICY_FILE: join(dir, 'policy.json'),
      RELEASE_SMTP: `127.0.0.1:${postfix.port}`,
      RELEASE_SECRET: 'a'.repeat(40),
    });
  }, 60_000);
  afterAll(async () => {
    await tidemark?.kill('SIGTERM');
    await postfix?.stop();
    rmSync(dir, { recursive: true });
  });

  test('what was taken out comes back once, unjudged', async () => {
    const smtp = await openSmtp(postfix.port);
    const envelope = { clientIp: '203.0.113.9', mailFrom: 'orders@maritime-spares-trading.example' };
    expect(await smtp.send({ ...envelope, rcptTo: ['ana@acme.example'] }, RAW)).toMatch(/^250 /);
    await smtp.quit();
    await until(() => postfix.delivered().length === 1);
    const [stripped = ''] = postfix.delivered();
    expect(stripped).toMatch(/^X-Tidemark-Action: strip; id=v/m);
    expect(stripped).toContain('Ask your administrator for the original.');
    const id = idOf(stripped);
    const restore = () => fetch(`${tidemark.url}/v1/verdicts/${id}/restore`, { method: 'POST' });
    expect(await (await restore()).json()).toMatchObject({
      recipients: [{ address: 'ana@acme.example', state: 'accepted' }],
    });
    expect((await restore()).status).toBe(409);
    await until(() => postfix.delivered().length === 2);
    const [restored = ''] = postfix.delivered().filter((mail) => mail !== stripped);
    expect(restored).toContain(`X-Tidemark-Action: deliver; released; id=${id}`);
    const sent = RAW.toString('latin1').replaceAll('\r\n', '\n');
    expect(restored.trimEnd().endsWith(sent.slice(sent.indexOf('\n\n')).trimEnd())).toBe(true);
  });
});
