/**
 * What eigenvalues and eigenvectors of many states tell, at once: the host's side of assembly/bipartite/spectral.ts.
 * @module
 */
import { SPECTRAL_ALL, SPECTRAL_FIXED } from "../../assembly/constants.ts";
import { operatorsOf } from "../batch/operators.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { Operator } from "../operators/operator.ts";
import type { ResolvedBath } from "./baths.ts";
import type { Component } from "./energetics.ts";
import { type Lanes, type PlannedBath, type PlannedMap, planBath } from "./spectral-plan.ts";

/** Columns of a row of results. */
export const SPECTRUM = {
  S: 0,
  SA: 1,
  SB: 2,
  purity: 3,
  chiNorm: 4,
  negativity: 5,
  conditionNorm: 6,
  bareConditionNorm: 7,
  entropicHeat: 8,
} as const;

/** Column of bath k: -Tr[D_k[rho] ln rho]. */
export const entropyFlowColumn = (k: number) => SPECTRAL_FIXED + k;

/** Doubles of the states that the kernel is given at once. */
export const BATCH_DOUBLES = 2 ** 16;

type Interleaved<T> = Omit<T, "values"> & { readonly values: Float64Array };

/** A bath of one system. */
interface PlannedJumps extends Interleaved<Omit<PlannedBath, "map">> {
  /** sum L†L */
  readonly decay: Float64Array;
  readonly map: Interleaved<PlannedMap> | undefined;
}

/** Of the run whose states are looked at. */
export interface SpectralRun {
  /** Its first time: what is empty there may be empty; later it has been filled since then. */
  readonly from: number;
  /** About the largest rate at which the Hamiltonian turns the state. */
  readonly rate: number;
}

/** Rows of results of some states; and, where they are wanted, the eigenvalues of each: those of rho, of rho_A, of rho_B, increasing. */
export interface SpectralRows {
  readonly table: Float64Array;
  readonly spectra: Float64Array | undefined;
}

export class Spectral {
  /** Numbers of a row of results. */
  readonly columns: number;
  /** Numbers of a row of eigenvalues. */
  readonly levels: number;
  readonly #dA: number;
  readonly #dB: number;
  readonly #components: readonly Component[];
  readonly #matrices: readonly Partial<Record<"HA" | "HB" | "V", Float64Array>>[];
  readonly #baths: readonly PlannedJumps[];
  readonly #decay: Float64Array;
  /** The largest rate at which baths change a state. */
  readonly #dissipation: number;

  constructor(dA: number, dB: number, components: readonly Component[], baths: readonly ResolvedBath[]) {
    this.columns = SPECTRAL_FIXED + baths.length;
    this.levels = dA * dB + dA + dB;
    this.#dA = dA;
    this.#dB = dB;
    this.#components = components;
    this.#matrices = components.map(({ HA, HB, V }) => ({
      ...(HA && { HA: planar(HA) }),
      ...(HB && { HB: planar(HB) }),
      ...(V && { V: planar(V) }),
    }));
    this.#baths = baths.map((bath) => planJumps(bath, dA, dB));
    this.#decay = new Float64Array(2 * (dA * dB) ** 2);
    for (const { decay } of this.#baths) for (let k = 0; k < decay.length; k++) this.#decay[k]! += decay[k]!;
    // Trace norms: sum L rho L† has at most that of sum L†L, and so has what the anticommutator takes.
    this.#dissipation = 2 * Math.sqrt(this.#decay.reduce((sum, value) => sum + value * value, 0));
  }

  /** Results for states that lie one after another, row-major and interleaved. */
  compute(
    times: ArrayLike<number>,
    states: Float64Array,
    { from: start, rate }: SpectralRun,
    wantsSpectra: boolean,
  ): SpectralRows {
    const what = "entropies and measures of states";
    const count = times.length;
    const coefficients = Array.from(times).flatMap((t) => this.#components.map(({ coefficient }) => coefficient.at(t)));
    return getKernel().frame((kernel) => {
      const pointer = this.#put(kernel, what);
      const from = kernel.putDoubles(states, what);
      const elapsed = kernel.putDoubles(
        Array.from(times, (t) => t - start),
        what,
      );
      const c = kernel.putDoubles(coefficients, what);
      const out = kernel.allocate(8 * this.columns * count + 8, what);
      const spectra = wantsSpectra ? kernel.allocate(8 * this.levels * count + 8, what) : 0;
      const fastest = rate + this.#dissipation;
      kernel.functions.spectral(pointer, SPECTRAL_ALL, count, from, elapsed, c, fastest, out, spectra);
      const taken = (at: number, width: number) => kernel.doubles.slice(at / 8, at / 8 + width * count);
      return { table: taken(out, this.columns), spectra: wantsSpectra ? taken(spectra, this.levels) : undefined };
    });
  }

  #put(kernel: Kernel, what: string): number {
    const { functions } = kernel;
    const decay = kernel.putDoubles(this.#decay, what);
    const [a, b] = [this.#dA, this.#dB];
    const [components, baths] = [this.#components.length, this.#baths.length];
    const pointer = functions.createSpectral(a, b, components, baths, decay) >>> 0;
    if (pointer === 0) kernel.allocate(2 ** 32, what);
    this.#matrices.forEach(({ HA, HB, V }, k) => {
      const at = (matrix: Float64Array | undefined) => (matrix ? kernel.putDoubles(matrix, what) : 0);
      functions.setSpectralComponent(pointer, k, at(HA), at(HB), at(V));
    });
    this.#baths.forEach(({ starts, places, values, decay, map }, k) => {
      functions.setSpectralBath(
        pointer,
        k,
        starts.length - 1,
        kernel.putIntegers(starts, what),
        kernel.putIntegers(places, what),
        kernel.putDoubles(values, what),
        kernel.putDoubles(decay, what),
      );
      if (map === undefined) return;
      const [to, of] = [kernel.putIntegers(map.places, what), kernel.putDoubles(map.values, what)];
      functions.setSpectralMap(pointer, k, map.onA ? 1 : 0, map.values.length / 2, to, of);
    });
    return pointer;
  }
}

/** Is told of states with their rows of results. */
export type Observe = (time: number, state: Float64Array, row: Float64Array, spectra: Float64Array) => void;

/** Takes states as they come, and has them computed in batches. */
export class SpectralRecorder {
  readonly #spectral: Spectral;
  readonly #run: SpectralRun;
  readonly #observe: Observe | undefined;
  readonly #batch: Float64Array;
  readonly #stateDoubles: number;
  readonly #times: number[] = [];
  readonly #tables: Float64Array[] = [];
  #pending = 0;

  /** @param d dimension of the states, `expected` how many of them there will be at most */
  constructor(spectral: Spectral, run: SpectralRun, d: number, expected: number, observe?: Observe) {
    this.#spectral = spectral;
    this.#run = run;
    this.#observe = observe;
    this.#stateDoubles = 2 * d * d;
    const states = Math.max(1, Math.min(expected, Math.floor(BATCH_DOUBLES / this.#stateDoubles)));
    this.#batch = new Float64Array(states * this.#stateDoubles);
  }

  add(state: Float64Array, time: number): void {
    this.#batch.set(state, this.#stateDoubles * this.#pending++);
    this.#times.push(time);
    if (this.#stateDoubles * this.#pending === this.#batch.length) this.#flush();
  }

  /** All rows so far, and their times. */
  rows(): { times: Float64Array; table: Float64Array } {
    this.#flush();
    const table = new Float64Array(this.#times.length * this.#spectral.columns);
    let at = 0;
    for (const part of this.#tables) {
      table.set(part, at);
      at += part.length;
    }
    return { times: Float64Array.from(this.#times), table };
  }

  #flush(): void {
    if (this.#pending === 0) return;
    const times = this.#times.slice(this.#times.length - this.#pending);
    const states = this.#batch.subarray(0, this.#stateDoubles * this.#pending);
    const { table, spectra } = this.#spectral.compute(times, states, this.#run, this.#observe !== undefined);
    this.#tables.push(table);
    this.#pending = 0;
    if (this.#observe === undefined) return;
    const part = (of: Float64Array, width: number, k: number) => of.subarray(width * k, width * (k + 1));
    times.forEach((time, k) => {
      const row = part(table, this.#spectral.columns, k);
      this.#observe?.(time, part(states, this.#stateDoubles, k), row, part(spectra!, this.#spectral.levels, k));
    });
  }
}

/** The real parts of a matrix, then the imaginary ones. */
function planar(operator: Operator): Float64Array {
  const d = operator.size;
  const out = new Float64Array(2 * d * d);
  operator.forEachNonzero((row, column, re, im) => {
    out[row * d + column] = re;
    out[(d + row) * d + column] = im;
  });
  return out;
}

function planJumps({ site, jumps, ownJumps }: ResolvedBath, dA: number, dB: number): PlannedJumps {
  const alone = (operators: readonly Operator[]) => operators.map((operator) => operatorsOf([operator]));
  const { starts, places, values, map } = planBath(site, alone(jumps), alone(ownJumps), dA, dB);
  const decay = jumps.reduce<Operator>(
    (sum, L) => sum.add(L.dag().mul(L)),
    Operator.fromTriplets(jumps[0]?.dims ?? dA * dB, []),
  );
  return {
    starts,
    places,
    values: interleaved(values),
    decay: planar(decay),
    map: map && { ...map, values: interleaved(map.values) },
  };
}

function interleaved({ re, im }: Lanes): Float64Array {
  const out = new Float64Array(2 * re.length);
  for (let e = 0; e < re.length; e++) {
    out[2 * e] = re[e]!;
    out[2 * e + 1] = im[e]!;
  }
  return out;
}
