/**
 * The form of a model file, version 1, as a zod schema and as JSON Schema. What an expression may contain is checked
 * when it is evaluated; here only that it stands where an expression may stand.
 * @module
 */
import * as z from "zod";
import { MEASURE_NAMES } from "../bipartite/measures.ts";
import { METHOD_WORDS, METHODS } from "../solvers/options.ts";
import { shorten } from "./error.ts";
import { MAX_DEFINITIONS, MAX_DIMENSION, MAX_EXPRESSION, MAX_PARTS, MAX_TIMES, MAX_VALUES } from "./limits.ts";
import { list, NAME_PATTERN } from "./names.ts";

/** An object that refuses unknown keys and names the valid ones; never compiled. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return uncompiled(() =>
    z.strictObject(shape, {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? `unknown key ${list((issue.keys as string[]).map((key) => JSON.stringify(shorten(key))))}; valid keys are ${list(Object.keys(shape))}`
          : undefined,
    }),
  );
}

/** The same schema of an object with a description; never compiled. */
export function described<Schema extends z.ZodType>(object: Schema, description: string): Schema {
  return uncompiled(() => object.describe(description));
}

/**
 * Makes the schema of an object, or a described one, which is another: zod tries `new Function` where it makes one, and a page whose policy forbids
 * that gets the report of a violation, for all that zod catches the error.
 */
function uncompiled<Schema>(make: () => Schema): Schema {
  const { jitless } = z.config();
  z.config({ jitless: true });
  try {
    return make();
  } finally {
    // The program's own schemas are its own affair.
    z.config({ jitless });
  }
}

/** Entries of a list that are looked at all at once; zod keeps what is wrong with each. */
const FEW = 8;

/**
 * A list of at most so many entries. zod keeps an issue for each bad one, of which there may be millions, of lists in lists above all: where there
 * are more than a few, the first one that is bad is the only one told of. `isGood` is what says so, where that is quicker than the entry's schema.
 */
export function listOf<Item extends z.ZodType>(
  list: z.ZodArray<Item>,
  most = MAX_DEFINITIONS,
  isGood?: (entry: unknown) => boolean,
) {
  const passes = isGood ?? ((entry: unknown) => list.element.safeParse(entry).success);
  return z.preprocess((entries, context) => {
    if (!Array.isArray(entries)) return entries;
    const isShort = isGood === undefined && entries.length <= FEW;
    const bad = entries.length > most ? most : isShort ? -1 : entries.findIndex((entry) => !passes(entry));
    if (bad < 0) return entries;
    if (bad === most) context.addIssue({ code: "custom", message: `expected at most ${most} entries` });
    for (const { path, ...issue } of list.element.safeParse(entries[bad]).error?.issues ?? []) {
      context.addIssue({ ...issue, path: [bad, ...path] } as Parameters<typeof context.addIssue>[0]);
    }
    return z.NEVER;
  }, list);
}

const isNumber = (entry: unknown) => typeof entry === "number" && Number.isFinite(entry);
const isIndex = (entry: unknown) => Number.isSafeInteger(entry) && (entry as number) >= 0;

/** A name of a parameter, an operator or an observable. */
export const nameSchema = z
  .string()
  .regex(NAME_PATTERN, "expected a name: a letter or underscore, then letters, digits, underscores; at most 64");
const expression = z
  .string()
  .min(1, "expected an expression, got an empty text")
  .max(MAX_EXPRESSION, `expected an expression of at most ${MAX_EXPRESSION} characters`)
  .describe("An expression over parameters and named operators, e.g. g * tensor(sigmaz, sigmaz)");
/** A number, or an expression over the parameters. */
export const scalarSchema = z.union([z.number(), expression], "expected a number or an expression for one");
const dimensionWords = `expected an integer from 1 to ${MAX_DIMENSION}, or an expression for one`;
const dimension = z.union(
  [z.int(dimensionWords).min(1, dimensionWords).max(MAX_DIMENSION, dimensionWords), expression],
  dimensionWords,
);
const dimensions = listOf(z.array(dimension).min(1), MAX_PARTS);
const numbers = listOf(z.array(z.number()), MAX_VALUES, isNumber);
const indices = listOf(z.array(z.int().min(0)), MAX_VALUES, isIndex);
const rows = listOf(z.array(numbers), MAX_DIMENSION, (row) => numbers.safeParse(row).success);
const denseMatrix = strict({
  dims: dimensions.describe("Dimensions of the parts, the slow one first"),
  re: rows.describe("Real parts, row by row"),
  im: rows.optional().describe("Imaginary parts, row by row; zero when left out"),
});
const sparseMatrix = strict({
  dims: dimensions.describe("Dimensions of the parts, the slow one first"),
  rowPointers: indices.describe("Compressed sparse rows: where each row starts, and the end"),
  columns: indices.describe("Column of each element"),
  values: numbers.describe("Elements, re and im interleaved"),
});
const operator = z
  .union(
    [expression, denseMatrix, sparseMatrix],
    "expected an expression in a text, or a matrix { dims, re, im } or { dims, rowPointers, columns, values }",
  )
  .describe("An operator or a state: an expression, or an explicit matrix");
const jump = z.union(
  [
    expression,
    strict({
      op: operator.describe("The jump operator, without its rate"),
      rate: scalarSchema.describe("Jumps a unit of time, >= 0"),
    }),
    denseMatrix,
    sparseMatrix,
  ],
  "expected an expression in a text, { op, rate }, or a matrix { dims, re, im }",
);
const jumps = listOf(z.array(jump));

const countWords = `expected an integer from 2 to ${MAX_TIMES}`;
const times = z.union(
  [
    strict({
      from: scalarSchema.default(0).describe("The first time, at which the initial state is"),
      to: scalarSchema.describe("The last time"),
      count: z.int(countWords).min(2, countWords).max(MAX_TIMES, countWords).describe("How many, both ends included"),
    }),
    listOf(z.array(z.number()).min(1, "expected at least one time").max(MAX_TIMES), MAX_TIMES, isNumber),
  ],
  "expected { from, to, count } or a list of numbers",
);

const positive = z.number().positive("expected a number > 0");
const solver = strict({
  method: z
    .enum(["auto", ...METHODS], `expected ${METHOD_WORDS}`)
    .optional()
    .describe("The integrator; auto when left out"),
  rtol: positive.optional().describe("Relative tolerance; 1e-6 when left out"),
  atol: z.number().min(0, "expected a number >= 0").optional().describe("Absolute tolerance; 1e-8 when left out"),
  maxSteps: z
    .int()
    .positive("expected an integer > 0")
    .optional()
    .describe("Steps after which a run is given up; 1 000 000 when left out"),
  maxStep: positive.optional().describe("Longest step of an adaptive method"),
  dt: positive.optional().describe("Step of the method rk4"),
});

/** Shown in titles and on terminals, where control characters do harm. */
const line = z
  .string()
  .max(200)
  .regex(/^[ -~\u00a0-\uffff]*$/, "expected one line of text without control characters");

const common = {
  $schema: z.string().optional().describe("Where the JSON Schema is, for editors"),
  version: z
    .literal(1, "expected 1, the version of the file format that this program reads")
    .describe("Version of the file format"),
  name: line.optional().describe("Title of the model"),
  description: z.string().optional().describe("What it is about"),
  parameters: z
    .record(nameSchema, scalarSchema)
    .default({})
    .describe("Numbers by name; an expression may use any other parameter"),
  operators: z.record(nameSchema, operator).default({}).describe("Operators and states by name"),
  times: times.describe("The output times, increasing"),
  initial: operator.describe("The initial state: a ket or a density matrix"),
  observables: z
    .record(nameSchema, operator)
    .default({})
    .describe("Operators by name whose expectation values are recorded; one that is not Hermitian gives x_re and x_im"),
  compare: z
    .record(nameSchema, expression)
    .default({})
    .describe("Exact results to compare series with: expressions in the time t and the parameters"),
  solver: solver.default({}).describe("How it is integrated"),
};

/** What the bath is called in results. */
const bathName = nameSchema.describe("Name of the bath in results");
const thermal = {
  beta: scalarSchema.describe('Inverse temperature; "infinity" is zero temperature'),
  rates: z
    .enum(["symmetric", "ohmic"], 'expected "symmetric" or "ohmic"')
    .optional()
    .describe("How rates depend on the energy of a quantum; symmetric when left out"),
  Gamma: scalarSchema.optional().describe("Prefactor of the rates, 1 when left out"),
};
const custom = {
  jumps: jumps.describe("Jump operators, each with its rate inside or as { op, rate }"),
  beta: scalarSchema.optional().describe("Inverse temperature, if the jumps leave the Gibbs state there alone"),
};
const bath = z.union(
  [strict({ ...thermal, name: bathName.optional() }), strict({ ...custom, name: bathName.optional() })],
  "expected a thermal bath { beta, rates, Gamma } or { jumps, beta }",
);
const globalBath = z.union(
  [
    strict({ name: bathName, ...custom }),
    strict({
      name: bathName,
      couplings: listOf(z.array(operator).min(1, "expected at least one operator")).describe("Hermitian, one bath"),
      on: z.enum(["A", "B", "global"], 'expected "A", "B" or "global"').optional().describe("Space of the couplings"),
      ...thermal,
    }),
  ],
  "expected { name, jumps } or a Davies bath { name, couplings, on, beta, rates, Gamma }",
);

const part = strict({
  dim: z
    .union([dimension, dimensions], "expected a dimension or a list of dimensions")
    .describe("Levels of the part, or of each of its factors"),
  hamiltonian: operator.describe("The bare Hamiltonian of the part"),
  bath: bath.optional().describe("Its bath; none when left out"),
  baths: listOf(z.array(bath)).default([]).describe("More baths; their names are A2, A3, ... (B2, ...) when left out"),
});

const lindblad = strict({
  kind: z.literal("lindblad").describe("One system"),
  ...common,
  dims: listOf(z.array(dimension).min(1, "expected at least one dimension"), MAX_PARTS).describe(
    "Levels of each factor, the slow one first",
  ),
  hamiltonian: operator.describe("The Hamiltonian"),
  jumps: jumps.default([]).describe("Jump operators, each with its rate inside or as { op, rate }"),
});

const measureWords = `expected one of ${list(MEASURE_NAMES)}`;
const bipartite = strict({
  kind: z.literal("bipartite").describe("Two parts, A and B"),
  ...common,
  A: described(part, "The part A, the slow index"),
  B: described(part, "The part B"),
  V: operator.describe("The interaction, on A ⊗ B"),
  globalBaths: listOf(z.array(globalBath))
    .default([])
    .describe("Baths whose jumps act on the whole space, or that thermalise the whole system"),
  alphaA: scalarSchema
    .optional()
    .describe("Share of the mean interaction energy subtracted on side A; 1/2 when left out"),
  measures: z
    .union(
      [z.boolean(), listOf(z.array(z.enum(MEASURE_NAMES, measureWords)))],
      "expected true, false or a list of names",
    )
    .optional()
    .describe(
      "Whether entropies and measures are recorded, by default up to 64 levels; or the names of measures that are recorded besides",
    ),
  reference: operator
    .optional()
    .describe("The state that the measures tracedist and fidelity are about; the initial one when left out"),
});

/** Schema of a model file. */
export const modelSchema = z.discriminatedUnion("kind", [lindblad, bipartite], {
  error: (issue) => (issue.code === "invalid_union" ? 'expected "lindblad" or "bipartite"' : undefined),
});

/** A model of kind `lindblad`: one system, its Hamiltonian and its jumps. The reference of model files has every key. */
export interface LindbladModel extends z.output<typeof lindblad> {}
/** A model of kind `bipartite`: two parts, their interaction and their baths. The reference of model files has every key. */
export interface BipartiteModel extends z.output<typeof bipartite> {}
/** A model file that has the right form, defaults filled in. */
export type Model = LindbladModel | BipartiteModel;
export type OperatorSpec = z.output<typeof operator>;
/** A real number of a model file: a number, or an expression for one. */
export type ScalarSpec = z.output<typeof scalarSchema>;
export type JumpSpec = z.output<typeof jump>;
export type BathSpec = z.output<typeof bath>;
export type GlobalBathSpec = z.output<typeof globalBath>;
export type MatrixSpec = z.output<typeof denseMatrix> | z.output<typeof sparseMatrix>;

/** The schema of model files as JSON Schema (draft 2020-12), for editors. */
export function modelJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(modelSchema, { io: "input", reused: "ref" }),
    title: "lindblad model file, version 1",
  };
}
