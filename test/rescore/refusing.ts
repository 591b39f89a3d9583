/** A program that startRescore starts: refuses whatever it is sent. */
import { IntakeError } from '../../src/domain/service.ts';
import { serveRescore } from '../../src/rescoreProcess.ts';

await serveRescore(async () => {
  throw new IntakeError('invalid-address', 'mailbox', "'ana' is not an e-mail address");
});
