/**
 * Levels that trajectories need: a truncated oscillator is usually far larger than the states in it. Where the density matrix, the mean over all trajectories, never has weight outside some levels, no trajectory
 * has but with a probability as small; kets then evolve on these levels alone.
 * @module
 */
import type { Kernel } from "../kernel/kernel.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { type KetPlan, planKets } from "../plan/ket.ts";
import type { Representation } from "../plan/representation.ts";
import { rowsOf } from "../plan/sparse.ts";
import { largestSum, restrict, type Windowed } from "../plan/window.ts";
import { levelsWithWeight } from "../solvers/evolve.ts";
import { resolveOptions } from "../solvers/options.ts";
import type { ResolvedGenerator } from "../solvers/terms.ts";
import { addProjector } from "./average.ts";
import type { Initial } from "./initial.ts";
import type { ResolvedTrajectoryOptions } from "./options.ts";

/** Levels of which windows are drawn, and that one may have, at most: beyond, finding them would take longer than they save. */
const MOST_LEVELS = 512;
const MOST_KEPT = 64;
/** Error of the density matrix, also of its coherences, by what is left out: a bound, of which windows use up a hundredth. */
const ERROR = 1e-8;
/**
 * Nanoseconds that the density matrix may take on one window where kets of all levels have propagators, up to so many of them; beyond, as
 * long as one such ket by steps. Counted, not measured: levels, and with them the bits of trajectories, are the same on every machine.
 */
const LONGEST_SEARCH = 1e8;
const PROPAGATED = 256;
/** Applications of G that a Runge-Kutta method takes for a time of 1/‖G‖; nanoseconds of one for an element. */
const STEPPED = 4;
const ELEMENT = 0.5;

/** The levels that carry weight, once they have been looked for: undefined where they are all, or unknown. */
export interface KnownLevels {
  /** Those levels. */
  readonly found: Int32Array | undefined;
}

/** Looks for the levels that carry weight on the way of the density matrix from the first of `times` to the last. */
export function knownLevels(
  { G, jumps, driven }: ResolvedGenerator,
  initials: readonly Initial[],
  times: Float64Array,
  { method, signal }: ResolvedTrajectoryOptions,
  where: string,
): KnownLevels {
  if (method !== "auto" || driven || G.size > MOST_LEVELS || times.length < 2) return { found: undefined };
  const options = resolveOptions({ rtol: ERROR, atol: ERROR, signal }, where);
  const problem = { G, jumps, states: [mixture(initials)], functionals: [], options, where };
  const ends = Float64Array.of(times[0]!, times.at(-1)!);
  const span = ends[1]! - ends[0]!;
  const stepped = G.size > PROPAGATED ? STEPPED * applications(G, span) * 2 * G.nnz * ELEMENT : 0;
  const longest = Math.max(LONGEST_SEARCH, stepped);
  const worthwhile = (window: Windowed) => searchTime(window, span) < longest;
  return { found: levelsWithWeight({ ...problem, times: ends }, MOST_KEPT, worthwhile) };
}

/** The span in units of 1/‖G‖: about the terms of a series. */
function applications(G: Operator, span: number): number {
  return span * largestSum(rowsOf(G));
}

/** About how long the density matrix takes on a window, in nanoseconds. */
function searchTime({ G, jumps, levels }: Windowed, span: number): number {
  const elements = jumps.reduce((sum, { nnz }) => sum + nnz ** 2, 2 * levels.length * G.nnz);
  return applications(G, span) * elements * ELEMENT;
}

/** The mean of |psi_k><psi_k|: all alike, since also the trajectories of a ket that is hardly ever drawn need its levels. */
function mixture(initials: readonly Initial[]): Operator {
  const [first] = initials;
  const { dims, size: d } = first!.ket;
  const data = new Float64Array(2 * d * d);
  for (const { ket } of initials) addProjector(data, ket.toArray(), 1 / initials.length);
  return Operator.dense(dims, data);
}

/** As `planKets` for kets of their own and a constant generator, on some of the levels; states go in and out with all of them. */
export function planOnLevels(
  levels: Int32Array,
  G: Operator,
  jumps: readonly Operator[],
  kets: readonly Ket[],
  span: Parameters<typeof planKets>[3],
): KetPlan {
  const d = G.size;
  const inside = new Uint8Array(d);
  for (const level of levels) inside[level] = 1;
  const few = (operator: Operator) => restrict(operator, levels, inside);
  const part = (ket: Ket) => {
    const data = ket.toArray();
    const kept = new Float64Array(2 * levels.length);
    levels.forEach((level, k) => {
      kept.set(data.subarray(2 * level, 2 * level + 2), 2 * k);
    });
    return new Ket([levels.length], kept);
  };
  const channels = jumps.map((L) => ({ base: few(L), terms: [] }));
  const plan = planKets(few(G), [], kets.map(part), span, true, channels);
  const form = plan.representation;
  const representation: Representation<Ket> = {
    ...form,
    coordinates: { ...form.coordinates!, d },
    write: (kernel: Kernel, ket: Ket, pointer: number) => form.write(kernel, part(ket), pointer),
    read(kernel, pointer, where) {
      const data = form.read(kernel, pointer, where);
      const all = new Float64Array(2 * d);
      levels.forEach((level, k) => {
        all.set(data.subarray(2 * k, 2 * k + 2), 2 * level);
      });
      return all;
    },
    terms: (kernel, operator) => form.terms(kernel, few(operator)),
    row(kernel, level) {
      const at = levels.indexOf(level);
      return at < 0 ? { offsets: [], squares: [] } : form.row(kernel, at);
    },
  };
  return { ...plan, representation };
}
