/**
 * Steady states about which there is doubt: nearly degenerate, degenerate in disguise, nothing but rounding, no way that leads there.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  basis,
  ConvergenceError,
  create,
  destroy,
  InvalidArgumentError,
  ket2dm,
  num,
  Operator,
  qeye,
  SteadyStateNotUniqueError,
  type SteadystateMethod,
  sigmam,
  sigmax,
  sigmay,
  sigmaz,
  steadystate,
} from "../../bindings/index.ts";
import { generator, randomOperator } from "../support/random.ts";

const rotation = (axis: Operator, angle: number) =>
  qeye(2)
    .scale(Math.cos(angle))
    .add(axis.scale({ re: 0, im: Math.sin(angle) }));
const none = qeye(2).scale(0);

afterEach(() => {
  vi.restoreAllMocks();
});

describe("two sectors at an exceptional point of their no-jump parts", () => {
  // What commutes with H and the jump: |0><1| ⊗ W and its adjoint. The eigenvalues of G are those of a driven qubit at Omega = Gamma/2, a Jordan block: computed ones are wrong by 1e-8.
  const W = rotation(sigmay(), 1).mul(rotation(sigmaz(), 0.5));
  const [h, l] = [sigmax().scale(0.25), sigmam()];
  const [P0, P1] = [ket2dm(basis(2, 0)), ket2dm(basis(2, 1))];
  const flip = Operator.fromTriplets([2], [[1, 0, 1, 0]]);
  const H = P0.kron(h)
    .add(P1.kron(W.mul(h).mul(W.dag())))
    .hermitianPart();
  const jump = flip.kron(W.mul(l)).add(flip.dag().kron(l.mul(W.dag())));

  it.each([undefined, "direct", "channel", "dense"] as (SteadystateMethod | undefined)[])(
    "are not called one, by %s",
    (method) => {
      expect(() => steadystate(H, [jump], { method })).toThrow(
        expect.objectContaining({ code: "STEADY_STATE_NOT_UNIQUE", dimension: 2 }),
      );
    },
  );

  it("nor with Jordan blocks of three levels", () => {
    // G = -iH - ½ l†l with l†l = 2(1 + nilpotent parts): rotated copies of one another.
    const random = generator(5);
    for (let k = 0; k < 5; k++) {
      const a = randomOperator(random, [3]);
      const U = unitary(a);
      const h3 = Operator.fromTriplets(
        [3],
        [
          [0, 1, Math.SQRT1_2 / 2, 0],
          [1, 0, Math.SQRT1_2 / 2, 0],
          [1, 2, Math.SQRT1_2 / 2, 0],
          [2, 1, Math.SQRT1_2 / 2, 0],
        ],
      );
      // -i(S_x - i S_z)/2 is nilpotent of order three: three eigenvalues in one.
      const l3 = Operator.fromTriplets(
        [3],
        [
          [1, 0, Math.SQRT2, 0],
          [2, 1, 1, 0],
        ],
      );
      const big = P0.kron(h3)
        .add(P1.kron(U.mul(h3).mul(U.dag())))
        .hermitianPart();
      const J = flip.kron(U.mul(l3)).add(flip.dag().kron(l3.mul(U.dag())));
      expect(() => steadystate(big, [J])).toThrow(SteadyStateNotUniqueError);
    }
  });
});

/** The unitary factor of a matrix, by Newton's iteration for the polar decomposition on its Gram-Schmidt columns. */
function unitary(a: Operator): Operator {
  const d = a.size;
  const columns: Float64Array[] = [];
  for (let j = 0; j < d; j++) {
    const v = Float64Array.from({ length: 2 * d }, (_, i) => {
      const { re, im } = a.get(i >> 1, j);
      return i % 2 === 0 ? re : im;
    });
    for (let pass = 0; pass < 2; pass++) {
      for (const u of columns) {
        let [re, im] = [0, 0];
        for (let i = 0; i < d; i++) {
          re += u[2 * i]! * v[2 * i]! + u[2 * i + 1]! * v[2 * i + 1]!;
          im += u[2 * i]! * v[2 * i + 1]! - u[2 * i + 1]! * v[2 * i]!;
        }
        for (let i = 0; i < d; i++) {
          v[2 * i]! -= re * u[2 * i]! - im * u[2 * i + 1]!;
          v[2 * i + 1]! -= re * u[2 * i + 1]! + im * u[2 * i]!;
        }
      }
    }
    const size = Math.hypot(...v);
    columns.push(v.map((x) => x / size));
  }
  return Operator.fromTriplets(
    [d],
    columns.flatMap((v, j) => Array.from({ length: d }, (_, i) => [i, j, v[2 * i]!, v[2 * i + 1]!] as const)),
  );
}

describe("nearly degenerate", () => {
  it("is told where it hides in a coherence", () => {
    const { warnings, kernelDimension } = steadystate(none, [sigmax(), { op: sigmaz(), rate: 1e-12 }]);
    expect(kernelDimension).toBe(1);
    expect(warnings.join()).toMatch(/e-1[23] of ‖L‖/);
  });

  it("is told by both kernels", () => {
    for (const rate of [1e-10, 1e-12]) {
      const run = steadystate(sigmaz(), [{ op: sigmam(), rate }, sigmaz()], { method: "dense" });
      expect(run.warnings.join()).toContain("of ‖L‖");
    }
    expect(steadystate(sigmaz(), [sigmam(), sigmaz()], { method: "dense" }).warnings).toEqual([]);
  });

  it("a dimension that hangs on a tolerance says so; one that does not, does not", () => {
    const caught = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return error as SteadyStateNotUniqueError;
      }
      throw new Error("nothing was thrown");
    };
    const doubtful = caught(() => steadystate(sigmax().scale(1e12), [{ op: sigmam(), rate: 1e-3 }]));
    expect(doubtful.decision).toBeDefined();
    expect(doubtful.message).toContain("were taken for zero");
    const clear = caught(() => steadystate(sigmaz(), [sigmaz()]));
    expect(clear.dimension).toBe(2);
    expect(clear.decision).toBeUndefined();
  });
});

describe("nothing but rounding", () => {
  it("every state is stationary where all jumps are numbers", () => {
    const random = generator(11);
    for (let k = 0; k < 40; k++) {
      const d = 1 + (k % 3);
      const jumps = Array.from({ length: 2 }, () => qeye(d).scale({ re: random(), im: random() }));
      const H = qeye(d).scale(3 * random());
      const all = steadystate(H, jumps, { all: true });
      expect(all.kernelDimension).toBe(d * d);
      const rho = ket2dm(basis(d, 0));
      expect(all.from(rho).sub(rho).maxAbs()).toBeLessThan(1e-12);
      if (d === 1) expect(steadystate(H, jumps).rho.get(0, 0).re).toBe(1);
      else expect(() => steadystate(H, jumps)).toThrow(SteadyStateNotUniqueError);
      expect(steadystate(H, jumps, { rho0: rho }).rho.sub(rho).maxAbs()).toBeLessThan(1e-12);
    }
  });

  it("a jump that is nearly the identity is no obstacle", () => {
    for (const size of [1, 1e3, 1e6]) {
      const L = sigmam().add(qeye(2).scale(size));
      // (l + s, 0) is (l, -(s l - s l†)/(2i)) (Breuer and Petruccione, The Theory of Open Quantum Systems, section 3.2.2).
      const H = sigmam()
        .sub(sigmam().dag())
        .scale({ re: 0, im: size / 2 });
      const exact = steadystate(H.hermitianPart(), [sigmam()]).rho;
      const { rho } = steadystate(none, [L], { tol: 1e-8 });
      expect(rho.sub(exact).maxAbs()).toBeLessThan(1e-12 * size ** 2 + 1e-12);
    }
  });
});

const kerr = (N: number, drive: number) => {
  const n = num(N);
  return n
    .scale(-2.5)
    .add(n.mul(n).sub(n).scale(0.025))
    .add(destroy(N).add(create(N)).scale(drive));
};
const loss = (N: number) => [{ op: destroy(N), rate: 0.5 }];

describe("a bistable oscillator", () => {
  // Drummond and Walls: 60.693473128 photons at this drive. The dim state, of 3.76, is left at a rate below rounding.
  it("is not taken for one that has a single state", () => {
    // Levels up to (2·4.5/0.5)² = 324 could hold a state: too many of 400 to look at, and said to be.
    const { warnings } = steadystate(kerr(400, 4.5), loss(400));
    expect(warnings.join()).toMatch(/second, long-lived state among \d+ other levels/);
    // Of 110 all are looked at, and found to be degenerate as far as doubles tell.
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      clock += 1e5;
      return clock;
    });
    expect(() => steadystate(kerr(110, 4.5), loss(110))).toThrow(/hardly ever change into one another|not unique/);
  });

  it("where one state alone can live there is nothing to be told", () => {
    for (const N of [64, 256]) {
      const run = steadystate(kerr(N, 1), loss(N));
      // (2·1/0.5)² = 16 levels: inside of the window.
      expect(run.warnings).toEqual([]);
      expect(run.kernelDimension).toBe(1);
    }
  });
});

it("a parametric oscillator below threshold has one state, though its sectors' no-jump parts look alike", () => {
  for (const N of [50, 64, 256]) {
    const a = destroy(N);
    const pump = a.mul(a);
    const H = num(N).scale(0.3).add(pump.add(pump.dag()).scale(0.15)).hermitianPart();
    const run = steadystate(H, [a]);
    expect(run.kernelDimension).toBe(1);
    expect(run.warnings).toEqual([]);
    // <n> = 2 g²/(Delta² + kappa²/4 - 4 g²), g the pump: the moments close.
    expect(num(N).mul(run.rho).tr().re).toBeCloseTo((2 * 0.15 ** 2) / (0.3 ** 2 + 0.25 - 4 * 0.15 ** 2), 8);
  }
});

describe("no way that leads there", () => {
  it("ends in bounded time", () => {
    const a = destroy(64);
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      clock += 1e5;
      return clock;
    });
    expect(() => steadystate(num(64).scale(0), [a.mul(a).sub(qeye(64).scale(2)), { op: a, rate: 1e-12 }])).toThrow(
      /at least dimension 2; or its next eigenvalue is rounding/,
    );
    expect(() => steadystate(kerr(110, 4.5), loss(110), { rho0: basis(110, 0) })).toThrow(ConvergenceError);
  });

  it("keeps the tolerance that was asked for", () => {
    const H = num(50)
      .scale(0.3)
      .add(destroy(50).add(create(50)).scale(0.5));
    expect(() => steadystate(H, [destroy(50)], { tol: 1e-20 })).toThrow(ConvergenceError);
    expect(() => steadystate(H, [destroy(50)], { method: "dense" })).toThrow(InvalidArgumentError);
    expect(steadystate(H, [destroy(50)]).relativeResidual).toBeLessThan(1e-14);
  });
});
