/**
 * What stands for the parts of d3 that Observable Plot imports and that no figure of this page reaches: maps of the earth, colour schemes, dates.
 * @module
 */

/** A function that says so when something calls it after all. */
export function leftOut(what: string): () => never {
  return () => {
    throw new Error(`${what}: left out of this page, see web/src/lean`);
  };
}

/** A list that says so when something looks into it. */
export function emptied(what: string): readonly never[] {
  const refuse = leftOut(what);
  return new Proxy<never[]>([], { get: refuse, has: refuse, ownKeys: refuse });
}
