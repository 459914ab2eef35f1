/**
 * Eigenvalues nearest to zero where factors without exchanges of rows are inexact, of systems that are damped in one place: against all eigenvalues.
 */
import { describe, expect, it } from "vitest";
import {
  type Complex,
  destroy,
  liouvillianSpectrum,
  num,
  type Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
} from "../../bindings/index.ts";
import { eigenvaluesReal } from "../../bindings/kernel/real-schur.ts";
import { denseRows } from "../../bindings/plan/rows.ts";
import { Equations, fullOperator } from "../../bindings/stationary/equations.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";

interface System {
  readonly H: Operator;
  readonly jumps: readonly Operator[];
}

const plus = (X: Operator) => X.add(X.dag());
const modulus = ({ re, im }: Complex) => Math.hypot(re, im);

/** An atom in a damped cavity, which alone has a bath. */
function atom(levels: number, coupling: number, drive: number, counterRotating: boolean): System {
  const a = destroy(levels).kron(qeye(2));
  const s = qeye(levels).kron(sigmam());
  const H = a
    .dag()
    .mul(a)
    .add(counterRotating ? plus(a).mul(plus(s)).scale(coupling) : plus(a.mul(s.dag())).scale(coupling))
    .add(qeye(levels).kron(sigmaz()).scale(0.3))
    .add((counterRotating ? plus(s) : plus(a)).scale(drive));
  return { H, jumps: [a] };
}

function cavities(levels: number, coupling: number): System {
  const a = destroy(levels).kron(qeye(levels));
  const b = qeye(levels).kron(destroy(levels));
  const n = a.dag().mul(a);
  const H = plus(a.dag().mul(b)).scale(coupling).add(plus(a).scale(0.3)).add(n.mul(n).sub(n).scale(0.2));
  return { H, jumps: [b] };
}

/** A chain with a field along x on one end, baths on both. */
function chain(spins: number): System {
  const at = (X: Operator, site: number) =>
    Array.from({ length: spins }, (_, k) => (k === site ? X : qeye(2))).reduce((total, Y) => total.kron(Y));
  let H = at(sigmax(), 0).scale(0.4);
  for (let k = 0; k < spins; k++) H = H.add(at(sigmaz(), k).scale(0.3 - 0.17 * k));
  for (let k = 0; k + 1 < spins; k++) {
    for (const [X, J] of [[sigmax(), 0.5] as const, [sigmay(), 0.5] as const, [sigmaz(), 0.35] as const]) {
      H = H.add(
        at(X, k)
          .mul(at(X, k + 1))
          .scale(J),
      );
    }
  }
  return { H, jumps: [at(sigmam(), 0), at(sigmap(), spins - 1).scale(0.6)] };
}

function kerr(levels: number): System {
  const a = destroy(levels);
  const n = num(levels);
  return { H: n.scale(-1.1).add(n.mul(n).scale(0.1)).add(plus(a).scale(1.2)), jumps: [a] };
}

describe("nearest to zero, against all eigenvalues", () => {
  it.each([
    ["an atom coupled weakly to a damped cavity, and driven", atom(12, 0.1, 0.2, true)],
    ["an atom coupled strongly to a damped cavity, and driven", atom(12, 1.1, 0.2, true)],
    ["an atom in a driven and damped cavity", atom(12, 0.3, 0.4, false)],
    ["an atom in a driven and damped cavity, coupled strongly", atom(12, 2.5, 0.1, false)],
    ["two cavities of which one is damped", cavities(5, 0.3)],
    ["two cavities of which one is damped, coupled strongly", cavities(5, 2)],
    ["a Kerr oscillator", kerr(27)],
    ["a chain with baths and a field at its ends", chain(5)],
  ] as const)("%s", (_, { H, jumps }) => {
    const equations = new Equations(H, jumps, [fullOperator(H.dims)]);
    const exact = eigenvaluesReal(equations.count, denseRows(equations.rows)).sort((x, y) => modulus(x) - modulus(y));
    const found = liouvillianSpectrum(H, jumps, { count: 6 });
    expect(found.which).toBe("nearest");
    expect(found.kernelDimension).toBe(1);
    expect(found.eigenvalues.length).toBeGreaterThanOrEqual(6);
    found.eigenvalues.forEach((value, k) => {
      // Of either way 1e-12 of L, times the condition.
      const off = 1e-12 * equations.norm * found.conditions[k]!;
      expect(Math.abs(modulus(value) - modulus(exact[k]!))).toBeLessThan(off);
      expect(
        exact.reduce((least, { re, im }) => Math.min(least, Math.hypot(re - value.re, im - value.im)), Infinity),
      ).toBeLessThan(off);
    });
    expect(Math.max(...found.residuals)).toBeLessThan(1e-11 * equations.norm);
    found.right.forEach((R, j) => {
      found.left.forEach((L, k) => {
        const { re, im } = L.dag().mul(R).tr();
        // A left vector with a residual of 1e-12 ‖L‖, over what parts the eigenvalues.
        const apart =
          j === k
            ? 1
            : Math.hypot(
                found.eigenvalues[j]!.re - found.eigenvalues[k]!.re,
                found.eigenvalues[j]!.im - found.eigenvalues[k]!.im,
              );
        const off = (2e-12 * equations.norm * found.conditions[k]!) / Math.min(1, apart);
        expect(Math.hypot(re - (j === k ? 1 : 0), im)).toBeLessThan(off);
      });
    });
  });
});

describe("full matrices", () => {
  it.each(["nearest", "slowest"] as const)("23 levels with a full jump, the %s: diagonalised, in seconds", (which) => {
    const random = generator(23);
    const H = randomHermitian(random, [23]);
    const jumps = [randomOperator(random, [23], 0.5)];
    const equations = new Equations(H, jumps, [fullOperator(H.dims)]);
    const key = ({ re, im }: Complex) => (which === "nearest" ? Math.hypot(re, im) : -re);
    const exact = eigenvaluesReal(equations.count, denseRows(equations.rows)).sort((x, y) => key(x) - key(y));
    const started = performance.now();
    const found = liouvillianSpectrum(H, jumps, { count: 6, which });
    // By exp(L t) it takes a minute, diagonalised half a second.
    expect(performance.now() - started).toBeLessThan(20_000);
    found.eigenvalues.forEach((value, k) => {
      expect(Math.abs(key(value) - key(exact[k]!))).toBeLessThan(1e-12 * equations.norm * found.conditions[k]!);
    });
    expect(liouvillianSpectrum(H, jumps).which).toBe("slowest");
  });
});
