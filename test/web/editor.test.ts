// the bytes that lindblad/slim, which the page imports, has none of
import "lindblad";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ModelError } from "../../bindings/model/error.ts";
import { loadModel } from "../../bindings/model/load.ts";
import { modelJsonSchema } from "../../bindings/model/schema.ts";
import { checkText, type Problem } from "../../web/src/editor/check.ts";
import { type Context, contextInJson, contextInYaml } from "../../web/src/editor/context.ts";
import { jsonText } from "../../web/src/editor/json-text.ts";
import { keysOf, type Schema, schemasAt, valuesOf } from "../../web/src/editor/words.ts";

const example = readFileSync(new URL("../../examples/two-qubits.json", import.meta.url), "utf8");
const inYaml = stringify(JSON.parse(example), { lineWidth: 0 });

function problemOf(text: string, format: "json" | "yaml" = "json"): Problem {
  const checked = checkText(text, format);
  if (!("problems" in checked)) throw new Error("should have a problem");
  expect(checked.problems).toHaveLength(1);
  return checked.problems[0]!;
}

/** The example with a part of it replaced. */
function changed(part: string, by: string, text = example): string {
  expect(text.split(part)).toHaveLength(2);
  return text.replace(part, () => by);
}

describe("a right text", () => {
  it.each([
    ["json", example],
    ["yaml", inYaml],
  ] as const)("gives the file and the model: %s", (format, text) => {
    expect(checkText(text, format)).toEqual({ file: JSON.parse(example), model: loadModel(example) });
  });
});

describe("a problem has its place in the text", () => {
  it.each([
    // what is written, instead of what; what is marked; words of the message
    ["a name that is unknown", '"g * tensor(sigmaz, sigmaz)"', '"g * tensor(sigmaz, sigmz)"', "sigmz", "did you mean"],
    [
      "the same behind an escape",
      '"V": "g * ',
      '"V": "\\u0067 * h * ',
      '"V": "\\u0067 * h * tensor(sigmaz, sigmaz)"',
      '"h"',
    ],
    ["the syntax of an expression", '"omegaA * sigmaz"', '"omegaA * * sigmaz"', "*", "expected expression after *"],
    ["an expression cut short", '"omegaA * sigmaz"', '"(omegaA"', '"', "("],
    ["an expression of the wrong kind", '"omegaA * sigmaz"', '"omegaA"', '"hamiltonian": "omegaA"', "number"],
    ["a value of the wrong type", '"count": 121', '"count": "many"', '"count": "many"', "number"],
    ["a key that is missing", '"dim": 2, "hamiltonian": "omegaA * sigmaz", ', '"dim": 2, ', '"A"', "is missing"],
    ["a number out of range", '"rtol": 1e-12', '"rtol": -1', '"rtol": -1', "> 0"],
    [
      "a state that is none",
      "+ c * tensor",
      "+ 9 * tensor",
      '"initial": "tensor(piA, piB) + 9 * tensor(sigmaz, sigmaz)"',
      "density",
    ],
    [
      "a comma too many",
      '"dim": 2, "hamiltonian": "omegaA',
      '"dim": 2,, "hamiltonian": "omegaA',
      ",",
      "expected a key",
    ],
    [
      "a key twice",
      '"dim": 2, "hamiltonian": "omegaA',
      '"dim": 2, "dim": 2, "hamiltonian": "omegaA',
      '"',
      "stands twice",
    ],
    ["an end too early", '"atol": 1e-14 }\n}', '"atol": 1e-14 }', "", "the end of the file"],
  ] as [string, string, string, string, string][])("%s", (_what, part, by, marked, words) => {
    const text = changed(part, by);
    const { from, to, message } = problemOf(text);
    expect(text.slice(from, to)).toBe(marked);
    expect(message).toContain(words);
  });

  it("at the key, for one that is unknown", () => {
    const text = changed('"kind": "bipartite"', '"kind": "bipartite", "observable": {}');
    const { from, to, path, message } = problemOf(text);
    expect([text.slice(from, to), path]).toEqual(['"observable"', "$.observable"]);
    expect(message).toContain("valid keys");
  });

  it("in a list, and under an odd key", () => {
    const file = { version: 1, kind: "lindblad", dims: [2], hamiltonian: "sigmax", initial: "basis(2, 0)" };
    const times = { from: 0, to: 1, count: 2 };
    const jumps = JSON.stringify({ ...file, times, jumps: ["sigmam", { op: "sigmap", rate: "1 + q" }] });
    const first = problemOf(jumps);
    expect(first.path).toBe("$.jumps[1].rate");
    expect(jumps.slice(first.from, first.to)).toBe("q");
    const odd = JSON.stringify({ ...file, times, parameters: { g: 1, "a b": 2 } }, null, 1);
    const second = problemOf(odd);
    expect(odd.slice(second.from, second.to)).toBe('"a b": 2');
  });

  it.each([
    ["plain", "V: g * tensor(sigmaz, sigmz)", "sigmz"],
    ["in quotes", "V: 'g * tensor(sigmaz, sigmz)'", "sigmz"],
    ["folded", "V: >-\n  g *\n  tensor(sigmaz, sigmz)", "V: >-\n  g *\n  tensor(sigmaz, sigmz)"],
    ["bad syntax", "V: [g", "initial"],
  ])("in YAML: %s", (_what, by, marked) => {
    const text = changed("V: g * tensor(sigmaz, sigmaz)", by, inYaml);
    const { from, to } = problemOf(text, "yaml");
    expect(text.slice(from, to).trimEnd()).toBe(marked);
  });

  it("in YAML, at the alias' anchor", () => {
    const text = changed("V: g * tensor(sigmaz, sigmaz)", "V: &v g * sigmaz", inYaml).replace(
      "initial: ",
      "observables: { x: *v }\ninitial: ",
    );
    const { from, to } = problemOf(text, "yaml");
    expect(text.slice(from, to)).toContain("sigmaz");
  });
});

describe("any text", () => {
  const piece = fc.constantFrom(
    ...[
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"',
      "kind",
      "bipartite",
      "version",
      "1",
      "\n",
      " ",
      "- ",
      "&a",
      "*a",
      "g * x",
      "#",
      "\t",
      "|",
      "é",
      "𝛼",
      "\ufeff",
    ],
  );
  const broken = fc
    .tuple(fc.constantFrom(example, inYaml), fc.nat(), fc.nat({ max: 20 }), fc.array(piece, { maxLength: 4 }))
    .map(([text, at, length, by]) => {
      const start = at % text.length;
      return text.slice(0, start) + by.join("") + text.slice(start + length);
    });
  const format = fc.constantFrom("json" as const, "yaml" as const);

  it("gives a model where the library does, else its error with a place inside of the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          broken,
          fc.array(piece).map((all) => all.join("")),
        ),
        format,
        (text, as) => {
          const checked = checkText(text, as);
          if (!("problems" in checked)) {
            expect(checked.model).toEqual(loadModel(text, as));
            return;
          }
          for (const { from, to, message } of checked.problems) {
            expect(0 <= from && from <= to && to <= text.length).toBe(true);
            expect(message).not.toBe("");
          }
          let error: unknown;
          try {
            loadModel(text, as);
          } catch (thrown) {
            error = thrown;
          }
          // of the form; of the expressions it is buildModel that tells
          if (error !== undefined) {
            expect(error).toBeInstanceOf(ModelError);
            expect(checked.problems[0]).toMatchObject({
              path: (error as ModelError).path,
              message: (error as ModelError).detail,
            });
          }
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe("what is being written at the cursor (|)", () => {
  const at = (of: (text: string, offset: number) => Context | undefined, marked: string) =>
    of(marked.replace("|", ""), marked.indexOf("|"));

  it.each([
    ["{|", { path: [], wants: "key", present: [], isQuoted: false }],
    ['{ "ki|"', { path: [], wants: "key", isQuoted: true, from: 3 }],
    ['{ "kind": "bip|', { path: ["kind"], wants: "value", isQuoted: true, present: ["kind"] }],
    ['{ "kind": |', { path: ["kind"], wants: "value", isQuoted: false }],
    ['{ "kind": "bipartite", "A": { "dim": 2, ha|', { path: ["A"], wants: "key", present: ["dim"], from: 40 }],
    ['{ "A": { "baths": [{ "|', { path: ["A", "baths", "[]"], wants: "key" }],
    ['{ "measures": ["n|', { path: ["measures", "[]"], wants: "value", isQuoted: true }],
    ['{ "a": "}\\"{", "|', { path: [], wants: "key", present: ["a"] }],
    ['{ "a": 1 |', undefined],
    ['{ "a": { } |', undefined],
    ["|", undefined],
  ])("JSON: %s", (marked, expected) => {
    if (expected === undefined) expect(at(contextInJson, marked)).toBeUndefined();
    else expect(at(contextInJson, marked)).toMatchObject(expected);
  });

  it.each([
    ["ki|", { path: [], wants: "key", from: 0 }],
    ["kind: bip|", { path: ["kind"], wants: "value", present: [] }],
    ["kind: lindblad\n|", { path: [], wants: "key", present: ["kind"] }],
    ["A:\n  dim: 2\n  ha|", { path: ["A"], wants: "key", present: ["dim"] }],
    ["A:\n  baths:\n    - beta: 1\n      ra|", { path: ["A", "baths", "[]"], wants: "key", present: ["beta"] }],
    ["A:\n  baths:\n  - beta: 1\n    rates: oh|", { path: ["A", "baths", "[]", "rates"], wants: "value" }],
    ["A:\n  dim: 2\nB:\n  # a comment\n  |", { path: ["B"], wants: "key", present: [] }],
    ["A:\n  dim: 2\nso|", { path: [], wants: "key", present: ["A"] }],
    ["solver:\n  method: 'ex|", { path: ["solver", "method"], wants: "value", isQuoted: true }],
    ["V: g * sig|", undefined],
    ["# ki|", undefined],
  ])("YAML: %j", (marked, expected) => {
    if (expected === undefined) expect(at(contextInYaml, marked)).toBeUndefined();
    else expect(at(contextInYaml, marked)).toMatchObject(expected);
  });

  it("is found at every place of a text, and the keys there are the schema's", () => {
    const schema = modelJsonSchema() as Schema;
    for (const [of, text] of [
      [contextInJson, example],
      [contextInYaml, inYaml],
    ] as const) {
      const paths = new Set<string>();
      for (let offset = 0; offset <= text.length; offset++) {
        const context = of(text, offset);
        if (context?.wants !== "value") continue;
        paths.add(context.path.join("."));
        // of free texts too
        expect(schemasAt(schema, context.path, "bipartite"), context.path.join(".")).not.toEqual([]);
      }
      expect([...paths]).toEqual(
        expect.arrayContaining(["kind", "A.hamiltonian", "A.bath.beta", "times.count", "solver.rtol"]),
      );
    }
  });
});

describe("words of the schema", () => {
  const schema = modelJsonSchema() as Schema;
  const keys = (path: string[], kind?: string) => keysOf(schema, schemasAt(schema, path, kind)).map(({ name }) => name);

  it("are the keys of the model's kind", () => {
    expect(keys([], "bipartite")).toEqual(expect.arrayContaining(["kind", "A", "B", "V", "times"]));
    expect(keys([], "bipartite")).not.toContain("jumps");
    expect(keys([], "lindblad")).not.toContain("A");
    expect(keys([])).toEqual(expect.arrayContaining(["A", "jumps"]));
    expect(keys(["A", "bath"], "bipartite")).toEqual(expect.arrayContaining(["beta", "rates", "Gamma", "jumps"]));
    expect(keys(["A", "baths", "[]"], "bipartite")).toContain("rates");
    expect(keys(["parameters"], "bipartite")).toEqual([]);
    expect(keys(["toString"], "bipartite")).toEqual([]);
  });

  it("have what they mean, and whether they are needed", () => {
    const words = keysOf(schema, schemasAt(schema, [], "bipartite"));
    expect(words.find(({ name }) => name === "V")).toMatchObject({ isRequired: true });
    expect(words.find(({ name }) => name === "alphaA")).toMatchObject({
      isRequired: false,
      description: expect.stringContaining("interaction energy"),
    });
  });

  it("are the values that are listed", () => {
    const values = (...path: string[]) => valuesOf(schemasAt(schema, path, undefined));
    expect(values("kind")).toEqual(["lindblad", "bipartite"]);
    expect(values("solver", "method")).toEqual(expect.arrayContaining(["auto", "expm"]));
    expect(values("A", "bath", "rates")).toEqual(["symmetric", "ohmic"]);
    expect(values("version")).toEqual([1]);
    expect(values("measures")).toEqual([true, false]);
    expect(values("V")).toEqual([]);
  });
});

describe("JSON as people write it", () => {
  it("is the same data", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(JSON.parse(jsonText(value)))).toBe(JSON.stringify(value));
      }),
      { seed: 4 },
    );
  });

  it("has on one line what fits", () => {
    const text = jsonText(JSON.parse(example));
    expect(text).toContain('\n  "A": { "dim": 2, "hamiltonian": "omegaA * sigmaz", "bath": { "beta": "betaA" } },\n');
    expect(jsonText(JSON.parse(text))).toBe(text);
  });
});
