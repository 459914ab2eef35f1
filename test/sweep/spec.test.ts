/**
 * Sweep files: what they say, where their points lie, and what is refused, with its place.
 */
import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { ModelError } from "lindblad/model";
import { beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../sweep/src/hash.ts";
import { loadSweep, pointsOf, type SweepFile, sweepJsonSchema, validateSweep } from "../../sweep/src/index.ts";
import { makePython, PYTHON_TIMEOUT, type Python } from "../support/python.ts";
import { sweepFile, sweepOf } from "./models.ts";

const example = readFileSync(new URL("../../examples/sweep-exchange.json", import.meta.url), "utf8");

/** Points as rows. */
function rows({ spec }: SweepFile, from = 0, count = spec.count): number[][] {
  const { parameters } = pointsOf(spec, from, count);
  return Array.from({ length: count }, (_, k) => Object.values(parameters).map((values) => values[k]!));
}

const range = (from: number, to: number, count?: number, scale?: string) => ({ from, to, count, scale });

describe("points", () => {
  it("of a grid: all combinations, the last parameter fastest", () => {
    expect(rows(sweepFile({ parameters: { omega: [5, 6], gamma: range(0, 1, 3) } }))).toEqual([
      ...[0, 0.5, 1].map((gamma) => [5, gamma]),
      ...[0, 0.5, 1].map((gamma) => [6, gamma]),
    ]);
  });

  it("of a zip: values of the same number", () => {
    const file = sweepFile({ mode: "zip", parameters: { omega: [5, 6, 7], gamma: range(0, 1, 3) } });
    expect(rows(file)).toEqual([
      [5, 0],
      [6, 0.5],
      [7, 1],
    ]);
  });

  it("on a logarithmic scale: powers of ten are powers of ten", () => {
    expect(rows(sweepFile({ parameters: { gamma: range(1e-3, 1e3, 7, "log") } })).flat()).toEqual([
      1e-3, 1e-2, 0.1, 1, 10, 100, 1000,
    ]);
  });

  it("end at the ends given, and pass through zero where they should", () => {
    const file = sweepFile({ parameters: { omega: range(-0.3, 0.3, 7), gamma: [1] } });
    const values = rows(file).map(([omega]) => omega);
    expect([values[0], values[3], values[6]]).toEqual([-0.3, 0, 0.3]);
  });

  it("may be expressions over the model's parameters", () => {
    const parameters = { omega: { from: "-2 * gamma", to: "2 * gamma", count: 2 }, end: ["pi", "1 / 4"] };
    expect(rows(sweepFile({ parameters }))).toEqual([
      [-0.4, Math.PI],
      [-0.4, 0.25],
      [0.4, Math.PI],
      [0.4, 0.25],
    ]);
  });

  it("of a grid of a million million take no memory", () => {
    const file = sweepFile({ parameters: { omega: range(0, 1, 2 ** 20), gamma: range(0, 1, 2 ** 20) } });
    expect(file.spec.count).toBe(2 ** 40);
    expect(rows(file, 2 ** 40 - 2, 2)).toEqual([
      [1, (2 ** 20 - 2) / (2 ** 20 - 1)],
      [1, 1],
    ]);
  });

  const random = (seed: number, count = 4096) =>
    sweepFile({
      mode: "random",
      count,
      seed,
      parameters: { omega: range(-1, 1), gamma: range(0.1, 10, undefined, "log") },
    });

  test.prop([fc.nat(2 ** 31), fc.nat(4000), fc.nat(90)], { seed: 2 })(
    "at random are functions of seed and index alone, inside their ranges",
    (seed, from, count) => {
      const file = random(seed);
      const some = rows(file, from, count);
      expect(some).toEqual(rows(file, 0, 4096).slice(from, from + count));
      for (const [omega, gamma] of some) {
        expect(omega).toBeGreaterThanOrEqual(-1);
        expect(omega).toBeLessThanOrEqual(1);
        expect(gamma).toBeGreaterThanOrEqual(0.1);
        expect(gamma).toBeLessThanOrEqual(10);
      }
    },
  );

  it("at random fill their ranges evenly: in every box there are as many as belong there, to a few", () => {
    // independent points would miss the mean of 16 a box by 4 in every third box, and by 12 somewhere; the bound of a sequence of low
    // discrepancy in two dimensions is some log(4096) points
    for (const seed of [0, 1, 12345]) {
      const boxes = new Int32Array(256);
      for (const [omega, gamma] of rows(random(seed))) {
        const box = (share: number) => Math.min(15, Math.floor(16 * share));
        boxes[16 * box((omega! + 1) / 2) + box((Math.log10(gamma!) + 1) / 2)]!++;
      }
      expect(Math.max(...boxes.map((n) => Math.abs(n - 16)))).toBeLessThanOrEqual(Math.log(4096));
    }
  });

  it("at random differ from seed to seed, and still do near the last index", () => {
    expect(rows(random(1), 0, 1)).not.toEqual(rows(random(2), 0, 1));
    const file = random(0, 2 ** 40);
    const last = rows(file, 2 ** 40 - 1000, 1000).map(([omega]) => omega);
    expect(new Set(last).size).toBe(1000);
  });
});

describe("the hash", () => {
  const hash = (file: SweepFile) => problemOf(file.model, file.outputs, file.spec).hash;
  const changed = (sweep: object) => hash(sweepFile(sweep));

  it("tells numbers apart that JSON has no words for", () => {
    const { model, outputs } = sweepFile();
    const of = (value: number) =>
      problemOf(model, outputs, { mode: "zip", count: 1, axes: [{ name: "omega", values: [value] }] } as never).hash;
    expect(new Set([Infinity, -Infinity, Number.NaN].map(of)).size).toBe(3);
  });

  it("does not depend on the order of keys, on how numbers are written, or on chunks", () => {
    const text = JSON.stringify(sweepOf());
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(sweepOf()).reverse()));
    const respelled = text.replaceAll("0.5", "5e-1");
    expect(new Set([text, reversed, respelled].map((source) => hash(loadSweep(source)))).size).toBe(1);
    expect(changed({ chunk: 7 })).toBe(hash(sweepFile()));
    // nor on what it is called
    expect(hash(validateSweep({ ...sweepOf(), name: "Other", description: "words" }))).toBe(hash(sweepFile()));
  });

  it("tells apart what has other points, other results, or another order of points", () => {
    const { gamma, omega } = { gamma: [-1, 0, 0.5], omega: range(0, 2, 10) };
    const hashes = [
      hash(sweepFile()),
      changed({ parameters: { gamma, omega } }),
      changed({ parameters: { omega, gamma: [-1, 0, 0.6] } }),
      changed({ parameters: { omega: range(0, 2, 11), gamma } }),
      changed({ outputs: { scalars: ["p_end"] } }),
      changed({ mode: "zip", parameters: { omega: [1], gamma: [2] } }),
      hash(validateSweep({ ...sweepOf(), solver: { rtol: 1e-9 } })),
      problemOf(sweepFile().model, sweepFile().outputs, sweepFile().spec, "9.9.9").hash,
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe("a sweep file that is wrong", () => {
  const grid = (parameters: object, more = {}) => sweepOf({ parameters, ...more });
  const adaptive = (more: object, parameters: object = { omega: range(0, 1, 3) }) =>
    grid(parameters, { outputs: { scalars: ["p_end"] }, adaptive: { scalar: "p_end", points: 100, ...more } });
  const { sweep: _sweep, ...model } = sweepOf();
  const cases: [what: string, file: unknown, path: string, detail: RegExp][] = [
    ["a model alone", model, "$.sweep", /is missing.*what a sweep file has besides a model/],
    ["an unknown key", { ...sweepOf(), swep: 1 }, "$.swep", /unknown key "swep"; valid keys are .*sweep/],
    ["an unknown key of the sweep", sweepOf({ grid: 1 }), "$.sweep.grid", /unknown key.*parameters, mode, count/],
    ["a model that is wrong", { ...sweepOf(), dims: [0] }, "$.dims[0]", /integer from 1/],
    ["an expression that is wrong", { ...sweepOf(), hamiltonian: "omga" }, "$.hamiltonian", /did you mean "omega"/],
    ["no parameters", grid({}), "$.sweep.parameters", /at least one parameter/],
    [
      "a parameter that the model does not have",
      grid({ gama: [1] }),
      "$.sweep.parameters.gama",
      /did you mean "gamma"/,
    ],
    ["a range without an end", grid({ omega: { from: 1, count: 3 } }), "$.sweep.parameters.omega.to", /missing/],
    ["a range without a count", grid({ omega: range(0, 1) }), "$.sweep.parameters.omega.count", /is missing/],
    ["a range of one value", grid({ omega: range(0, 1, 1) }), "$.sweep.parameters.omega.count", /from 2 to/],
    ["a range that falls", grid({ omega: range(1, 0, 2) }), "$.sweep.parameters.omega.to", /above from = 1, got 0/],
    ["a range without bounds", grid({ omega: range(-1e308, 1e308, 2) }), "$.sweep.parameters.omega.to", /finite/],
    ["a logarithm of zero", grid({ omega: range(0, 1, 2, "log") }), "$.sweep.parameters.omega.from", /> 0 for/],
    ["an unknown scale", grid({ omega: range(0, 1, 2, "ln") }), "$.sweep.parameters.omega.scale", /"linear" or "log"/],
    ["an empty list", grid({ omega: [] }), "$.sweep.parameters.omega", /at least one value/],
    ["a list of words", grid({ omega: ["omga"] }), "$.sweep.parameters.omega[0]", /did you mean "omega"/],
    [
      "too many points",
      grid({ omega: range(0, 1, 2 ** 21), gamma: range(0, 1, 2 ** 20) }),
      "$.sweep.parameters",
      /2097152 x 1048576 points/,
    ],
    ["an absurd count", grid({ omega: range(0, 1, 2 ** 53) }), "$.sweep.parameters.omega.count", /at most|from 2 to/],
    [
      "a zip of different lengths",
      grid({ omega: [1, 2], gamma: [1] }, { mode: "zip" }),
      "$.sweep.parameters.gamma",
      /1 values, expected 2/,
    ],
    ["a count of a grid", grid({ omega: [1] }, { count: 3 }), "$.sweep.count", /mode "random" alone/],
    ["a seed of a grid", grid({ omega: [1] }, { seed: 3 }), "$.sweep.seed", /mode "random" alone/],
    ["random points without a count", grid({ omega: range(0, 1) }, { mode: "random" }), "$.sweep.count", /is missing/],
    [
      "a count of a random range",
      grid({ omega: range(0, 1, 3) }, { mode: "random", count: 3 }),
      "$.sweep.parameters.omega.count",
      /not for the mode random/,
    ],
    ["no outputs", sweepOf({ outputs: {} }), "$.sweep.outputs", /at least one/],
    [
      "an unknown scalar",
      sweepOf({ outputs: { scalars: ["p_ende"] } }),
      "$.sweep.outputs.scalars",
      /did you mean "p_end"/,
    ],
    ["an unknown series", sweepOf({ outputs: { series: ["q"] } }), "$.sweep.outputs.series", /known here: p/],
    ["a scalar twice", sweepOf({ outputs: { scalars: ["p_end", "p_end"] } }), "$.sweep.outputs.scalars[1]", /twice/],
    ["a chunk of nothing", sweepOf({ chunk: 0 }), "$.sweep.chunk", /from 1 to 4096/],
    ["adaptive over a list", adaptive({}, { omega: [1, 2] }), "$.sweep.parameters.omega", /nothing lies between/],
    [
      "adaptive by a scalar that is not recorded",
      adaptive({ scalar: "p_max" }),
      "$.sweep.adaptive.scalar",
      /expected one of/,
    ],
    ["adaptive with too few points", adaptive({ points: 2 }), "$.sweep.adaptive.points", /at least the 3 points/],
    ["adaptive by something else", adaptive({ by: "curvature" }), "$.sweep.adaptive.by", /"change" or "sign"/],
  ];

  it.each(cases)("%s", (_what, file, path, detail) => {
    const thrown = (() => {
      try {
        validateSweep(file);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(ModelError);
    expect(thrown).toMatchObject({ path, detail: expect.stringMatching(detail) });
  });
});

describe("JSON Schema", () => {
  let python: Python;
  beforeAll(async () => {
    python = await makePython();
  }, PYTHON_TIMEOUT);

  it("accepts the example and what the program accepts, refuses what it refuses", () => {
    const good = [
      JSON.parse(example),
      sweepOf(),
      sweepOf({ mode: "random", count: 5, parameters: { omega: range(0, 1) } }),
    ];
    const bad = [{}, sweepOf({ outputs: undefined }), sweepOf({ mode: "all" }), sweepOf({ parameters: { omega: 1 } })];
    for (const file of good) validateSweep(JSON.parse(JSON.stringify(file)));
    for (const file of bad) expect(() => validateSweep(file)).toThrow(ModelError);
    const program = `
import json, sys, jsonschema
schema, good, bad = json.loads(sys.argv[1])
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
print(json.dumps([[validator.is_valid(file) for file in files] for files in (good, bad)]))`;
    expect(python(program, JSON.stringify([sweepJsonSchema(), good, bad]))).toEqual([
      good.map(() => true),
      bad.map(() => false),
    ]);
  });
});
