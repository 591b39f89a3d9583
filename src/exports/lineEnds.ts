/** Line ends that no parser expects. */

const LF = 10;

/** Programs of old Macs ended lines by CR alone, and some put an envelope line above. */
export function withLineFeeds(raw: Buffer): Buffer {
  if (raw.includes(LF) || !raw.includes('\r')) return raw;
  return Buffer.from(
    raw
      .toString('latin1')
      .replace(/^From [^\r]*\r/, '')
      .replaceAll('\r', '\r\n'),
    'latin1',
  );
}
