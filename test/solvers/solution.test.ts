/**
 * A solution as an object: what it prints, what JSON and numpy get of it.
 */
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  bipartite,
  destroy,
  fock,
  ket2dm,
  mesolve,
  num,
  Operator,
  sigmax,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { solutionArrays, solutionNpz } from "../../bindings/io/index.ts";

const N = 4;
const times = [0, 1, 2, 3];
const solution = mesolve(num(N), fock(N, 2), times, {
  cOps: [destroy(N)],
  eOps: { n: num(N), a: destroy(N) },
  storeStates: true,
});

describe("a solution", () => {
  it("prints times, series, method and form in a few lines", () => {
    const text = inspect(solution);
    expect(text).toBe(String(solution));
    expect(text.split("\n")).toEqual([
      "Solution: 4 times from 0 to 3, dims [4], 4 states kept",
      expect.stringMatching(/^ {2}<n> {2}2 → 0\.0995741 {2}\(0\.0995741 … 2\)$/),
      expect.stringMatching(/^ {2}<a> {2}0 \+ 0i → 0 \+ 0i$/),
      expect.stringMatching(/^ {2}method {2}\w+: \d+ steps, \d+ rejected, \d+ applications, [\d.]+ ms$/),
      expect.stringMatching(/^ {2}form {4}\S/),
    ]);
  });

  it("names a dozen series at most, and its warnings", () => {
    const eOps = Object.fromEntries(Array.from({ length: 15 }, (_, k) => [`z${k}`, sigmaz()]));
    const text = String(mesolve([[sigmax(), (t: number) => t]], fock(2, 0), [0, 1], { eOps }));
    expect(text).toContain("and 3 more");
    expect(text).toMatch(/warning a coefficient is a function/);
  });

  it("is plain data: what it prints with is not enumerable", () => {
    expect(Object.keys(solution).sort()).toEqual(["expect", "finalState", "states", "stats", "times", "warnings"]);
    expect(Object.getPrototypeOf(solution)).toBe(Object.prototype);
  });

  it("goes into JSON and back", () => {
    const read = JSON.parse(JSON.stringify(solution));
    expect(read.times).toEqual(times);
    expect(read.expect.n).toEqual(Array.from(solution.expect.n));
    expect(read.expect.a).toEqual({ re: [0, 0, 0, 0], im: [0, 0, 0, 0] });
    expect(read.stats.method).toBe(solution.stats.method);
    expect(read.stats.minEigenvalue).toBe(solution.stats.minEigenvalue);
    expect(Operator.fromArrays(read.finalState).toDense()).toEqual(solution.finalState.toDense());
    expect(Operator.fromArrays(read.states[1]).toDense()).toEqual(solution.states![1]!.toDense());
  });

  it("becomes arrays for numpy", () => {
    const arrays = solutionArrays(solution);
    expect(
      Object.fromEntries(Object.entries(arrays).map(([name, { dtype, shape }]) => [name, [dtype, ...shape]])),
    ).toEqual({
      t: ["float64", 4],
      n: ["float64", 4],
      a: ["complex128", 4],
      final_state: ["complex128", 4, 4],
      states: ["complex128", 4, 4, 4],
    });
    expect(arrays.states!.data.subarray(0, 32)).toEqual(ket2dm(fock(N, 2)).toDense());
    expect(solutionNpz(solution).subarray(0, 2)).toEqual(Uint8Array.of(0x50, 0x4b));
  });

  it("of two parts has all of it as well", () => {
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: tensor(sigmax(), sigmax()) });
    const run = system.evolve(tensor(ket2dm(fock(2, 0)), ket2dm(fock(2, 1))), [0, 1]);
    const read = JSON.parse(JSON.stringify(run));
    expect(read.energy.U).toEqual(Array.from(run.energy.U));
    expect(Operator.fromArrays(read.reduced.A[1]).sub(run.reduced.A[1]!).maxAbs()).toBe(0);
    expect(String(run)).toMatch(/^Solution: 2 times/);
  });
});
