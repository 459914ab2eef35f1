/** Pages of the repository that the site has, too: their files, and their names below docs/reference. */
export const COPIED: Readonly<Record<string, string>>;
/** @param folder is made if it does not exist */
export function writeReference(folder: string): Promise<void>;
/** Model files that are shown whole, in examples/. */
export const EXAMPLES: Readonly<Record<string, string>>;
/** What the functions of expressions are. */
export const SUMMARIES: Readonly<Record<string, string>>;
