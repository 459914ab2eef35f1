/** A JSON Schema as tables: one for every kind of object in it, with a row for every key. Node built-ins only. */

/** What values are, wherever they stand; of a key it says nothing. */
export const OF_VALUES = /^An (operator or a state: an expression|expression over parameters)/;

/**
 * The tables as Markdown.
 * @param {object} schema of an object, or of one of several
 * @param {{ place: string, only?: string }} options where it stands; and the one key that is wanted, and what stands in it
 */
export function schemaTables(schema, { place, only }) {
  const objects = objectsOf(schema, { place, only });
  return objects
    .map(({ places, rows }) => {
      const lines = rows.map(
        ({ key, takes, left, description }) => `| \`${key}\` | ${takes} | ${left} | ${description} |`,
      );
      const where = places.map((one) => `\`${one}\``).join(", ");
      return `### ${titleOf(places[0], rows)}\n\nIn ${where}:\n\n| key | takes | when left out | |\n|---|---|---|---|\n${lines.join("\n")}\n`;
    })
    .join("\n");
}

/** Where an object may stand may be the place of another kind, too: its keys tell them apart. */
function titleOf(place, rows) {
  if (/^\$( |$)/.test(place)) return place.replace("$", "The file").replace(" of", ", of");
  return `${place.replace("$.", "")} as { ${rows.map(({ key }) => key).join(", ")} }`;
}

/**
 * Every kind of object: the places where it may stand, and its keys.
 * @returns {{ places: string[], rows: { key: string, takes: string, left: string, description: string }[] }[]}
 */
export function objectsOf(schema, { place, only }) {
  const found = new Map();
  const visit = (given, at, wanted) => {
    const one = resolve(schema, given);
    for (const branch of [...(one.anyOf ?? []), ...(one.oneOf ?? [])]) visit(branch, at, wanted);
    if (one.items) visit(one.items, `${at}[]`);
    if (typeof one.additionalProperties === "object") visit(one.additionalProperties, `${at}.*`);
    if (one.properties === undefined) return;
    const kind = resolve(schema, one.properties.kind ?? {}).const;
    const here = kind === undefined ? at : `${at} of kind ${kind}`;
    const rows = rowsOf(schema, one, wanted);
    const id = JSON.stringify(rows);
    const known = found.get(id);
    if (known) {
      if (!known.places.includes(here)) known.places.push(here);
      return;
    }
    found.set(id, { places: [here], rows });
    for (const [key, value] of Object.entries(one.properties)) {
      if (wanted === undefined || key === wanted) visit(value, `${at}.${key}`);
    }
  };
  visit(schema, place, only);
  return [...found.values()];
}

function rowsOf(schema, object, wanted) {
  const { properties, required = [] } = object;
  return Object.entries(properties)
    .filter(([key]) => wanted === undefined || key === wanted)
    .map(([key, value]) => {
      const whole = resolve(schema, value);
      const left = required.includes(key)
        ? "must be there"
        : whole.default === undefined
          ? ""
          : `\`${JSON.stringify(whole.default)}\``;
      const description = OF_VALUES.test(whole.description ?? "") ? "" : (whole.description ?? "");
      return { key, takes: typeOf(schema, value), left, description: cell(description) };
    });
}

/** A schema with what it refers to; what it says itself goes before. */
function resolve(schema, given) {
  if (given.$ref === undefined) return given;
  const { $ref, ...own } = given;
  return { ...resolve(schema, schema.$defs[$ref.replace("#/$defs/", "")]), ...own };
}

/** Whether a value is an operator, whatever a key says of it. */
function isOperator(schema, given) {
  if (/^An operator or a state:/.test(given.description ?? "")) return true;
  return given.$ref !== undefined && isOperator(schema, schema.$defs[given.$ref.replace("#/$defs/", "")]);
}

/** What a value may be, in words. */
function typeOf(schema, given) {
  const one = resolve(schema, given);
  if (one.const !== undefined) return `\`${JSON.stringify(one.const)}\``;
  if (one.enum) return one.enum.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  if (isOperator(schema, given)) return "an operator";
  const branches = one.anyOf ?? one.oneOf;
  if (branches) return [...new Set(branches.map((branch) => typeOf(schema, branch)))].join(", or ");
  if (one.type === "array") return `list of ${plural(typeOf(schema, one.items))}`;
  if (one.type === "object") {
    if (one.properties === undefined) return `${plural(typeOf(schema, one.additionalProperties))} by name`;
    return cell(`\`{ ${Object.keys(one.properties).join(", ")} }\``);
  }
  if (one.type === "string") return one.maxLength === 10_000 ? "an expression" : "a text";
  if (one.type === "boolean") return "true or false";
  return `${one.type === "integer" ? "an integer" : "a number"}${rangeOf(one)}`;
}

function rangeOf({ minimum, exclusiveMinimum, maximum }) {
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (exclusiveMinimum !== undefined) return ` > ${exclusiveMinimum}`;
  if (minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER) return "";
  return most === undefined ? ` >= ${minimum}` : ` from ${minimum} to ${most}`;
}

/** Of a list of them. */
const plural = (words) =>
  words.replace(/\ban? (number|integer|text|expression|operator)\b/g, "$1s").replace(/^list of/, "lists of");

/** Text for a cell of a table. */
const cell = (text) => text.replaceAll("|", "\\|");
