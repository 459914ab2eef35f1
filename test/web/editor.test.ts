import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ModelError } from "../../bindings/model/error.ts";
import { loadModel } from "../../bindings/model/load.ts";
import { checkText, type Problem } from "../../web/src/editor/check.ts";

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
