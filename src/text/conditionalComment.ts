/** What Outlook reads and others take for a comment: `<!--[if mso]> … <![endif]-->`. */

export const MAX_CONDITIONALS = 3; // one in another; Outlook knows no second

/** Where it begins in what stands between '<!--' and '-->', whatever the condition; undefined for a comment that is one to everybody. */
export const startOfConditional = (comment: string): number | undefined =>
  /^\s*\[if\b/i.test(comment) ? comment.indexOf('>') + 1 : undefined;
