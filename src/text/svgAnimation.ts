/** What animations of SVG write into the link that they are about, after the page was read (SVG 1.1 §19.2.8, SMIL). */

const ANIMATIONS: ReadonlySet<string> = new Set(['set', 'animate', 'animatecolor']);

/** With any prefix: SVG and XHTML are XML as well, where its writer chooses it. */
export const isAnimation = (element: string): boolean => ANIMATIONS.has(element.slice(element.lastIndexOf(':') + 1));

/** Attributes that hold what is written; lists of them have semicolons. */
export const ANIMATED: ReadonlySet<string> = new Set(['to', 'from', 'by', 'values']);

export const animatedValues = (written: string): readonly string[] => written.split(';').map((one) => one.trim());

/** XLink's, whatever prefix stands for it. */
export const isXlink = (attribute: string): boolean => attribute.endsWith(':href');
