/**
 * Sums of products of local factors on kets: against the elements of the same operator, and when they are taken.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  Ket,
  mcsolve,
  Operator,
  qeye,
  sesolve,
  sigmam,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { planKets } from "../../bindings/plan/ket.ts";
import { blockLevels, type Local, localFactors, localPositions, putLocal } from "../../bindings/plan/local.ts";
import { putSum } from "../../bindings/plan/representation.ts";
import { rowsOf } from "../../bindings/plan/sparse.ts";
import { uniformTimes } from "../support/law.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";

const size = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/** A product of an operator on the neighbouring sites from `site` on, and identities. */
function onSites(dims: readonly number[], site: number, count: number, operator: Operator): Operator {
  const rest = [qeye(size(dims.slice(0, site))), operator, qeye(size(dims.slice(site + count)))];
  return redimensioned(tensor(...rest), dims);
}

/** The same elements on other subsystems. */
function redimensioned(operator: Operator, dims: readonly number[]): Operator {
  const elements: [number, number, number, number][] = [];
  operator.forEachNonzero((row, column, re, im) => elements.push([row, column, re, im]));
  return Operator.fromTriplets(dims, elements);
}

/** A sum of terms on one site and on two neighbours each, complex and not Hermitian. */
function randomSum(random: () => number, dims: readonly number[]): Operator {
  let sum = Operator.fromTriplets(dims, []);
  for (let site = 0; site < dims.length; site++) {
    const count = site + 1 < dims.length && random() < 0.7 ? 2 : 1;
    const d = size(dims.slice(site, site + count));
    sum = sum.add(onSites(dims, site, count, randomOperator(random, [d], 0.4)));
  }
  return sum;
}

function randomKet(random: () => number, dims: readonly number[]): Ket {
  return new Ket(
    dims,
    Float64Array.from({ length: 2 * size(dims) }, () => 2 * random() - 1),
  );
}

/** What the kernel makes of `psi` by the sum of some operators, all but the first times factors. */
function applied(parts: readonly Local[], factors: readonly number[], psi: Ket, half: number): Float64Array {
  const kernel = getKernel();
  const position = localPositions(psi.size, half);
  return kernel.frame(() => {
    const { superoperator, factors: at } = putSum(kernel, 1, parts, putLocal, "test");
    for (const [k, factor] of factors.entries()) kernel.doubles[at[k]! / 8] = factor;
    const [x, out] = [0, 1].map(() => kernel.allocate(16 * psi.size, "test")) as [number, number];
    const canary = kernel.allocate(4096, "test");
    const data = psi.toArray();
    for (const [k, place] of position.entries()) kernel.doubles[x / 8 + place] = data[k]!;
    // What is there must not matter.
    kernel.doubles.fill(Number.NaN, out / 8, out / 8 + 2 * psi.size);
    kernel.functions.rightHandSide(superoperator, x, out);
    expect(kernel.doubles.slice(canary / 8, canary / 8 + 512).every((value) => value === 0)).toBe(true);
    return Float64Array.from(position, (place) => kernel.doubles[out / 8 + place]!);
  });
}

function expectClose(found: Float64Array, exact: Float64Array, scale: number): void {
  const worst = found.reduce((most, x, k) => Math.max(most, Math.abs(x - exact[k]!)), 0);
  expect(worst).toBeLessThan(64 * scale * Number.EPSILON);
}

describe("products of local factors", () => {
  it.each([
    [[2, 2, 2, 2, 2, 2]],
    [[2, 2, 2, 2, 2, 2, 2]],
    [[3, 2, 2, 2, 2]],
    [[5, 8]],
    [[3, 3, 16]],
    [[2, 4, 3, 4, 2]],
    [[2, 3, 40]],
  ])("on %j do what their elements do, also as a sum with factors", (dims) => {
    const random = generator(811 + size(dims));
    const half = blockLevels(dims)!;
    expect(half % 8).toBe(0);
    for (let round = 0; round < 4; round++) {
      const operators = [0, 1, 2].map(() => randomSum(random, dims));
      const [a, b, c] = operators as [Operator, Operator, Operator];
      const parts = operators.map((operator, k) => localFactors(rowsOf(operator), half, k === 0 ? 0.75 : 0)!);
      const psi = randomKet(random, dims);
      const shifted = a.add(redimensioned(qeye(psi.size), dims).scale({ re: 0, im: 0.75 }));
      // At most 64 elements a row, each below 4 in modulus times a number below 2.
      expectClose(applied([parts[0]!], [], psi, half), shifted.apply(psi).toArray(), 512);
      const sum = shifted.add(b.scale(-1.5)).add(c.scale(0.25));
      expectClose(applied(parts, [-1.5, 0.25], psi, half), sum.apply(psi).toArray(), 1024);
      let norm = 0;
      const rows = new Float64Array(2 * psi.size);
      shifted.forEachNonzero((row, _column, re, im) => {
        rows[row]! += Math.abs(re) + Math.abs(im);
        norm = Math.max(norm, rows[row]!);
      });
      expect(Math.abs(parts[0]!.norm - norm)).toBeLessThan(64 * norm * Number.EPSILON);
    }
  });

  it("take a number times the identity for what acts before the last sites, and one small matrix for what acts on them", () => {
    const dims = [2, 2, 2, 2, 2, 2];
    const flip = onSites(dims, 1, 1, sigmax());
    const before = localFactors(rowsOf(flip), 8, 0)!;
    expect([before.blocks.length, before.sources.length, before.diagonal]).toEqual([0, 8, undefined]);
    const last = localFactors(rowsOf(onSites(dims, 5, 1, sigmay())), 8, 0)!;
    expect([last.blocks.length, last.sources.length, last.blockNumbers.length]).toEqual([1, 0, 8]);
    const z = localFactors(rowsOf(onSites(dims, 2, 2, tensor(sigmaz(), sigmaz()))), 8, 0)!;
    expect([z.blocks.length, z.sources.length, z.diagonal?.length]).toEqual([0, 0, 128]);
  });

  it("are multiples of an element that is not what rounding has left of a zero", () => {
    // In the last site all levels are coupled, two of them by next to nothing.
    const elements: [number, number, number, number][] = [];
    for (let row = 0; row < 64; row++) {
      for (let column = row - (row % 8); column < row; column++) {
        const value = row % 8 === 1 ? 1e-310 : 1 / (row - column);
        elements.push([row, column, 0, -value], [column, row, 0, -value]);
      }
    }
    const G = Operator.fromTriplets([8, 8], elements);
    const psi = randomKet(generator(5), [8, 8]);
    expectClose(applied([localFactors(rowsOf(G), 8, 0)!], [], psi, 8), G.apply(psi).toArray(), 16);
  });

  it("are not taken for an operator that is none", () => {
    const random = generator(5);
    expect(localFactors(rowsOf(randomHermitian(random, [256], 0.05)), 8, 0)).toBeUndefined();
    expect(blockLevels([64])).toBeUndefined();
    expect(blockLevels([3, 3, 3, 3])).toBeUndefined();
    // Half a wide system is no block.
    expect(blockLevels([2, 128])).toBeUndefined();
  });
});

/** A transverse Ising chain, all of whose levels are reached, and decay of every spin. */
function chain(spins: number) {
  const dims = new Array<number>(spins).fill(2);
  const at = (operator: Operator, k: number) => onSites(dims, k, 1, operator);
  let H = Operator.fromTriplets(dims, []);
  for (let k = 0; k < spins; k++) H = H.add(at(sigmax(), k).scale(0.9));
  for (let k = 0; k + 1 < spins; k++) H = H.add(onSites(dims, k, 2, tensor(sigmaz(), sigmaz())));
  return { dims, H, cOps: dims.map((_, k) => at(sigmam(), k).scale(0.4)), z: at(sigmaz(), spins - 1) };
}

describe("a chain of spins", () => {
  const { dims, H, cOps, z } = chain(8);
  const flat = (operator: Operator) => redimensioned(operator, [256]);
  const psi = tensor(...dims.map(() => basis(2, 0)));
  const alike = new Ket([256], psi.toArray());
  const times = uniformTimes(2, 5);

  it("is evolved by its local factors", () => {
    const G = noJumpOperator(H, cOps);
    const span = { from: 0, to: 1, times: Float64Array.of(0, 1) };
    const jumps = cOps.map((base) => ({ base, terms: [] }));
    const { representation, channels } = planKets(G, [], [psi], span, true, jumps);
    expect(representation.description).toBe("products of local factors on 256 levels, in blocks of 8");
    expect(channels).toHaveLength(8);
    const elements = planKets(flat(G), [], [alike], span, true);
    expect(elements.representation.description).toMatch(/^real sparse matrix on 512 of 512/);
    expect(representation.coordinates!.norm).toBeCloseTo(elements.representation.coordinates!.norm, 12);
  });

  it.each(["dop853", "tsit5", "faber", "krylov"] as const)("goes as by its elements: sesolve, %s", (method) => {
    const options = { method, rtol: 1e-10, atol: 1e-12, storeStates: true } as const;
    const one = sesolve(H, psi, times, { ...options, eOps: { z } });
    const other = sesolve(flat(H), alike, times, { ...options, eOps: { z: flat(z) } });
    for (const [k, value] of (one.expect.z as Float64Array).entries())
      expect(Math.abs(value - (other.expect.z as Float64Array)[k]!)).toBeLessThan(1e-8);
    const [last, expected] = [one.states!.at(-1)!.toArray(), other.states!.at(-1)!.toArray()];
    for (const [k, value] of last.entries()) expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-8);
  });

  it("goes as by its elements under a drive and through its jumps", () => {
    const drive = (operator: Operator): [Operator, (t: number) => number] => [operator, (t) => Math.cos(3 * t)];
    const run = (all: Operator, start: Ket, of: (operator: Operator) => Operator) =>
      mcsolve([all, drive(of(cOps[2]!.add(cOps[2]!.dag())))], start, times, {
        cOps: cOps.map(of),
        eOps: { z: of(z) },
        ...{ ntraj: 4, seed: 3, keepRuns: true, rtol: 1e-10, atol: 1e-12 },
      });
    const one = run(H, psi, (operator) => operator);
    const other = run(flat(H), alike, flat);
    expect(one.stats.reasons[0]).toMatch(/^form: products of local factors/);
    expect(other.stats.reasons[0]).toMatch(/^form: real sparse matrix/);
    expect(one.jumps.some(({ times }) => times.length > 0)).toBe(true);
    for (const [k, { times: found, channels }] of one.jumps.entries()) {
      expect(channels).toEqual(other.jumps[k]!.channels);
      // A jump is where the norm crosses a number: its place is as good as the norm.
      for (const [j, t] of found.entries()) expect(Math.abs(t - other.jumps[k]!.times[j]!)).toBeLessThan(1e-7);
    }
    for (const [k, value] of (one.expect.z as Float64Array).entries())
      expect(Math.abs(value - (other.expect.z as Float64Array)[k]!)).toBeLessThan(1e-6);
  });
});
