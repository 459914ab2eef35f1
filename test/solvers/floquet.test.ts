/**
 * Periodic generators: closed forms, what modes are by definition, periodic steady states against long runs and both ways against each other.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  ConvergenceError,
  destroy,
  type FloquetSteadystateOptions,
  floquet,
  floquetSteadystate,
  InvalidArgumentError,
  type Ket,
  ket2dm,
  maximallyMixedDm,
  mesolve,
  NotHermitianError,
  num,
  type Operator,
  overlap,
  propagator,
  pulse,
  qeye,
  sesolve,
  sigmam,
  sigmax,
  sigmay,
  sigmaz,
  UnknownOptionError,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian, randomOperator } from "../support/random.ts";

const tight = { rtol: 1e-12, atol: 1e-14 };
/** Tolerances of one period, 1e-10, and some steps. */
const INTEGRATED = 1e-8;

const distance = (a: Ket, b: Ket) => a.add(b.scale(-1)).norm();

/** e in (-w/2, w/2] */
function folded(energy: number, omega: number): number {
  const rest = energy - omega * Math.round(energy / omega);
  return rest <= -omega / 2 ? rest + omega : rest;
}

function sum(operators: readonly Operator[]): Operator {
  return operators.reduce((a, b) => a.add(b));
}

describe("closed systems", () => {
  it.each([
    [1, 1.3, 0.4],
    [1, 0.7, 1.9],
    [3, 1, 0.01],
    [0.2, 2, 5],
  ])("a circularly driven qubit, omega0 = %d, omega = %d, Omega = %d", (omega0, omega, rabi) => {
    const H = [
      sigmaz().scale(omega0 / 2),
      [sigmax().scale(rabi / 2), pulse.cosine({ omega })] as const,
      [sigmay().scale(rabi / 2), pulse.sine({ omega })] as const,
    ];
    const { quasiEnergies, modesAt } = floquet(H, (2 * Math.PI) / omega);
    const general = Math.hypot(omega0 - omega, rabi);
    const exact = [1, -1].map((sign) => folded(omega / 2 + (sign * general) / 2, omega)).sort((a, b) => a - b);
    exact.forEach((energy, k) => {
      expect(Math.abs(quasiEnergies[k]! - energy)).toBeLessThan(INTEGRATED);
    });
    // Eigenvectors of (omega0 - omega) sigma_z + Omega sigma_x in the frame that turns about z: <sigma_z> does not change.
    for (const t of [0, 0.3, 1.1]) {
      for (const mode of modesAt(t)) {
        const z = overlap(mode, sigmaz().apply(mode)).re;
        expect(Math.abs(Math.abs(z) - Math.abs(omega0 - omega) / general)).toBeLessThan(INTEGRATED);
      }
    }
  });

  it("energies of a constant H are its eigenvalues, folded; half a quantum is positive", () => {
    const { quasiEnergies } = floquet(num(4), 2 * Math.PI);
    for (const energy of quasiEnergies) expect(Math.abs(energy)).toBeLessThan(1e-13);
    const half = floquet(qeye(2).scale(0.5).asHermitian(), 2 * Math.PI).quasiEnergies;
    for (const energy of half) expect(Math.abs(Math.abs(energy) - 0.5)).toBeLessThan(1e-13);
    expect(Math.max(...floquet(sigmaz().scale(0.2), 2).quasiEnergies)).toBeCloseTo(0.2, 12);
  });

  it.each([1, 2, 3, 5, 8])(
    "random drives, d = %i: U(T) = sum exp(-i e T)|m><m|, modes are periodic and solve the equation",
    (d) => {
      const random = generator(d);
      const period = 1.7;
      const omega = (2 * Math.PI) / period;
      const H = [
        randomHermitian(random, [d]),
        [randomHermitian(random, [d]), pulse.cosine({ omega })] as const,
        [randomHermitian(random, [d]), (t: number) => 0.3 * Math.sin(2 * omega * t)] as const,
      ];
      const { quasiEnergies, modes, modesAt, statesAt, propagator: U } = floquet(H, period);
      expect(maxDifference(U, propagator(H, period, tight))).toBeLessThan(INTEGRATED);
      const again = sum(
        modes.map((mode, k) => {
          const angle = -quasiEnergies[k]! * period;
          return ket2dm(mode).scale({ re: Math.cos(angle), im: Math.sin(angle) });
        }),
      );
      expect(maxDifference(U, again)).toBeLessThan(INTEGRATED);
      quasiEnergies.forEach((energy, k) => {
        expect(energy).toBeGreaterThan(-omega / 2);
        expect(energy).toBeLessThanOrEqual(omega / 2);
        if (k > 0) expect(energy).toBeGreaterThanOrEqual(quasiEnergies[k - 1]!);
      });
      for (const t of [0, 0.6, 1.5]) {
        modesAt(t).forEach((mode, k) => {
          expect(Math.abs(mode.norm() - 1)).toBeLessThan(INTEGRATED);
          expect(distance(mode, modesAt(t + 3 * period)[k]!)).toBeLessThan(INTEGRATED);
          expect(distance(mode, modesAt(t - period)[k]!)).toBeLessThan(INTEGRATED);
        });
      }
      // Over two periods and a half, without leaving the Schrödinger equation.
      const end = 2.5 * period;
      statesAt(end).forEach((state, k) => {
        const { finalState } = sesolve(H, modes[k]!, [0, end], tight);
        expect(distance(state, finalState)).toBeLessThan(INTEGRATED);
      });
    },
  );
});

describe("open systems", () => {
  const omega = 1.6;
  const period = (2 * Math.PI) / omega;
  const problems = [
    {
      name: "a linearly driven qubit",
      H: [sigmaz().scale(0.7), [sigmax(), pulse.cosine({ omega }).mul(0.9)] as const],
      cOps: [{ op: sigmam(), rate: 0.4 }],
      d: 2,
    },
    {
      name: "a qutrit with rates that change",
      H: [
        randomHermitian(generator(4), [3]),
        [randomHermitian(generator(5), [3]).scale(0.3), pulse.sine({ omega })] as const,
      ],
      cOps: [
        { op: destroy(3), rate: (t: number) => 0.5 + 0.3 * Math.cos(omega * t) },
        [randomOperator(generator(6), [3]).scale(0.3), pulse.cosine({ omega })] as const,
        randomOperator(generator(7), [3]).scale(0.4),
      ],
      d: 3,
    },
  ];

  it.each(problems)("$name: where a long run ends; both ways agree to 1e-8", ({ H, cOps, d }) => {
    const one = floquetSteadystate(H, period, { cOps });
    const other = floquetSteadystate(H, period, { cOps, by: "fourier" });
    const long = 40 * period;
    const run = mesolve(H, maximallyMixedDm(d), [0, long, long + 0.3 * period], {
      cOps,
      storeStates: true,
      method: "dop853",
      ...tight,
    });
    for (const [k, t] of [
      [1, 0],
      [2, 0.3 * period],
    ] as const) {
      const exact = run.states![k]!;
      expect(maxDifference(one.at(t), exact)).toBeLessThan(1e-8);
      expect(maxDifference(other.at(t), exact)).toBeLessThan(1e-8);
      expect(maxDifference(one.at(t), other.at(t))).toBeLessThan(1e-8);
    }
    expect(maxDifference(one.initialState, one.at(5 * period))).toBeLessThan(1e-8);
    expect(maxDifference(other.initialState, other.at(-period))).toBeLessThan(1e-8);
    expect(other.harmonics!.length).toBeGreaterThan(4);
    // The mean is a state, the others have no trace.
    other.harmonics!.forEach((rho, m) => {
      const { re, im } = rho.tr();
      expect(Math.hypot(re - (m === 0 ? 1 : 0), im)).toBeLessThan(1e-12);
    });
  });

  it.each(["propagator", "fourier"] as const)("a driven cavity is a coherent state that swings, by %s", (by) => {
    // d alpha/dt = -(i w0 + k/2) alpha - i E cos(wt), linear: alpha = a exp(iwt) + b exp(-iwt).
    const [N, w0, k, E] = [9, 1.1, 0.8, 0.1];
    const a = destroy(N);
    const H = [num(N).scale(w0), [a.add(a.dag()).scale(E), pulse.cosine({ omega })] as const];
    const { at } = floquetSteadystate(H, period, { cOps: [{ op: a, rate: k }], by });
    const amplitude = (sign: number) => {
      // -iE/2 / (k/2 + i(w0 + sign w))
      const [re, im] = [k / 2, w0 + sign * omega];
      const norm = re * re + im * im;
      return { re: (-E / 2) * (im / norm), im: (-E / 2) * (re / norm) };
    };
    for (const t of [0, 0.7, 2.9]) {
      const value = at(t).mul(a).tr();
      let [x, y] = [0, 0];
      for (const sign of [1, -1]) {
        const { re, im } = amplitude(sign);
        const [c, s] = [Math.cos(sign * omega * t), Math.sin(sign * omega * t)];
        x += re * c - im * s;
        y += re * s + im * c;
      }
      expect(Math.hypot(value.re - x, value.im - y)).toBeLessThan(1e-8);
    }
  });

  it("a generator that does not change: its steady state", () => {
    for (const by of ["propagator", "fourier"] as const) {
      const { initialState, at } = floquetSteadystate(sigmaz(), 1, { cOps: [sigmam()], by });
      expect(maxDifference(initialState, ket2dm(basis(2, 1)))).toBeLessThan(1e-13);
      expect(maxDifference(at(0.4), initialState)).toBeLessThan(1e-13);
    }
  });
});

describe("refuses", () => {
  const drive = [sigmaz(), [sigmax(), pulse.cosine({ omega: 1 })] as const];
  const steady = (options: FloquetSteadystateOptions) => floquetSteadystate(drive, 2 * Math.PI, options);
  it.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    ["no period", () => floquet(drive, 0), InvalidArgumentError, "period"],
    ["an endless period", () => floquetSteadystate(drive, Number.POSITIVE_INFINITY), InvalidArgumentError, "period"],
    ["an H that is not Hermitian", () => floquet(sigmam(), 1), NotHermitianError, "floquet: H"],
    ["jumps of a closed system", () => floquet(drive, 1, { cOps: [] } as never), UnknownOptionError, '"cOps"'],
    ["an unknown way", () => steady({ by: "power" as never }), InvalidArgumentError, "fourier"],
    ["an unknown option", () => steady({ harmonics: 3 } as never), UnknownOptionError, "by"],
    ["many steady states, by the propagator", () => steady({}), ConvergenceError, "more than one"],
    ["many steady states, by harmonics", () => steady({ by: "fourier" }), ConvergenceError, "more than one"],
    [
      "more equations than can be solved",
      () => {
        const a = destroy(24);
        const H = [num(24), [a.add(a.dag()), pulse.cosine({ omega: 1 })] as const];
        floquetSteadystate(H, 2 * Math.PI, { cOps: [a], by: "fourier" });
      },
      ConvergenceError,
      "5184 equations",
    ],
    [
      "harmonics that do not end",
      () =>
        floquetSteadystate([sigmaz(), [sigmax(), (t: number) => Math.sign(Math.sin(t))]], 2 * Math.PI, {
          cOps: [sigmam()],
          by: "fourier",
        }),
      ConvergenceError,
      'by: "propagator"',
    ],
  ])("%s", (_name, run, kind, words) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(words);
  });

  it("a mode at no time", () => {
    expect(() => floquet(drive, 2 * Math.PI).modesAt(Number.NaN)).toThrow(InvalidArgumentError);
  });
});
