/** GET /openapi.yaml and /docs: the document as it is, and as a page. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Contract } from './contract.ts';
import { docsPage } from './docsPage.ts';
import type { Handlers } from './exchange.ts';

/** The page is rendered once. It has no script and loads nothing, so its policy allows its own style sheet and no more. */
export function docs(contract: Contract): Pick<Handlers, 'getOpenapi' | 'getDocs'> {
  const style = readFileSync(new URL('docs.css', import.meta.url), 'utf8');
  const page = docsPage(contract, style);
  const styleHash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return {
    async getOpenapi() {
      return { text: contract.yaml, type: 'application/yaml; charset=utf-8' };
    },
    async getDocs() {
      return { text: page, type: 'text/html; charset=utf-8', headers: { 'Content-Security-Policy': policy } };
    },
  };
}
