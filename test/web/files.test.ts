import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { loadModel } from "lindblad/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonText } from "../../web/src/editor/json-text.ts";
import { csvText, fileName, npzBytes } from "../../web/src/files/contents.ts";
import type { RunView } from "../../web/src/solver/protocol.ts";
import { run } from "../../web/src/solver/run.ts";
import { lindblad, scratch } from "../cli/lindblad.ts";
import { makePython, PYTHON_TIMEOUT, type Python } from "../support/python.ts";

const directory = scratch();
afterAll(() => rmSync(directory, { recursive: true }));
const example = JSON.parse(readFileSync(new URL("../../examples/two-qubits.json", import.meta.url), "utf8")) as object;

/** The model's file goes to the command line, as it is downloaded; its run and the page's are compared. */
describe("files of a run", () => {
  let view: RunView;
  const out = join(directory, "out");
  beforeAll(async () => {
    const file = join(directory, fileName("Two qubits", "json"));
    writeFileSync(file, jsonText(example));
    view = run(loadModel(readFileSync(file, "utf8")), () => {});
    const ended = await lindblad("run", file, "--out", out, "--store-states");
    expect(ended).toMatchObject({ code: 0 });
  });

  it("are called as those of the command line call theirs, and hold the same numbers", () => {
    const table = (text: string) => {
      const [header, ...rows] = text
        .trimEnd()
        .split("\r\n")
        .map((line) => line.split(","));
      return new Map(header!.map((name, column) => [name, rows.map((row) => Number(row[column]))]));
    };
    const ours = table(csvText(view));
    const theirs = table(readFileSync(join(out, "series.csv"), "utf8"));
    expect(theirs.size).toBeGreaterThan(40);
    for (const [name, values] of theirs) {
      const own = ours.get(name);
      expect(own, name).toHaveLength(121);
      // the command line may run another build of the kernel; what diverges at the start of the run does so in both
      values.forEach((value, k) => {
        if (Number.isFinite(value))
          expect(Math.abs(own![k]! - value), `${name}[${k}]`).toBeLessThan(1e-9 * (1 + Math.abs(value)));
        else expect(own![k], `${name}[${k}]`).toBe(value);
      });
    }
  });

  it(
    "open in numpy, states included",
    async () => {
      const python: Python = await makePython();
      writeFileSync(join(directory, "page.npz"), npzBytes(view));
      const last = { ...view, states: { size: 4, count: 1, data: view.states.data.slice(-32) } };
      writeFileSync(join(directory, "last.npz"), npzBytes(last));
      const program = `
import json, sys, numpy
page, last, cli = (numpy.load(path, allow_pickle=False) for path in sys.argv[1:])
print(json.dumps({
  "missing": sorted(set(cli.files) - set(page.files)),
  "states": [page["states"].shape, str(page["states"].dtype)],
  "difference": max(abs(page[name] - cli[name]).max() for name in ["states", "final_state", "t", "U_chi"]),
  "own": abs(page["states"][-1] - page["final_state"]).max() + abs(last["final_state"] - page["final_state"]).max(),
  "of the last alone": "states" in last.files,
}))`;
      const paths = [join(directory, "page.npz"), join(directory, "last.npz"), join(out, "result.npz")];
      const found = python(program, ...paths) as { difference: number };
      expect(found).toMatchObject({
        missing: [],
        states: [[121, 4, 4], "complex128"],
        own: 0,
        "of the last alone": false,
      });
      expect(found.difference).toBeLessThan(1e-9);
    },
    PYTHON_TIMEOUT,
  );
});

describe("names of files", () => {
  it.each([
    ["Two qubits exchange energy", "csv", "two-qubits-exchange-energy.csv"],
    [undefined, "json", "model.json"],
    ["", "json", "model.json"],
    ["⊗⊗", "json", "model.json"],
    ["../../etc/passwd", "json", "etc-passwd.json"],
    ["Pyhäranta (2021)", "svg", "pyharanta-2021.svg"],
    ["CON", "csv", "model-con.csv"],
    ["a".repeat(200), "npz", `${"a".repeat(60)}.npz`],
  ])("%s", (name, ending, expected) => expect(fileName(name, ending)).toBe(expected));

  it("are safe, whatever the model is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        expect(fileName(name, "csv")).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,63}[a-z0-9])?\.csv$/);
      }),
      { seed: 5 },
    );
  });
});
