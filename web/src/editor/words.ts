/**
 * What the JSON Schema of model files allows at a place: keys with what they mean, and words.
 * @module
 */
import { ITEM } from "./context.ts";

/** The parts of JSON Schema (draft 2020-12) that the schema of model files is made of. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** A key that an object may have. */
export interface KeyWord {
  readonly name: string;
  readonly description: string | undefined;
  readonly isRequired: boolean;
}

/** All that may stand at a path. @param kind the model's, which decides between forms of the whole; unknown: any */
export function schemasAt(root: Schema, path: readonly string[], kind: string | undefined): readonly Schema[] {
  const of = branches(root, root).filter(({ properties }) => {
    const own = properties?.kind?.const;
    return kind === undefined || own === undefined || own === kind;
  });
  const start = of.length > 0 ? of : branches(root, root);
  return path.reduce<readonly Schema[]>((all, key) => all.flatMap((schema) => below(root, schema, key)), start);
}

/** Keys of objects, each once. */
export function keysOf(root: Schema, schemas: readonly Schema[]): KeyWord[] {
  const words = new Map<string, KeyWord>();
  for (const { properties = {}, required = [] } of schemas) {
    for (const [name, schema] of Object.entries(properties)) {
      const description =
        schema.description ?? branches(root, schema).find((branch) => branch.description)?.description;
      const isRequired = schemas.every(
        (other) => other.properties === undefined || (other.required ?? []).includes(name),
      );
      if (!words.has(name)) words.set(name, { name, description, isRequired: isRequired && required.includes(name) });
    }
  }
  return [...words.values()];
}

/** Values that are listed one by one. */
export function valuesOf(schemas: readonly Schema[]): (string | number | boolean)[] {
  const all = schemas.flatMap((schema) => [
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.enum ?? []),
    ...(schema.type === "boolean" ? [true, false] : []),
  ]);
  return [...new Set(all)].filter((value) => ["string", "number", "boolean"].includes(typeof value)) as (
    | string
    | number
    | boolean
  )[];
}

function below(root: Schema, { properties, additionalProperties, items }: Schema, key: string): readonly Schema[] {
  const own = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
  const next =
    key === ITEM ? items : (own ?? (typeof additionalProperties === "object" ? additionalProperties : undefined));
  return next === undefined ? [] : branches(root, next);
}

/** A schema with its references followed and its alternatives side by side. */
function branches(root: Schema, schema: Schema): readonly Schema[] {
  const { $ref, anyOf, oneOf } = schema;
  if ($ref !== undefined) {
    const target = root.$defs?.[$ref.replace("#/$defs/", "")];
    return target === undefined ? [] : branches(root, target);
  }
  const either = [...(anyOf ?? []), ...(oneOf ?? [])];
  if (either.length === 0) return [schema];
  // what is said about all of them
  const { description } = schema;
  return either
    .flatMap((branch) => branches(root, branch))
    .map((branch) => (description ? { ...branch, description } : branch));
}
