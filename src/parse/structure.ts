/** The shape of the MIME tree as a trait of the program that wrote it: 'multipart/alternative(plain/qp,html/qp)'. */

const MAX_LENGTH = 160;
const MAX_DEPTH = 6;
const MAX_CHILDREN = 20;

const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['quoted-printable', 'qp'],
  ['base64', 'b64'],
  ['8bit', '8bit'],
  ['binary', 'binary'],
]);

/** What is read of mailparser's tree; its type does not declare it. */
interface TreeNode {
  readonly contentType?: unknown;
  readonly isAttachment?: unknown;
  readonly node?: { readonly encoding?: unknown };
  readonly children?: unknown;
}

/** undefined when there is no tree. Attachments count as one 'file', however many: their number is the message's, not the program's. */
export function describeTree(parser: object): string | undefined {
  const tree: unknown = 'tree' in parser ? parser.tree : undefined;
  return isNode(tree) ? describe(tree, 0).slice(0, MAX_LENGTH) : undefined;
}

function describe(node: TreeNode, depth: number): string {
  const type = typeof node.contentType === 'string' ? node.contentType : 'text/plain';
  if (!type.startsWith('multipart/')) return node.isAttachment === true ? 'file' : leaf(type, node);
  if (depth === MAX_DEPTH || !Array.isArray(node.children)) return type;
  const children = node.children.slice(0, MAX_CHILDREN).filter(isNode);
  const shapes = children.map((child) => describe(child, depth + 1));
  return `${type}(${shapes.filter((shape, i) => shape !== 'file' || shapes.indexOf('file') === i).join(',')})`;
}

function leaf(type: string, { node }: TreeNode): string {
  const encoding = typeof node?.encoding === 'string' ? node.encoding : '';
  return `${type.startsWith('text/') ? type.slice(5) : type}/${ENCODINGS.get(encoding) ?? '7bit'}`;
}

const isNode = (value: unknown): value is TreeNode => typeof value === 'object' && value !== null;
