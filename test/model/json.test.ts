import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidArgumentError, LindbladError } from "../../bindings/index.ts";
import { buildModel } from "../../bindings/model/build.ts";
import { ModelError } from "../../bindings/model/error.ts";
import { estimateRun } from "../../bindings/model/estimate.ts";
import { findFault } from "../../bindings/model/json.ts";
import { runBuilt, runModel } from "../../bindings/model/run.ts";
import { parseText } from "../../bindings/model/text.ts";

function failure(text: string, format: "json" | "yaml" = "json"): ModelError {
  try {
    parseText(text, format);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return error as ModelError;
  }
  throw new Error("should have failed");
}

describe("faults of JSON have a place, and one line of words", () => {
  it.each([
    [
      '{\n  "kind": lindblad,\n  "version": 1 }',
      2,
      11,
      "expected a value (a text in double quotes, a number,",
      "lindblad",
    ],
    ['{ "x": NaN }', 1, 8, "expected a value", "got NaN"],
    ['{ "x": [1, -Infinity] }', 1, 12, "expected a value", "got -Infinity"],
    ['{ "x": 01 }', 1, 8, "expected a value", "got 01"],
    ['{ // comment\n  "x": 1 }', 1, 3, "expected a key in double quotes", "got /"],
    ["{ 'x': 1 }", 1, 3, "expected a key in double quotes", "got '"],
    ['{ "x" 1 }', 1, 7, 'expected ":" after the key', "got 1"],
    ['{ "x": 1 "y": 2 }', 1, 10, 'expected "," or "}"', 'got "'],
    ['{ "x": [1 2] }', 1, 11, 'expected "," or "]"', "got 2"],
    ['{ "x": 1,\n}', 2, 1, "expected a key in double quotes", "got }"],
    ["[1,]", 1, 4, "expected a value", "got ]"],
    ['{ "x": 1 }\n} trailing', 2, 1, "expected the end of the file", "got }"],
    ['{ "x": "a\nb" }', 1, 10, "expected the closing quote", '"\\n"'],
    ['{ "x": "\\x41" }', 1, 9, "bad escape \\x", ""],
    ['{ "x": "abc', 1, 12, "the file ends inside a text", ""],
    ['{ "x": \u001b[31m }', 1, 8, "expected a value", "got \\u001b"],
    ['{ "x": \u2028 }', 1, 8, "expected a value", "got \\u2028"],
  ])("%j", (text, line, column, message, got) => {
    const error = failure(text);
    expect(error).toMatchObject({ path: "$", line, column });
    expect(error.message).toContain(`not valid JSON: ${message}`);
    expect(error.message).toContain(got);
    expect(error.message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  });

  it("finds a fault exactly where JSON.parse refuses", () => {
    const piece = fc.constantFrom(
      ...'{ } [ ] , : " \\ 0 1 -1 1e5 1. .5 true nul null a é \t \n \\u0041 \\n "a" "b" "\u0001"'.split(" "),
      " ",
    );
    const broken = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(fc.oneof(broken, fc.json()), (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(findFault(text)?.isSyntax ?? false).toBe(!valid);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a key that stands twice", () => {
  it("is found at any size, and however it is spelt", () => {
    const long = `[${"1.5,".repeat(500_000)}1]`;
    expect(failure(`{"x": ${long},\n "a": 1, "\\u0061": 2}`)).toMatchObject({
      line: 2,
      column: 10,
      detail: 'the key "\\u0061" stands twice in one object',
    });
  });

  it("may stand in two objects", () => {
    expect(findFault('{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}')).toBeUndefined();
  });

  it("does not overflow on long texts, numbers and nesting", () => {
    for (const text of ["x".repeat(20_000_000), " ".repeat(20_000_000)]) expect(findFault(`"${text}"`)).toBeUndefined();
    expect(findFault("[".repeat(1_000_000) + "]".repeat(1_000_000))).toBeUndefined();
    expect(findFault("1".repeat(20_000_000))?.isSyntax).toBe(true);
  });
});

describe("YAML", () => {
  it("is bounded in length", () => {
    expect(failure(`a: [${"1,".repeat(5_000_000)}]`, "yaml").message).toContain("expected at most 400000");
  });

  it.each([
    ["version: 1\n? [a, b]\n: 2\n", 2, 3, "expected a name as key"],
    ["version: 1\n? { a: b }\n: 2\n", 2, 3, "expected a name as key"],
    ["version: 1\n---\nversion: 1\n", 2, 1, "expected one document, but another one begins here"],
  ])("%j is refused with a place and without a warning of the process", async (text, line, column, message) => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    const error = failure(text, "yaml");
    // warnings are emitted in a later turn
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.removeListener("warning", listen);
    expect(error).toMatchObject({ line, column });
    expect(error.message).toContain(message);
    expect(warnings).toEqual([]);
  });
});

it.each([undefined, null, 5n, {}])("%s is no text, no model and no run: a typed error", (nothing) => {
  const any = nothing as never;
  expect(() => parseText(any, "json")).toThrow(LindbladError);
  if (typeof nothing === "object" && nothing !== null) return;
  for (const call of [() => buildModel(any), () => estimateRun(any), () => runBuilt(any), () => runModel(any)]) {
    expect(call).toThrow(InvalidArgumentError);
  }
});
