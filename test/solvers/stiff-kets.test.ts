/**
 * Kets under an H whose diagonal is far larger than what couples: steps follow what couples, with no option set.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  coherent,
  destroy,
  expect as expectation,
  Ket,
  num,
  Operator,
  pulse,
  qeye,
  sesolve,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";

const N = 40;
const n = num(N);
const a = destroy(N);
type Complexes = { re: Float64Array; im: Float64Array };
const x = a.add(a.dag());
const psi0 = coherent(N, 2).unit();
const times = uniformTimes(1, 11);
const drive = pulse.cosine({ omega: 3 });

describe("a Kerr mode", () => {
  it.each([1e2, 1e4, 1e6])(
    "K = %d n², its frequency driven: phases of which nothing but the drive is integrated",
    (K) => {
      const run = sesolve([n.mul(n).scale(K), [n, drive]], psi0, times, { eOps: { a, n } });
      expect(run.stats.steps).toBeLessThan(1000);
      times.forEach((t, k) => {
        // exp(-i (K j² t + j sin(3t)/3)) on level j; the phase K·N²·t is known to rounding.
        const data = psi0.toArray().slice();
        for (let j = 0; j < N; j++) {
          const angle = -(K * j * j * t + (j * Math.sin(3 * t)) / 3);
          const [c, s, u, v] = [Math.cos(angle), Math.sin(angle), data[2 * j]!, data[2 * j + 1]!];
          data.set([c * u - s * v, c * v + s * u], 2 * j);
        }
        const exact = expectation(a, new Ket([N], data)) as { re: number; im: number };
        const { re, im } = run.expect.a as Complexes;
        const tolerance = 1e-5 + 8 * Number.EPSILON * K * N * N;
        expect(Math.hypot(re[k]! - exact.re, im[k]! - exact.im)).toBeLessThan(tolerance);
        expect(Math.abs(run.expect.n[k]! - 4)).toBeLessThan(1e-5);
      });
    },
  );

  const H = [n.mul(n).scale(30).add(n.scale(0.3)), [x, drive]] as const;
  const tight = { method: "dop853", rtol: 1e-11, atol: 1e-13 } as const;

  it("driven by a + a†, as a Runge-Kutta method in Schrödinger's picture has it, in fewer steps", () => {
    const options = { eOps: { a, n }, storeStates: true } as const;
    const [run, exact] = [sesolve(H, psi0, times, options), sesolve(H, psi0, times, { ...options, ...tight })];
    expect(run.stats.reasons[0]).toMatch(/interaction picture/);
    const plain = sesolve(H, psi0, times, { ...options, method: "dop853" });
    expect(run.stats.steps).toBeLessThan(plain.stats.steps);
    times.forEach((_, k) => {
      expect(run.states![k]!.add(exact.states![k]!.scale(-1)).norm()).toBeLessThan(1e-5);
      expect(Math.abs(run.expect.n[k]! - exact.expect.n[k]!)).toBeLessThan(1e-4);
      expect(Math.abs((run.expect.a as Complexes).im[k]! - (exact.expect.a as Complexes).im[k]!)).toBeLessThan(1e-4);
    });
  });

  it("as an operator, from another time on, until it is told to end, and with states at given times", () => {
    const late = times.map((t) => 5 + t);
    const common = { eOps: { a }, storeStates: [5.33, 5.8] };
    const until = ({ time }: { time: number }) => time > 5.85;
    const run = sesolve(H, qeye(N), late, { ...common, until });
    const exact = sesolve(H, qeye(N), late, { ...common, ...tight, rtol: 1e-8, atol: 1e-10 });
    expect(run.stopped).toBeCloseTo(5.9, 12);
    run.states!.forEach((state, k) => {
      expect((state as Operator).sub(exact.states![k]! as Operator).norm()).toBeLessThan(1e-4);
    });
    run.times.forEach((_, k) => {
      expect(Math.abs(run.expect.a.re[k]! - exact.expect.a.re[k]!)).toBeLessThan(1e-3);
    });
  });
});

it("degenerate levels and complex couplings stay what they are", () => {
  const H0 = Operator.fromTriplets(
    [4],
    [
      [0, 0, 1e4, 0],
      [1, 1, 1e4, 0],
      [0, 1, 0.2, 0.7],
      [1, 0, 0.2, -0.7],
      [2, 3, 0, 1],
      [3, 2, 0, -1],
    ],
  );
  const H1 = Operator.fromTriplets(
    [4],
    [
      [0, 1, 0.5, 0.5],
      [1, 0, 0.5, -0.5],
      [3, 3, 1, 0],
    ],
  );
  const psi = basis(4, 0)
    .add(basis(4, 1).scale({ re: 0, im: 0.5 }))
    .add(basis(4, 3))
    .unit();
  const H = [H0, [H1, drive]] as const;
  const run = sesolve(H, psi, [0, 1, 3], { rtol: 1e-9, atol: 1e-11 });
  expect(run.stats.steps).toBeLessThan(200);
  const exact = sesolve(H, psi, [0, 1, 3], { method: "magnus", rtol: 1e-10, atol: 1e-12 });
  // Phases of 1e4·3 are known to their rounding.
  expect(run.finalState.add(exact.finalState.scale(-1)).norm()).toBeLessThan(1e-7);
});
