/**
 * Every point once, whatever happens on the way.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadSweep, sweep } from "../../sweep/src/index.ts";

const root = mkdtempSync(join(tmpdir(), "lindblad-sweep-"));
afterAll(() => rmSync(root, { recursive: true }));

const file = loadSweep(
  JSON.stringify({
    version: 1,
    kind: "lindblad",
    parameters: { omega: 1, gamma: 0.2 },
    dims: [2],
    hamiltonian: "omega / 2 * sigmax",
    jumps: [{ op: "sigmam", rate: "gamma" }],
    initial: "basis(2, 1)",
    times: { to: 1, count: 3 },
    observables: { z: "sigmaz" },
    sweep: {
      parameters: { omega: { from: 0, to: 2, count: 10 }, gamma: [-1, 0, 0.5] },
      outputs: { scalars: ["z_end"], series: ["z"] },
    },
  }),
);

describe("a sweep", () => {
  it("computes every point, in memory and in a store", async () => {
    const { rows, ...result } = await sweep(file.model, file.spec, { engine: "inline", outputs: file.outputs });
    expect(result).toMatchObject({
      ended: "complete",
      done: 30,
      computed: 30,
      total: 30,
      failures: { ModelError: 10 },
    });
    const store = join(root, "a.duckdb");
    const again = await sweep(file.model, file.spec, { engine: "inline", outputs: file.outputs, store });
    expect(again).toMatchObject({ ended: "complete", done: 30, computed: 30, failures: { ModelError: 10 } });
    const third = await sweep(file.model, file.spec, { engine: "inline", outputs: file.outputs, store });
    expect(third).toMatchObject({ ended: "complete", done: 30, computed: 0, failures: { ModelError: 10 } });
    expect(rows!.scalars.z_end![0]).toBeNaN();
  });
});
