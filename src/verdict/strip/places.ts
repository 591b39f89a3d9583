/** Whether a rewritten message is read as it was meant: each part where it was put, with what was put there. */
import type { Entity } from './entities.ts';
import type { Splice } from './splices.ts';

/** `splices` made `after` of `before`. Places of all parts are compared, not only how many there are: a boundary that is guessed may be another now. */
export function isAsWritten(before: Entity, after: Entity, splices: readonly Splice<Buffer>[]): boolean {
  const read = allOf(after);
  const meant = placesAfter(allOf(before), splices);
  return (
    read.length === meant.length &&
    meant.every(({ part, headStart, headEnd, body }, at) => {
      const entity = read[at];
      if (entity?.part !== part || entity.headStart !== headStart || entity.headEnd !== headEnd) return false;
      if ((entity.children.length === 0) !== (body !== undefined)) return false;
      const length = entity.bodyEnd - entity.bodyStart;
      return body === undefined || (length === body.length && (length === 0 || entity.bodyStart === body.start));
    })
  );
}

interface Place {
  readonly part: string;
  readonly headStart: number;
  readonly headEnd: number;
  /** Only of what has no parts. */
  readonly body?: { readonly start: number; readonly length: number };
}

/** In the order in which they stand, as the tree is walked. */
const allOf = (entity: Entity): readonly Entity[] => [entity, ...entity.children.flatMap(allOf)];

function placesAfter(entities: readonly Entity[], splices: readonly Splice<Buffer>[]): readonly Place[] {
  const left = splices.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let shift = 0;
  let next = 0;
  const pass = ({ start, end, piece }: Splice<Buffer>): void => {
    shift += piece.length - (end - start);
    next++;
  };
  return entities.map((entity) => {
    const { part, headStart, headEnd, bodyStart, bodyEnd } = entity;
    for (let splice = left[next]; splice !== undefined && splice.start < headStart; splice = left[next]) pass(splice);
    const head = headStart + shift;
    const first = left[next];
    // Of a part without a header none is written.
    const hasHead = headEnd > headStart || entity.parent === undefined;
    if (hasHead && first?.start === headStart && first.end === headEnd) pass(first);
    const place = { part, headStart: head, headEnd: headEnd + shift };
    if (entity.children.length > 0) return place;
    const splice = left[next];
    const isReplaced = splice?.start === bodyStart && splice.end === bodyEnd;
    const length = isReplaced ? splice.piece.length : bodyEnd - bodyStart;
    return { ...place, body: { start: bodyStart + shift, length } };
  });
}
