export interface ObjectTable {
  readonly places: readonly string[];
  readonly rows: readonly {
    readonly key: string;
    readonly takes: string;
    readonly left: string;
    readonly description: string;
  }[];
}
/** Where an object stands; and the one key that is wanted, and what stands in it. */
export interface Place {
  readonly place: string;
  readonly only?: string;
}
/** The tables of a JSON Schema as Markdown. */
export function schemaTables(schema: object, place: Place): string;
/** Every kind of object: the places where it may stand, and its keys. */
export function objectsOf(schema: object, place: Place): ObjectTable[];
