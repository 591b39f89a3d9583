/** Pages that stand in a page themselves, for a frame to show: `srcdoc`, and `data:text/html,…` as an address. */
import { unescape as percentDecoded } from 'node:querystring';

export interface FramePage {
  /** The attribute that holds it. */
  readonly attribute: string;
  readonly html: string;
}

interface Attributes {
  get(name: string): string | undefined;
}

const DATA_PAGE = /^data:[\t\f ]*(?:text\/html|application\/xhtml\+xml|image\/svg\+xml)[\t\f ]*(?:;[^,]{0,200})?$/i;
const MAX_HEAD = 300; // characters of a data: address before its comma

/** undefined when the frame shows another address, or nothing that leads anywhere. Never throws. */
export function pageInFrame(name: string, attributes: Attributes): FramePage | undefined {
  switch (name) {
    case 'iframe':
      return attributes.get('srcdoc') === undefined
        ? heldBy('src', pageInAddress(attributes.get('src')))
        : heldBy('srcdoc', attributes.get('srcdoc'));
    case 'frame':
    case 'embed':
      return heldBy('src', pageInAddress(attributes.get('src')));
    case 'object':
      return heldBy('data', pageInAddress(attributes.get('data')));
    default:
      return undefined;
  }
}

const heldBy = (attribute: string, html: string | undefined): FramePage | undefined =>
  html?.includes('<') === true ? { attribute, html } : undefined;

function pageInAddress(address = ''): string | undefined {
  const written = address.trimStart();
  const comma = written.slice(0, MAX_HEAD).indexOf(',');
  const head = comma < 0 ? '' : written.slice(0, comma).replace(/[\t\n\r]/g, '');
  if (!DATA_PAGE.test(head)) return undefined;
  const content = percentDecoded(written.slice(comma + 1));
  return /;[\t\f ]*base64[\t\f ]*$/i.test(head) ? Buffer.from(content, 'base64').toString() : content;
}
