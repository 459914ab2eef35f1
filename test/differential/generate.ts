/**
 * Random problems: everything follows from the number of the problem.
 */
import {
  destroy,
  Ket,
  ket2dm,
  num,
  Operator,
  qeye,
  type Recipe,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import {
  generator,
  randomHermitian,
  randomKet,
  randomOperator,
  randomState,
  randomStateOfRank,
  randomUnitary,
} from "../support/random.ts";
import { between, chance, driveOf, logarithmic, pick, type Random, rateOf } from "./coefficients.ts";
import { build, elementsOf, type InitialData, type JumpData, type Problem, strengthOf } from "./problem.ts";

/** What a family makes: operators, of which the rest of a problem is made alike. */
interface System {
  readonly dims: readonly number[];
  readonly H?: Operator;
  /** Constant jumps. */
  readonly jumps?: readonly Operator[];
  /** Operators whose coefficients depend on time. */
  readonly driven?: readonly { readonly operator: Operator; readonly as: "term" | "rate" | "jump" }[];
  readonly kinked?: boolean;
  readonly functions?: boolean;
  /** How strong what depends on time is, beside what does not. */
  readonly share?: number;
  /** The length of the run times the strength of the generator, at most. */
  readonly turns?: number;
  readonly start?: "ket";
}

type Family = (random: Random, large: boolean) => System;

const integer = (random: Random, low: number, high: number) => low + Math.floor(random() * (high - low + 1));
const real = (operator: Operator) =>
  Operator.dense(
    operator.dims,
    operator.toDense().map((x, k) => (k % 2 === 0 ? x : 0)),
  );
const sum = (operators: readonly Operator[]) => operators.reduce((a, b) => a.add(b));
const both = (operator: Operator) => operator.add(operator.dag());
const site = (operator: Operator, at: number, dims: readonly number[]) =>
  tensor(...dims.map((dim, k) => (k === at ? operator : qeye(dim))));
const rated = (operator: Operator, rate: number) => operator.scale(Math.sqrt(rate));
const list = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));

function matrices(random: Random, d: number, density: number): System {
  const maybeReal = random() < 0.3 ? real : (operator: Operator) => operator;
  return {
    dims: [d],
    H: maybeReal(randomHermitian(random, [d], density)),
    jumps: list(integer(random, 0, 3), () =>
      maybeReal(randomOperator(random, [d], density)).scale(logarithmic(random, 0.03, 1) / Math.sqrt(d)),
    ),
  };
}

function oscillator(random: Random, levels: number): System {
  const a = destroy(levels);
  const n = num(levels);
  return {
    dims: [levels],
    H: sum([
      n.scale(between(random, -1, 1)),
      n.mul(n).scale(random() < 0.5 ? 0 : between(random, -0.3, 0.3)),
      both(a.scale({ re: between(random, -1, 1), im: random() < 0.5 ? 0 : between(random, -1, 1) })),
      both(a.mul(a)).scale(random() < 0.6 ? 0 : between(random, -0.2, 0.2)),
    ]),
    jumps: [
      rated(a, logarithmic(random, 0.05, 2)),
      ...chance(random, 0.4, () => rated(a.dag(), logarithmic(random, 0.01, 0.4))),
      ...chance(random, 0.3, () => rated(n, logarithmic(random, 0.01, 0.3))),
      ...chance(random, 0.2, () => rated(a.mul(a), logarithmic(random, 0.01, 0.3))),
    ],
  };
}

function cavityAndSpin(random: Random, levels: number): System {
  const dims = pick(random, [
    [levels, 2],
    [2, levels],
  ]);
  const cavity = dims[0] === levels ? 0 : 1;
  const [a, down, sz] = [
    site(destroy(levels), cavity, dims),
    site(sigmam(), 1 - cavity, dims),
    site(sigmaz(), 1 - cavity, dims),
  ];
  const g = logarithmic(random, 0.05, 1);
  return {
    dims,
    H: sum([
      a
        .dag()
        .mul(a)
        .scale(between(random, 0, 2)),
      sz.scale(between(random, -1, 1)),
      random() < 0.7 ? both(a.mul(down.dag())).scale(g) : both(a).mul(both(down)).scale(g),
      both(a).scale(random() < 0.5 ? 0 : between(random, -0.5, 0.5)),
    ]),
    jumps: [
      rated(a, logarithmic(random, 0.02, 1)),
      ...chance(random, 0.6, () => rated(down, logarithmic(random, 0.02, 0.5))),
      ...chance(random, 0.3, () => rated(sz, logarithmic(random, 0.02, 0.3))),
    ],
  };
}

function chain(random: Random, spins: number): System {
  const dims = list(spins, () => 2);
  const link = (make: () => Operator, k: number) => site(make(), k, dims).mul(site(make(), k + 1, dims));
  const [jx, jy, jz] = [between(random, -1, 1), between(random, -1, 1), between(random, -1, 1)];
  const transverse = random() < 0.5;
  return {
    dims,
    H: sum([
      ...list(spins, (k) => site(transverse ? sigmax() : sigmaz(), k, dims).scale(between(random, -1, 1))),
      ...list(spins - 1, (k) =>
        sum([link(sigmax, k).scale(jx), link(sigmay, k).scale(random() < 0.5 ? jx : jy), link(sigmaz, k).scale(jz)]),
      ),
    ]),
    jumps: list(spins, (k) => [
      ...chance(random, 0.6, () => rated(site(sigmam(), k, dims), logarithmic(random, 0.01, 1))),
      ...chance(random, 0.3, () => rated(site(sigmaz(), k, dims), logarithmic(random, 0.01, 0.5))),
      ...chance(random, 0.2, () => rated(site(sigmap(), k, dims), logarithmic(random, 0.01, 0.5))),
    ]).flat(),
  };
}

/** Rates over orders of magnitude. */
function stiffSystem(random: Random, d: number, spread: number): System {
  const transition = (i: number, j: number, size: number) => Operator.fromTriplets([d], [[i, j, size, 0]]);
  return {
    dims: [d],
    H: randomHermitian(random, [d], 0.6).scale(logarithmic(random, 0.1, 3)),
    jumps: [
      transition(0, d - 1, Math.sqrt(spread)),
      ...list(d - 1, (k) => transition(k, k + 1, Math.sqrt(logarithmic(random, 0.1, spread)))),
      ...chance(random, 0.5, () => transition(d - 1, 0, Math.sqrt(logarithmic(random, 0.01, 1)))),
    ],
    turns: 10 * spread,
  };
}

/** Something small that a drive acts on. */
function drivenSystem(random: Random, large: boolean): System & { drives: Operator[]; decays: Operator[] } {
  const kind = random();
  if (kind < 0.4) {
    const d = integer(random, 2, large ? 10 : 4);
    const part = matrices(random, d, random() < 0.5 ? 1 : 0.4);
    return { ...part, drives: [randomHermitian(random, [d])], decays: [randomOperator(random, [d], 0.5)] };
  }
  if (kind < 0.75) {
    const levels = integer(random, 3, large ? 24 : 8);
    return { ...oscillator(random, levels), drives: [destroy(levels)], decays: [destroy(levels)] };
  }
  const part = cavityAndSpin(random, integer(random, 2, large ? 12 : 4));
  const at = part.dims[0] === 2 ? 1 : 0;
  return {
    ...part,
    drives: [site(destroy(part.dims[at]!), at, part.dims)],
    decays: [
      site(
        sigmam(),
        1 - at,
        part.dims.map((dim, k) => (k === at ? dim : 2)),
      ),
    ],
  };
}

/** Families of problems, by name. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  dense: (random, large) => matrices(random, integer(random, 2, large ? 14 : 6), 1),
  sparse: (random, large) => matrices(random, integer(random, 2, large ? 30 : 9), between(random, 0.05, 0.4)),
  diagonal(random, large) {
    const d = integer(random, 2, large ? 40 : 12);
    const diagonal = (size: number) =>
      Operator.fromTriplets(
        [d],
        list(d, (k) => [k, k, between(random, -size, size), 0]),
      );
    const step = (low: number, high: number) =>
      Operator.fromTriplets(
        [d],
        list(d - 1, (k) => [k, k + 1, between(random, low, high), 0]),
      );
    return { dims: [d], H: diagonal(3), jumps: [...chance(random, 0.6, () => diagonal(0.6)), step(0.1, 0.8)] };
  },
  boson: (random, large) => oscillator(random, integer(random, 3, large ? 64 : 14)),
  cavity: (random, large) => cavityAndSpin(random, integer(random, 2, large ? 32 : 6)),
  spins: (random, large) => chain(random, integer(random, 1, large ? 5 : 3)),
  bipartite(random, large) {
    const most = large ? 6 : 3;
    const dims = [integer(random, 2, most), integer(random, 2, most)];
    const local = (at: number) => site(randomHermitian(random, [dims[at]!]), at, dims);
    return {
      dims,
      H: sum([local(0), local(1), randomHermitian(random, dims).scale(logarithmic(random, 0.01, 1))]),
      jumps: [0, 1].flatMap((at) =>
        list(integer(random, 0, 2), () => site(randomOperator(random, [dims[at]!]).scale(0.4), at, dims)),
      ),
    };
  },
  drive(random, large) {
    const part = drivenSystem(random, large);
    return { ...part, driven: part.drives.map((operator) => ({ operator, as: "term" })) };
  },
  kinks(random, large) {
    const part = drivenSystem(random, large);
    return { ...part, kinked: true, driven: part.drives.map((operator) => ({ operator, as: "term" })) };
  },
  rates(random, large) {
    const part = drivenSystem(random, large);
    return {
      ...part,
      kinked: random() < 0.3,
      driven: part.decays.map((operator) => ({ operator, as: pick(random, ["rate", "jump"]) })),
    };
  },
  functions(random, large) {
    const part = drivenSystem(random, large);
    return {
      ...part,
      kinked: random() < 0.3,
      functions: true,
      driven: [
        ...part.drives.map((operator) => ({ operator, as: "term" as const })),
        ...chance(random, 0.3, () => ({ operator: part.decays[0]!, as: "rate" as const })),
      ],
    };
  },
  stiff: (random, large) => stiffSystem(random, integer(random, 2, large ? 6 : 4), 10 ** between(random, 2, 6)),
  stiffDrive(random, large) {
    const d = integer(random, 2, large ? 6 : 4);
    const spread = 10 ** between(random, 1, 2.3);
    const driven = [{ operator: randomHermitian(random, [d]), as: "term" as const }];
    return { ...stiffSystem(random, d, spread), driven, share: 1 / spread };
  },
  degenerate(random, large) {
    const d = integer(random, 3, large ? 12 : 6);
    const split = 10 ** between(random, -12, -3);
    const energies = list(d, () => pick(random, [0, 0, 1, -1]) + split * between(random, -1, 1));
    const U = randomUnitary(random, [d]);
    const diagonal = Operator.fromTriplets(
      [d],
      energies.map((E, k) => [k, k, E, 0]),
    );
    const H = random() < 0.5 ? diagonal : U.mul(diagonal).mul(U.dag());
    const jumps = list(integer(random, 0, 2), () =>
      randomOperator(random, [d], 0.5).scale(logarithmic(random, 1e-3, 0.4)),
    );
    return { dims: [d], H: H.hermitianPart(), jumps, turns: 200 };
  },
  exceptional(random, large) {
    if (random() < 0.4) {
      // a driven qubit whose damped eigenvalues meet: Omega = gamma/8 for H = Omega·sigma_x with a jump sqrt(gamma)·sigma_-
      const gamma = logarithmic(random, 0.1, 3);
      const off = pick(random, [0, 1e-12, 1e-6]);
      return { dims: [2], H: sigmax().scale((gamma / 8) * (1 + off)), jumps: [rated(sigmam(), gamma)] };
    }
    // a cascade of equal rates: one Jordan block
    const d = integer(random, 3, large ? 24 : 9);
    const down = Operator.fromTriplets(
      [d],
      list(d - 1, (k) => [k, k + 1, 1, 0]),
    );
    return {
      dims: [d],
      H: num(d).scale(between(random, -1, 1)),
      jumps: [rated(down, logarithmic(random, 0.1, 3))],
      turns: 100,
    };
  },
  closed(random, large) {
    const part =
      random() < 0.5
        ? matrices(random, integer(random, 2, large ? 16 : 6), 0.6)
        : chain(random, integer(random, 1, large ? 5 : 3));
    return { ...part, jumps: [], start: "ket" };
  },
  closedDrive(random, large) {
    const part = drivenSystem(random, large);
    const driven = part.drives.map((operator) => ({ operator, as: "term" as const }));
    return { ...part, jumps: [], start: "ket", kinked: random() < 0.4, driven };
  },
  jumpsOnly(random, large) {
    const d = integer(random, 2, large ? 16 : 6);
    return { dims: [d], jumps: list(integer(random, 1, 3), () => randomOperator(random, [d], 0.4).scale(0.6)) };
  },
};

const NAMES = Object.keys(FAMILIES);
const TOLERANCES = [1e-4, 1e-6, 1e-8, 1e-10];

/**
 * The problem of a number. Families take turns.
 * @param large dimensions up to 64; else up to 16 or so
 */
export function problemOf(seed: number, large: boolean): Problem {
  const family = NAMES[seed % NAMES.length]!;
  // Seeds that follow one another share nothing.
  const random = generator(Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995);
  const system = FAMILIES[family]!(random, large);
  const { dims } = system;
  const d = dims.reduce((a, b) => a * b, 1);
  const unscaled: Problem = {
    family,
    seed,
    dims,
    H: system.H ? elementsOf(system.H) : [],
    terms: [],
    jumps: (system.jumps ?? []).map((operator) => ({ operator: elementsOf(operator) })),
    initial: initialOf(random, system, d),
    times: [0, 1],
    observables: observablesOf(random, dims, d),
    rtol: TOLERANCES[Math.floor(seed / NAMES.length) % TOLERANCES.length]!,
  };
  const strength = strengthOf(build(unscaled)) || 1;
  const length = logarithmic(random, 1, system.turns ?? 40) / strength;
  const times = timesOf(random, length);
  const driven = (system.driven ?? []).map(({ operator, as }) => {
    const size = ((system.share ?? 0.3) * strength) / Math.max(1, operator.norm());
    return { as, operator: operator.scale(as === "term" ? size : Math.sqrt(size)) };
  });
  const { kinked = false, functions = false } = system;
  const negative = driven.some(({ as }) => as === "rate") && random() < 0.3;
  return {
    ...unscaled,
    times,
    terms: driven.flatMap(({ operator, as }) => (as === "term" ? termsOf(random, operator, times, kinked) : [])),
    jumps: [
      ...unscaled.jumps,
      ...driven.flatMap(({ operator, as }): JumpData[] => {
        if (as === "rate") return [{ operator: elementsOf(operator), rate: rateOf(random, times, kinked, negative) }];
        return as === "jump"
          ? [{ operator: elementsOf(operator), coefficient: driveOf(random, times, kinked, true) }]
          : [];
      }),
    ],
    ...(negative && { negativeRates: true }),
    ...(functions && { functions: true }),
  };
}

/** What only a share of the problems has, for what it costs; one problem in so many. */
export const SHARES = { large: 4, limits: 3, release: 1, relaxed: 8, debug: 16 } as const;

/** Whether a problem is of a share: by chance, for families and tolerances take turns, and every second or third number would be of the same ones. */
export function isOf(share: keyof typeof SHARES, seed: number): boolean {
  const random = generator(Math.imul(seed + 1, 0x85ebca6b) ^ Object.keys(SHARES).indexOf(share));
  return random() < 1 / SHARES[share];
}

/** One term, or a term and its adjoint where neither alone is Hermitian. */
function termsOf(random: Random, operator: Operator, times: readonly number[], kinked: boolean): Problem["terms"] {
  if (operator.isHermitian() || random() < 0.6) {
    return [{ operator: elementsOf(both(operator)), coefficient: driveOf(random, times, kinked, false) }];
  }
  const coefficient = driveOf(random, times, kinked, true);
  const conjugate: Recipe = { kind: "conjugate", of: coefficient };
  return [
    { operator: elementsOf(operator), coefficient },
    { operator: elementsOf(operator.dag()), coefficient: conjugate },
  ];
}

function initialOf(random: Random, { dims, start }: System, d: number): InitialData {
  const kind = start === "ket" ? 0.2 * random() : random();
  const ket = (psi: Ket): InitialData => ({ kind: "ket", amplitudes: Array.from(psi.toArray(), (x) => x + 0) });
  if (kind < 0.1) return ket(randomKet(random, dims));
  if (kind < 0.4) {
    const level = integer(random, 0, Math.min(d - 1, 5));
    return ket(
      new Ket(
        dims,
        list(2 * d, (k) => (k === 2 * level ? 1 : 0)),
      ),
    );
  }
  if (kind < 0.9) {
    const state =
      kind < 0.6
        ? randomState(random, dims)
        : kind < 0.75
          ? randomStateOfRank(random, dims, Math.min(d, 2))
          : ket2dm(randomKet(random, dims))
              .scale(0.5)
              .add(tensor(...dims.map(qeye)).scale(0.5 / d));
    return { kind: "state", elements: elementsOf(state.hermitianPart()) };
  }
  const operator = randomOperator(random, dims, random() < 0.5 ? 1 : 0.3);
  return { kind: "operator", elements: elementsOf(operator.nnz > 0 ? operator : tensor(...dims.map(qeye))) };
}

function observablesOf(random: Random, dims: readonly number[], d: number): Problem["observables"] {
  const level = integer(random, 0, d - 1);
  return [
    [[level, level, 1, 0]],
    elementsOf(randomHermitian(random, dims, Math.min(1, 3 / d))),
    elementsOf(randomOperator(random, dims, Math.min(1, 3 / d))),
  ];
}

/** Output times: even or not, from zero or not. */
function timesOf(random: Random, length: number): number[] {
  const count = integer(random, 2, 7);
  const start = random() < 0.7 ? 0 : between(random, -length, length);
  const inner = list(count - 2, (k) => (k + 1) / (count - 1));
  const even = random() < 0.5;
  const parts = even ? inner : inner.map(() => between(random, 0.01, 0.99)).sort((a, b) => a - b);
  return [0, ...parts, 1].map((part) => start + part * length).filter((t, k, all) => k === 0 || t > all[k - 1]!);
}
