/**
 * Hamiltonians that repeat themselves (Floquet's theorem; Shirley, Phys. Rev. 138 (1965) B979; Grifoni and Hänggi, Phys. Rep. 304 (1998) 229):
 * solutions exp(-i e t)|m(t)> with modes |m(t)> of the period of H.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { schurForm } from "../kernel/dense.ts";
import { qeye } from "../operators/builders.ts";
import { Ket, withPositiveAmplitude } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import { OPTION_NAMES, resolveOptions } from "./options.ts";
import { checkPeriod, checkPeriodic, within } from "./periodicity.ts";
import { SESOLVE_OPTIONS, type SesolveOptions, type SesolveStats, solveKets } from "./sesolve.ts";
import { resolveGenerator } from "./terms.ts";

/** Options of {@link floquet}. Defaults of the tolerances: rtol 1e-10, atol 1e-12. */
export type FloquetOptions = Omit<SesolveOptions, "eOps" | "checkState" | "storeStates" | "until">;

const OPTIONS = /* @__PURE__ */ OPTION_NAMES.filter(
  (name) => SESOLVE_OPTIONS.includes(name) && !["eOps", "checkState", "storeStates", "until"].includes(name),
);
const TOLERANCES = { rtol: 1e-10, atol: 1e-12 };

/** The Floquet states of a Hamiltonian of period T. */
export interface FloquetBasis {
  /** The period. */
  readonly period: number;
  /** Quasi-energies in increasing order, in (-w/2, w/2], w = 2 pi/T. */
  readonly quasiEnergies: Float64Array;
  /** The modes at t = 0, an orthonormal basis; the largest amplitude of each is positive. */
  readonly modes: readonly Ket[];
  /** U(T) = sum_k exp(-i e_k T) |m_k><m_k|, as it was integrated. */
  readonly propagator: Operator;
  /** The modes |m_k(t)> at any time, of period T, in the order of `quasiEnergies`. @throws {@link InvalidArgumentError} unless t is finite */
  modesAt(t: number): Ket[];
  /** The solutions exp(-i e_k t)|m_k(t)> of the Schrödinger equation, likewise. @throws {@link InvalidArgumentError} unless t is finite */
  statesAt(t: number): Ket[];
  /** What cannot be promised, in words: see `warnings` of {@link sesolve}. */
  readonly warnings: readonly string[];
  /** How the propagator of a period was computed. */
  readonly stats: SesolveStats;
}

/**
 * Quasi-energies e_k and modes |m_k(t)> of a Hamiltonian of period T: the Schrödinger equation has the solutions exp(-i e_k t)|m_k(t)>
 * (Shirley, Phys. Rev. 138 (1965) B979; Grifoni and Hänggi, Phys. Rep. 304 (1998) 229). From the eigenvectors of the propagator of one period,
 * a dense matrix. hbar = 1. QuTiP's `FloquetBasis`.
 *
 * @param hamiltonian as in {@link sesolve}, every coefficient of period T. Samples may cover [0, T] alone: they are taken to go on like that
 * @param period T > 0, in units of time
 * @throws as {@link sesolve}; {@link NotPeriodicError} naming a coefficient that is not what it was one period before
 * @example
 * const { quasiEnergies, modesAt } = floquet([sigmaz(), [sigmax(), pulse.cosine({ omega: 2 })]], Math.PI);
 * modesAt(0)[0].norm(); // 1
 */
export function floquet(hamiltonian: Hamiltonian, period: number, options: FloquetOptions = {}): FloquetBasis {
  const started = performance.now();
  const where = "floquet";
  const resolved = { ...resolveOptions({ ...TOLERANCES, ...options }, where, OPTIONS), checkState: false };
  checkPeriod(period, where);
  const times = Float64Array.of(0, period);
  const generator = resolveGenerator(hamiltonian, [], { from: 0, to: period, times }, resolved, where);
  checkPeriodic(generator.driven?.named ?? [], period, where);
  const { dims, size: d } = generator.G;
  const common = { generator, eOps: {}, options: resolved, where };
  const { finalState: U, stats } = solveKets({ ...common, psi0: qeye(dims) as Operator, times, started });
  // A normal matrix: its Schur form is diagonal, to the tolerance of the integration.
  const { T, U: vectors } = schurForm(U);
  const folded = Array.from({ length: d }, (_, k) => {
    const energy = -Math.atan2(T[2 * (d * k + k) + 1]!, T[2 * (d * k + k)]!) / period;
    return { k, energy: energy <= -Math.PI / period ? Math.PI / period : energy };
  }).sort((a, b) => a.energy - b.energy);
  const quasiEnergies = Float64Array.from(folded, ({ energy }) => energy);
  const modes = folded.map(({ k }) => columnOf(vectors, dims, d, k));
  const modeMatrix = fromColumns(modes);
  const evolved = (s: number): Operator =>
    s === 0
      ? modeMatrix
      : solveKets({ ...common, psi0: modeMatrix, times: Float64Array.of(0, s), started: performance.now() }).finalState;
  const at = (t: number, turns: (k: number, s: number) => number): Ket[] => {
    if (!Number.isFinite(t)) throw new InvalidArgumentError(`${where}: t`, t, "a finite time");
    const s = within(t, period);
    const data = evolved(s).toDense();
    return modes.map((_, k) => {
      const angle = turns(k, s);
      return rawColumn(data, dims, d, k).scale({ re: Math.cos(angle), im: Math.sin(angle) });
    });
  };
  return {
    period,
    quasiEnergies,
    modes,
    propagator: U,
    modesAt: (t) => at(t, (k, s) => quasiEnergies[k]! * s),
    statesAt: (t) => at(t, (k, s) => quasiEnergies[k]! * (s - t)),
    warnings: generator.warnings,
    stats,
  };
}

function rawColumn(data: Float64Array, dims: readonly number[], d: number, k: number): Ket {
  const column = new Float64Array(2 * d);
  for (let i = 0; i < d; i++) column.set([data[2 * (d * i + k)]!, data[2 * (d * i + k) + 1]!], 2 * i);
  return new Ket(dims, column);
}

/** A column of unit length whose largest amplitude is positive. */
function columnOf(data: Float64Array, dims: readonly number[], d: number, k: number): Ket {
  return withPositiveAmplitude(rawColumn(data, dims, d, k));
}

function fromColumns(kets: readonly Ket[]): Operator {
  const d = kets.length;
  const data = new Float64Array(2 * d * d);
  kets.forEach((ket, k) => {
    const column = ket.toArray();
    for (let i = 0; i < d; i++) data.set([column[2 * i]!, column[2 * i + 1]!], 2 * (d * i + k));
  });
  return Operator.dense(kets[0]!.dims, data);
}
