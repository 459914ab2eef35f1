import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { buildModel, loadModel, ModelError, modelJsonSchema, validateModel } from "../../bindings/model/index.ts";
import { makePython, PYTHON_TIMEOUT, type Python } from "../support/python.ts";
import { bipartiteModel, lindbladModel } from "./models.ts";

/** Nine levels of aliases, each ten times the one before: a thousand million items when expanded. */
const BOMB = [..."abcdefghi"]
  .map((name, k, names) => `${name}: &${name} [${Array(10).fill(k === 0 ? "x" : `*${names[k - 1]}`)}]`)
  .join("\n");

const examples = new URL("../../examples/", import.meta.url);

function failure(action: () => unknown): ModelError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return error as ModelError;
  }
  throw new Error("should have failed");
}

/** A model with one value replaced; the keys lead to it. */
function changed(model: object, keys: readonly (string | number)[], value: unknown): object {
  const copy = structuredClone(model);
  const parent = keys
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>(
      (at, key) => at[key] as Record<string | number, unknown>,
      copy as Record<string, unknown>,
    );
  if (value === undefined) delete parent[keys.at(-1)!];
  else parent[keys.at(-1)!] = value;
  return copy;
}

describe("the form of a model file", () => {
  it.each<[string, object, (string | number)[], unknown, string]>([
    ["$.version", bipartiteModel(), ["version"], 2, "expected 1"],
    ["$.version", bipartiteModel(), ["version"], undefined, "is missing: expected 1"],
    ["$.kind", bipartiteModel(), ["kind"], "closed", 'expected "lindblad" or "bipartite", got "closed"'],
    ["$.kind", bipartiteModel(), ["kind"], undefined, 'is missing: expected "lindblad" or "bipartite"'],
    ["$.hamiltonain", lindbladModel(), ["hamiltonain"], "num(4)", 'unknown key "hamiltonain"; valid keys are kind,'],
    ["$.hamiltonian", lindbladModel(), ["hamiltonian"], undefined, "is missing"],
    ["$.A.bath.betta", bipartiteModel(), ["A", "bath"], { betta: 1 }, "valid keys are beta, rates, Gamma"],
    ["$.A.bath.rates", bipartiteModel(), ["A", "bath", "rates"], "flat", 'expected "symmetric" or "ohmic"'],
    ["$.A.dim", bipartiteModel(), ["A", "dim"], 0, "expected an integer from 1 to 4096"],
    ["$.solver.rtoll", bipartiteModel(), ["solver", "rtoll"], 1, "valid keys are method, rtol"],
    ["$.solver.rtol", bipartiteModel(), ["solver", "rtol"], -1, "expected a number > 0, got -1"],
    ["$.solver.method", bipartiteModel(), ["solver", "method"], "euler", 'expected "auto" or one of "expm", "faber"'],
    ["$.jumps[0].rates", lindbladModel(), ["jumps", 0], { op: "a", rates: 1 }, "valid keys are op, rate"],
    ["$.jumps[0].rate", lindbladModel(), ["jumps", 0], { op: "a" }, "is missing"],
    ["$.jumps[0]", lindbladModel(), ["jumps", 0], 3, "expected an expression in a text, { op, rate }"],
    ["$.jumps", lindbladModel(), ["jumps"], "a", 'expected a list [ ... ], got "a"'],
    ["$.times", lindbladModel(), ["times"], [], "expected at least one time"],
    ["$.times.count", lindbladModel(), ["times"], { to: 1, count: 1 }, "expected an integer from 2 to 1000000, got 1"],
    [
      "$.parameters.g",
      bipartiteModel(),
      ["parameters", "g"],
      null,
      "expected a number or an expression for one, got null",
    ],
    ["$.initial.re[1]", lindbladModel(), ["initial"], { dims: [2], re: [[1, 0], 3] }, "expected a list"],
    ["$.V", bipartiteModel(), ["V"], "1+".repeat(5_000_000), "at most 10000 characters"],
    ["$.name", bipartiteModel(), ["name"], "\u001b[31mred", "without control characters"],
  ])("%s", (path, model, keys, value, message) => {
    const error = failure(() => validateModel(changed(model, keys, value)));
    expect(error.message).toContain(message);
    expect(error.message.length).toBeLessThan(400);
    expect(error.path).toBe(path);
  });

  it.each(["2x", "a b", "a.b", "", "a-b", "x".repeat(65)])("refuses %j as a name", (name) => {
    expect(failure(() => validateModel(changed(lindbladModel(), ["observables", name], "a"))).message).toContain(
      "expected a name",
    );
  });

  it.each([null, 1, "x", [], true])("refuses %j as a whole", (data) => {
    expect(failure(() => validateModel(data)).path).toBe("$");
  });

  it("throws nothing but a ModelError, whatever the data", () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(lindbladModel())), (value, key) => {
        try {
          buildModel(validateModel({ ...lindbladModel(), [key]: value }));
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the text of a model file", () => {
  it.each([
    ['{"version": 1,}', 1, 15],
    ['{\n  "version": 1\n  "kind": 2\n}', 3, 3],
    ['{"version": 1', 1, 14],
    ["", 1, 1],
  ])("JSON %j", (text, line, column) => {
    const error = failure(() => loadModel(text));
    expect(error).toMatchObject({ path: "$", line, column });
    expect(error.message).toContain("not valid JSON");
  });

  it.each([
    ["version: 1\nkind: [lindblad\n", 3, 1],
    ["a: 1\na: 2\n", 2, 1],
    ["a: 1\n  b: 2\n", 1, 1],
  ])("YAML %j", (text, line, column) => {
    const error = failure(() => loadModel(text, "yaml"));
    expect(error.message).toContain("not valid YAML");
    expect(error).toMatchObject({ line, column: expect.any(Number) });
    expect(error.column).toBeGreaterThanOrEqual(column);
  });

  it("does not choose between two values of one key", () => {
    const error = failure(() => loadModel('{ "parameters": {\n  "g": 1,\n  "h": { "g": 2 },\n  "g": 3 } }'));
    expect(error.message).toBe('$, line 4, column 3: the key "g" stands twice in one object');
  });

  it("reads the same model from YAML", () => {
    const yaml =
      "version: 1\nkind: lindblad\ndims: [2]\nhamiltonian: sigmaz\ninitial: basis(2)\ntimes: { to: 1, count: 3 }\n";
    const json =
      '{"version":1,"kind":"lindblad","dims":[2],"hamiltonian":"sigmaz","initial":"basis(2)","times":{"to":1,"count":3}}';
    expect(loadModel(yaml, "yaml")).toEqual(loadModel(json));
    expect(failure(() => loadModel(undefined as never)).message).toContain("expected the text of a model file");
  });

  it.each(["__proto__", "constructor", "prototype"])("refuses the key %s anywhere, with its path", (key) => {
    for (const [place, text] of [
      [`$.${key}`, `{"${key}": {"version": 1}}`],
      [`$.parameters.${key}`, `{"parameters": {"${key}": {"polluted": 1}}}`],
      [`$.jumps[1].${key}`, `{"jumps": [1, {"${key}": 1}]}`],
    ] as const) {
      for (const format of ["json", "yaml"] as const) {
        expect(failure(() => loadModel(text, format))).toMatchObject({ path: place });
      }
    }
    expect({}).not.toHaveProperty("polluted");
  });

  it.each([
    ["json", "[".repeat(100_000)],
    ["json", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["yaml", "[".repeat(100_000)],
    ["yaml", BOMB],
  ] as const)("refuses deep or exploding %s", (format, text) => {
    expect(failure(() => loadModel(text, format))).toMatchObject({ path: expect.stringMatching(/^\$/) });
  });

  it("throws nothing but a ModelError, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom("json" as const, "yaml" as const), (text, format) => {
        failure(() => loadModel(text, format));
      }),
      { numRuns: 500 },
    );
  });
});

describe("JSON Schema", () => {
  let python: Python;
  beforeAll(async () => {
    python = await makePython();
  }, PYTHON_TIMEOUT);

  it("is valid, accepts the examples, and refuses what the program refuses", () => {
    const good = [
      bipartiteModel(),
      lindbladModel(),
      ...readdirSync(examples)
        .filter((name) => name.endsWith(".json"))
        .map((name) => JSON.parse(readFileSync(new URL(name, examples), "utf8")))
        // sweep files have a schema of their own
        .filter((content) => !("sweep" in content)),
    ];
    const bad = [
      {},
      changed(bipartiteModel(), ["version"], 2),
      changed(bipartiteModel(), ["A", "bath", "betta"], 1),
      changed(lindbladModel(), ["hamiltonian"], 3),
      changed(lindbladModel(), ["observables", "2x"], "a"),
    ];
    for (const model of good) validateModel(model);
    for (const model of bad) expect(() => validateModel(model)).toThrow(ModelError);
    const program = `
import json, sys, jsonschema
schema, good, bad = json.loads(sys.argv[1])
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
print(json.dumps([[validator.is_valid(model) for model in models] for models in (good, bad)]))`;
    expect(python(program, JSON.stringify([modelJsonSchema(), good, bad]))).toEqual([
      good.map(() => true),
      bad.map(() => false),
    ]);
  });
});
