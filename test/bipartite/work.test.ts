/**
 * Work by functions of the caller's, whose slopes nobody knows: exact by the balance of energies, and what slopes miss is said.
 */
import { describe, expect, it } from "vitest";
import { COLUMN } from "../../bindings/bipartite/energetics.ts";
import { isWork, slopeWarnings } from "../../bindings/bipartite/work.ts";
import {
  bipartite,
  callable,
  Operator,
  pulse,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { ptrace } from "../../bindings/operators/tensor.ts";

const V = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3);
const baths = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];
const rho = thermalState(sigmaz(), 0.5).kron(thermalState(sigmaz(), 1.2));
const times = [0, 0.4, 1];
const tight = { rtol: 1e-10, atol: 1e-12 };
type Drive = ((t: number) => number) | ReturnType<typeof callable>;
const driven = (f: Drive) => bipartite({ HA: [sigmaz(), [sigmax(), f]], HB: sigmaz(), V: [V, [V, f]], baths });
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (x, k) => Math.abs(x - b[k]!)).reduce((x, y) => Math.max(x, y), 0);
const slopeWarning = /^work by the slope of a coefficient that is a function differs by/;

describe("a function with kinks", () => {
  it.each<[string, (t: number) => number, number[]]>([
    ["|t - 0.37|", (t) => Math.abs(t - 0.37), [0.37]],
    ["a triangle wave", (t) => Math.abs(((t * 10) % 1) - 0.5), Array.from({ length: 19 }, (_, k) => (k + 1) / 20)],
    ["a kink beside a jump", (t) => (t < 0.31 ? Math.abs(t - 0.1) : 2), [0.1, 0.31]],
  ])("%s does the work that the same with its kinks declared does", (_name, f, breakpoints) => {
    const [found, declared] = [f, callable(f, { breakpoints })].map((one) => driven(one).evolve(rho, times, tight));
    expect(largest(found!.work.integrated, declared!.work.integrated)).toBeLessThan(1e-9);
    for (const body of ["A", "B", "chi"] as const)
      expect(largest(found!.ledger.work![body], declared!.ledger.work![body])).toBeLessThan(1e-9);
    // The check by slopes.
    expect(found!.laws.firstLaw).toBeLessThan(1e-9);
    expect(found!.ledgerDefect).toBeLessThan(1e-9);
    expect(found!.warnings.filter((warning) => slopeWarning.test(warning))).toEqual([]);
  });

  it("two of them closer than anybody looks: the work is right, and what its slope misses is said", () => {
    const places = [0.37, 0.3701, 0.3703];
    const f = (t: number) => places.reduce((sum, place, k) => sum + (k + 1) * Math.abs(t - place), 0);
    const found = driven(f).evolve(rho, times, { rtol: 1e-9, atol: 1e-11 });
    const declared = driven(callable(f, { breakpoints: places })).evolve(rho, times, tight);
    // The solver itself stepped over them: 6·(1e-4)² of f's integral.
    expect(largest(found.work.integrated, declared.work.integrated)).toBeLessThan(6e-8);
    for (const body of ["A", "B", "chi"] as const)
      expect(largest(found.ledger.work![body], declared.ledger.work![body])).toBeLessThan(6e-8);
    expect(found.laws.firstLaw).toBeGreaterThan(1e-6);
    expect(found.warnings.filter((warning) => slopeWarning.test(warning)).length).toBe(1);
    expect(found.warnings.join()).not.toMatch(/first law|does not close/);
    expect(found.warnings.join()).toContain(`differs by ${found.laws.firstLaw.toExponential(1)}`);
  });
});

it("is what a function with one kink does to a population that stands still, exactly", () => {
  const zero = Operator.fromTriplets([2, 2], []);
  const X = traceOfProduct(sigmaz(), ptrace(rho, 0)).re;
  const kinked = callable((t) => Math.abs(t - 0.37));
  // By a function alone, or by a function among what does not need one.
  for (const drives of [
    [[sigmaz(), kinked]],
    [
      [sigmax().scale(0), pulse.sine({ omega: 2 })],
      [sigmaz(), kinked],
    ],
  ]) {
    const HA = [sigmaz(), ...(drives as [Operator, typeof kinked][])];
    const { work, ledger } = bipartite({ HA, HB: sigmaz(), V: zero }).evolve(rho, [0, 0.3, 0.5], tight);
    for (const [k, t] of [0, 0.3, 0.5].entries()) {
      const exact = X * (Math.abs(t - 0.37) - 0.37);
      expect(Math.abs(work.integrated[k]! - exact)).toBeLessThan(1e-13);
      expect(Math.abs(ledger.work!.A[k]! - exact)).toBeLessThan(1e-13);
    }
  }
});

it("has a warning beyond what the tolerances explain, and one where a stretch of the run is left", () => {
  expect(slopeWarnings(1e-6, 0, 1e-6)).toEqual([]);
  expect(slopeWarnings(2e-6, 0, 1e-6)).toEqual([expect.stringMatching(slopeWarning)]);
  expect(slopeWarnings(Number.NaN, 0, 1e-6)).toHaveLength(1);
  expect(slopeWarnings(0, 3, 1e-6)).toEqual([expect.stringMatching(/in 3 stretches of the run/)]);
});

it("is told from what else is integrated", () => {
  const names = Object.entries(COLUMN).filter(([, column]) => isWork(column));
  expect(names.map(([name]) => name)).toEqual(["workA", "workB", "work"]);
  expect(isWork(COLUMN.work + 1)).toBe(false);
});

it("in closed form: [H, X] = 0, so W = <X> (f(t) - f(0)), of any continuous f", () => {
  const zero = Operator.fromTriplets([2, 2], []);
  const weierstrass = (t: number) =>
    Array.from({ length: 12 }, (_, k) => 0.5 ** k * Math.cos(3 ** k * t)).reduce((a, b) => a + b);
  for (const f of [
    weierstrass,
    (t: number) => Math.abs(Math.sin(40 * t)),
    (t: number) => Math.sqrt(Math.abs(t - 0.5)),
  ]) {
    const system = bipartite({ HA: [sigmaz(), [sigmaz(), f]], HB: sigmaz(), V: zero });
    const { work, ledger } = system.evolve(rho, times, tight);
    const X = traceOfProduct(sigmaz(), ptrace(rho, 0)).re;
    times.forEach((t, k) => {
      const exact = X * (f(t) - f(0));
      expect(Math.abs(work.integrated[k]! - exact)).toBeLessThan(1e-13);
      expect(Math.abs(ledger.work!.A[k]! - exact)).toBeLessThan(1e-13);
      expect(Math.abs(ledger.work!.chi[k]!)).toBeLessThan(1e-13);
    });
  }
});

it("is the same work as that of a pulse, shares included", () => {
  const [omega, phase] = [3, 0.4];
  const sine = pulse.sine({ omega, phase });
  const [a, b] = [sine, (t: number) => Math.sin(omega * t + phase)].map((f) =>
    driven(f as Drive).evolve(rho, times, tight),
  );
  for (const body of ["A", "B", "chi"] as const)
    expect(largest(a!.ledger.work![body], b!.ledger.work![body])).toBeLessThan(1e-9);
  expect(largest(a!.work.integrated, b!.work.integrated)).toBeLessThan(1e-9);
  expect(largest(a!.work.rate, b!.work.rate)).toBeLessThan(1e-9);
  expect(b!.warnings.filter((warning) => slopeWarning.test(warning))).toEqual([]);
});

it("a jump at an output time is work done by then", () => {
  const f = (t: number) => (t < 0.4 ? 0 : 1);
  const zero = Operator.fromTriplets([2, 2], []);
  const system = bipartite({ HA: [sigmaz(), [sigmax(), f]], HB: sigmaz(), V: zero });
  const { work, ledger, states } = system.evolve(
    thermalState(sigmax().add(sigmaz()), 1).kron(qeye(2).scale(0.5)),
    times,
    {
      ...tight,
      storeStates: true,
    },
  );
  const gain = traceOfProduct(sigmax(), ptrace(states![1]!, 0)).re;
  expect(Math.abs(work.integrated[1]! - gain)).toBeLessThan(1e-12);
  expect(Math.abs(ledger.work!.A[2]! - gain)).toBeLessThan(1e-9);
});
