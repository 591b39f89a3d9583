import { expect, test } from '@jest/globals';
import { hidesTarget } from '../../src/text/redirectors.ts';

test.each([
  'https://www.bbc.com/r/8fK2mQ',
  'https://www.faz.net/redirect?id=4711',
  'https://www.spiegel.de/out.php?x=1',
  'https://www.zeit.de/click/2026/11',
  'https://www.cnn.com/ads?url=x7k2m9q4w1zz',
  'https://www.cnn.com/ads?url=evil.example/login',
  'https://www.cnn.com/x?l=aHR0cHM6Ly9ldmlsLmV4YW1wbGU',
  'https://www.cnn.com/?dest=U2FsdGVkX18xMjM0',
  'https://www.nytimes.com/x?9f8a7b6c5d4e3f2a1b',
  'https://www.ft.com/cmp/Ab3dEf6hIj9lMn2pQr5tUv8xYz',
])('passes a click on: %s', (url) => expect(hidesTarget(url)).toBe(true));

test.each([
  'https://www.bbc.com/news/articles/c4g0x7y2w3zo?at_medium=RSS&at_campaign=rss',
  'https://www.spiegel.de/wirtschaft/preise-steigen-a-2cbd1e36-0c0f-4b9f-8a77-1f2e3d4c5b6a',
  'https://www.faz.net/aktuell/wirtschaft/papier-wird-teurer-accg-110812345.html?premium=0x1a2b3c4d',
  'https://www.nytimes.com/2026/11/24/business/paper.html?unlocked_article_code=1.Xk0.AbCdEf12&smid=url-share',
  'https://www.wsj.com/articles/paper-prices-11795514553?st=k2m9q4w1zz77&reflink=desktopwebshare_permalink',
  'https://www.handelsblatt.com/suche?q=papierpreise',
  'https://www.ft.com/content/2cbd1e36-0c0f-4b9f-8a77-1f2e3d4c5b6a',
  'https://www.theguardian.com/business/live/2026/nov/24/go-to-market-out-now?page=with:block-6925ab',
  'https://www.gesetze-im-internet.de/bgb/__433.html',
  'https://eur-lex.europa.eu/legal-content/DE/TXT/?uri=CELEX:32016R0679',
  'https://www.economist.com/click',
  'no address',
])('says where it leads: %s', (url) => expect(hidesTarget(url)).toBe(false));
