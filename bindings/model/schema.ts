/**
 * The form of a model file, version 1, as a zod schema and as JSON Schema. What an expression may contain is checked
 * when it is evaluated; here only that it stands where an expression may stand.
 * @module
 */
import * as z from "zod";
import { MEASURE_NAMES } from "../bipartite/measures.ts";
import { METHOD_WORDS, METHODS } from "../solvers/options.ts";
import { MAX_DIMENSION, MAX_EXPRESSION, MAX_TIMES } from "./limits.ts";
import { list, NAME_PATTERN } from "./names.ts";

/**
 * An object that refuses unknown keys and names the valid ones. It is never compiled: zod tries `new Function` where it makes the schema of an
 * object, and a page whose policy forbids that gets the report of a violation, for all that zod catches the error.
 */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const { jitless } = z.config();
  z.config({ jitless: true });
  try {
    return z.strictObject(shape, {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? `unknown key ${(issue.keys as string[]).map((key) => JSON.stringify(key)).join(", ")}; valid keys are ${list(Object.keys(shape))}`
          : undefined,
    });
  } finally {
    // The program's own schemas are its own affair.
    z.config({ jitless });
  }
}

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
const rows = z.array(z.array(z.number()));
const denseMatrix = strict({
  dims: z.array(dimension).min(1).describe("Dimensions of the parts, the slow one first"),
  re: rows.describe("Real parts, row by row"),
  im: rows.optional().describe("Imaginary parts, row by row; zero when left out"),
});
const sparseMatrix = strict({
  dims: z.array(dimension).min(1).describe("Dimensions of the parts, the slow one first"),
  rowPointers: z.array(z.int().min(0)).describe("Compressed sparse rows: where each row starts, and the end"),
  columns: z.array(z.int().min(0)),
  values: z.array(z.number()).describe("Elements, re and im interleaved"),
});
const operator = z
  .union(
    [expression, denseMatrix, sparseMatrix],
    "expected an expression in a text, or a matrix { dims, re, im } or { dims, rowPointers, columns, values }",
  )
  .describe("An operator or a state: an expression, or an explicit matrix");
const jump = z.union(
  [expression, strict({ op: operator, rate: scalarSchema }), denseMatrix, sparseMatrix],
  "expected an expression in a text, { op, rate }, or a matrix { dims, re, im }",
);
const jumps = z.array(jump);

const countWords = `expected an integer from 2 to ${MAX_TIMES}`;
const times = z.union(
  [
    strict({
      from: scalarSchema.default(0),
      to: scalarSchema,
      count: z.int(countWords).min(2, countWords).max(MAX_TIMES, countWords),
    }),
    z.array(z.number()).min(1, "expected at least one time").max(MAX_TIMES),
  ],
  "expected { from, to, count } or a list of numbers",
);

const positive = z.number().positive("expected a number > 0");
const solver = strict({
  method: z.enum(["auto", ...METHODS], `expected ${METHOD_WORDS}`).optional(),
  rtol: positive.optional(),
  atol: z.number().min(0, "expected a number >= 0").optional(),
  maxSteps: z.int().positive("expected an integer > 0").optional(),
  maxStep: positive.optional().describe("Longest step of an adaptive method"),
  dt: positive.optional().describe("Step of the method rk4"),
});

/** Shown in titles and on terminals, where control characters do harm. */
const line = z
  .string()
  .max(200)
  .regex(/^[ -~\u00a0-\uffff]*$/, "expected one line of text without control characters");

const common = {
  $schema: z.string().optional(),
  version: z.literal(1, "expected 1, the version of the file format that this program reads"),
  name: line.optional(),
  description: z.string().optional(),
  parameters: z
    .record(nameSchema, scalarSchema)
    .default({})
    .describe("Numbers by name; an expression may use any other parameter"),
  operators: z.record(nameSchema, operator).default({}).describe("Operators and states by name"),
  times,
  initial: operator,
  observables: z.record(nameSchema, operator).default({}).describe("Operators whose expectation values are recorded"),
  compare: z
    .record(nameSchema, expression)
    .default({})
    .describe("Exact results to compare series with: expressions in the time t and the parameters"),
  solver: solver.default({}),
};

const thermal = {
  beta: scalarSchema.describe('Inverse temperature; "infinity" is zero temperature'),
  rates: z.enum(["symmetric", "ohmic"], 'expected "symmetric" or "ohmic"').optional(),
  Gamma: scalarSchema.optional().describe("Prefactor of the rates, 1 when left out"),
};
const custom = {
  jumps,
  beta: scalarSchema.optional().describe("Inverse temperature, if the jumps leave the Gibbs state there alone"),
};
const bath = z.union(
  [strict({ ...thermal, name: nameSchema.optional() }), strict({ ...custom, name: nameSchema.optional() })],
  "expected a thermal bath { beta, rates, Gamma } or { jumps, beta }",
);
const globalBath = z.union(
  [
    strict({ name: nameSchema, ...custom }),
    strict({
      name: nameSchema,
      couplings: z.array(operator).min(1, "expected at least one operator").describe("Hermitian, one bath"),
      on: z.enum(["A", "B", "global"], 'expected "A", "B" or "global"').optional().describe("Space of the couplings"),
      ...thermal,
    }),
  ],
  "expected { name, jumps } or a Davies bath { name, couplings, on, beta, rates, Gamma }",
);

const part = strict({
  dim: z.union([dimension, z.array(dimension).min(1)], "expected a dimension or a list of dimensions"),
  hamiltonian: operator,
  bath: bath.optional(),
  baths: z.array(bath).default([]).describe("More baths; their names are A2, A3, ... (B2, ...) when left out"),
});

const lindblad = strict({
  kind: z.literal("lindblad"),
  ...common,
  dims: z.array(dimension).min(1, "expected at least one dimension"),
  hamiltonian: operator,
  jumps: jumps.default([]),
});

const measureWords = `expected one of ${list(MEASURE_NAMES)}`;
const bipartite = strict({
  kind: z.literal("bipartite"),
  ...common,
  A: part,
  B: part,
  V: operator,
  globalBaths: z
    .array(globalBath)
    .default([])
    .describe("Baths whose jumps act on the whole space, or that thermalise the whole system"),
  alphaA: scalarSchema
    .optional()
    .describe("Share of the mean interaction energy subtracted on side A; 1/2 when left out"),
  measures: z
    .union([z.boolean(), z.array(z.enum(MEASURE_NAMES, measureWords))], "expected true, false or a list of names")
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

/** A model file that has the right form, defaults filled in. */
export type Model = z.output<typeof modelSchema>;
export type LindbladModel = z.output<typeof lindblad>;
export type BipartiteModel = z.output<typeof bipartite>;
export type OperatorSpec = z.output<typeof operator>;
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
