/** Mail that is held for certain, whoever writes it to whom. */

/** The test file of eicar.org, put together here so that no scanner finds it in the sources. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join('');

const HEADERS = [
  'From: Bea Berg <bea@partner.example>',
  'To: ana@acme.example',
  'Subject: The file you asked for',
  'Date: Wed, 25 Nov 2026 09:00:00 +0100',
  'Message-ID: <file@partner.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
];
const BODY = [
  '--b',
  'Content-Type: text/plain',
  '',
  'Here it is.',
  '--b',
  'Content-Type: application/octet-stream; name=tool.bin',
  'Content-Disposition: attachment; filename=tool.bin',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(EICAR).toString('base64'),
  '--b--',
  '',
];

export const eicarMail = (eol: string) => ({ headers: HEADERS.join(eol), body: BODY.join(eol) });
