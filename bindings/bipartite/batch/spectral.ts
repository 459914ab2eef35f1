/**
 * What eigenvalues and eigenvectors of the states of many systems tell: {@link Spectral} of each, set up from lanes.
 * @module
 */
import {
  SPECTRAL_CONDITIONS,
  SPECTRAL_ELEMENTS,
  SPECTRAL_FIXED,
  SPECTRAL_FLOWS,
  SPECTRAL_REDUCED,
  SPECTRAL_STATE,
  SPECTRAL_TRANSPOSE,
} from "../../../assembly/constants.ts";
import { add, dag, mul, scale, squaredNorm } from "../../batch/algebra.ts";
import type { OperatorBatch } from "../../batch/operators.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { getKernel } from "../../kernel/load.ts";
import type { ColumnSeries } from "../flows.ts";
import { Units } from "../means.ts";
import { BATCH_DOUBLES, entropyFlowColumn, SPECTRUM } from "../spectral.ts";
import { type Lanes, type PlannedBath, planBath } from "../spectral-plan.ts";
import type { BatchSystem, PlacedBath } from "./system.ts";

/** Systems that are looked at together, at most: a row of lanes has that many numbers side by side. */
const TILE = 8;
const WHAT = "entropies and measures of states";

/** States of systems at times. */
export interface BatchStates {
  readonly times: Float64Array;
  /** Means of the operators of {@link Units}: of a series, number `t * count + k` is that of system k at time t. */
  readonly means: readonly Float64Array[];
  /** Of each system about the largest rate at which the Hamiltonian turns the state. */
  readonly rates: Float64Array;
  /** Systems that were not evolved. */
  readonly failed: readonly boolean[];
}

/** One system: its states one after another, row-major and interleaved, rows of results and eigenvalues of each. */
export type VisitSystem = (k: number, states: Float64Array, table: Float64Array, spectra: Float64Array) => void;

/**
 * @param wanted sum of SPECTRAL_STATE and the like
 * @param visit is told of every system that was evolved; needs SPECTRAL_STATE and SPECTRAL_REDUCED
 * @returns columns, number {@link SPECTRUM} or {@link entropyFlowColumn}; zero where they are not wanted
 */
export function batchSpectra(
  system: BatchSystem,
  { times, means, rates, failed }: BatchStates,
  wanted: number,
  visit?: VisitSystem,
): ColumnSeries {
  const { HA, HB, H, baths } = system;
  const { length } = times;
  const { count } = H;
  const columns = SPECTRAL_FIXED + baths.length;
  const series = Array.from({ length: columns }, (_, c) => {
    return isWanted(c, wanted) ? new Float64Array(length * count) : undefined;
  });
  const units = new Units(H.dims);
  const ofState = 2 * units.count;
  const levels = H.size + HA.size + HB.size;
  const plan = new Plan(system);
  const tile = Math.min(TILE, Math.max(1, Math.floor(BATCH_DOUBLES / (ofState * length))));
  getKernel().frame((kernel) => {
    const { pointer, image } = plan.put(kernel);
    const lanes = kernel.putDoubles(plan.images(), WHAT) / 8;
    const start = times[0]!;
    const elapsed = kernel.putDoubles(
      times.map((t) => t - start),
      WHAT,
    );
    const ones = kernel.putDoubles(new Float64Array(length).fill(1), WHAT);
    const states = kernel.allocate(8 * tile * length * ofState, WHAT);
    const out = kernel.allocate(8 * tile * length * columns, WHAT);
    const spectra = visit ? kernel.allocate(8 * length * levels, WHAT) : 0;
    const { doubles, functions } = kernel;
    for (let first = 0; first < count; first += tile) {
      const some = Math.min(tile, count - first);
      putStates(doubles, states / 8, units, means, { length, count, first, some });
      for (let n = 0; n < some; n++) {
        const k = first + n;
        if (failed[k]) continue;
        const [from, to] = [states + 8 * n * length * ofState, out + 8 * n * length * columns];
        doubles.copyWithin(image / 8, lanes + k * plan.width, lanes + (k + 1) * plan.width);
        functions.spectral(pointer, wanted, length, from, elapsed, ones, rates[k]! + plan.dissipation[k]!, to, spectra);
        const taken = (at: number, size: number) => doubles.slice(at / 8, at / 8 + size * length);
        visit?.(k, taken(from, ofState), taken(to, columns), taken(spectra, levels));
      }
      series.forEach((values, c) => {
        if (values) takeColumn(values, doubles, out / 8 + c, columns, { length, count, first, some });
      });
    }
  });
  const nothing = new Float64Array(length * count);
  return (column) => series[column] ?? nothing;
}

const WANTED_BY = new Map<number, number>([
  [SPECTRUM.S, SPECTRAL_STATE],
  [SPECTRUM.SA, SPECTRAL_REDUCED],
  [SPECTRUM.SB, SPECTRAL_REDUCED],
  [SPECTRUM.purity, SPECTRAL_ELEMENTS],
  [SPECTRUM.chiNorm, SPECTRAL_ELEMENTS],
  [SPECTRUM.negativity, SPECTRAL_TRANSPOSE],
  [SPECTRUM.conditionNorm, SPECTRAL_CONDITIONS],
  [SPECTRUM.bareConditionNorm, SPECTRAL_CONDITIONS],
]);

const isWanted = (column: number, wanted: number) => (wanted & (WANTED_BY.get(column) ?? SPECTRAL_FLOWS)) !== 0;

/** Systems `first` to `first + some` of `count`, at `length` times. */
interface Extent {
  readonly length: number;
  readonly count: number;
  readonly first: number;
  readonly some: number;
}

/** States of one system after another, row-major and interleaved. */
function putStates(
  doubles: Float64Array,
  at: number,
  units: Units,
  means: readonly Float64Array[],
  { length, count, first, some }: Extent,
): void {
  const { d } = units;
  const ofState = 2 * d * d;
  const ofSystem = ofState * length;
  for (let i = 0; i < d; i++) {
    const diagonal = means[units.place(i, i)]!;
    for (let t = 0; t < length; t++) {
      let to = at + t * ofState + 2 * i * (d + 1);
      for (let n = 0, from = t * count + first; n < some; n++, to += ofSystem) {
        doubles[to] = diagonal[from + n]!;
        doubles[to + 1] = 0;
      }
    }
    for (let j = i + 1; j < d; j++) {
      // Tr[(|i><j| + |j><i|) X] = 2 Re X_ij, Tr[(i|i><j| - i|j><i|) X] = 2 Im X_ij
      const place = units.place(i, j);
      const [re, im] = [means[place]!, means[place + 1]!];
      const mirrored = 2 * (j - i) * (d - 1);
      for (let t = 0; t < length; t++) {
        let to = at + t * ofState + 2 * (i * d + j);
        for (let n = 0, from = t * count + first; n < some; n++, to += ofSystem) {
          const [x, y] = [0.5 * re[from + n]!, 0.5 * im[from + n]!];
          doubles[to] = x;
          doubles[to + 1] = y;
          doubles[to + mirrored] = x;
          doubles[to + mirrored + 1] = 0 - y;
        }
      }
    }
  }
}

function takeColumn(
  values: Float64Array,
  doubles: Float64Array,
  at: number,
  columns: number,
  { length, count, first, some }: Extent,
): void {
  for (let t = 0; t < length; t++) {
    const to = t * count + first;
    for (let n = 0, from = at + t * columns; n < some; n++, from += length * columns) values[to + n] = doubles[from]!;
  }
}

/** The numbers of a system as they lie in the kernel, one after another: its image. */
class Plan {
  /** Doubles of an image. */
  width = 0;
  /** Of each system the largest rate at which baths change its state. */
  readonly dissipation: Float64Array;
  readonly #system: BatchSystem;
  readonly #baths: readonly (PlannedBath & { decay: number; at: number })[];
  readonly #sources: { readonly at: number; readonly values: Float64Array; readonly from: number }[] = [];
  readonly #parts: readonly number[];
  readonly #decay: number;

  constructor(system: BatchSystem) {
    const { HA, HB, V, H, baths } = system;
    this.#system = system;
    this.#parts = [HA, HB, V].map((part) => this.#planar(part));
    const decays = baths.map(decayOf);
    const decay = decays.reduce((sum, one) => add(sum, one), scale(H, 0));
    this.dissipation = squaredNorm(decay).map((square) => 2 * Math.sqrt(square));
    this.#decay = this.#planar(decay);
    this.#baths = baths.map(({ site, jumps, ownJumps }, b) => {
      const planned = planBath(site, jumps, ownJumps, HA.size, HB.size);
      const at = this.#interleaved(planned.map?.values ?? planned.values);
      return { ...planned, decay: this.#planar(decays[b]!), at };
    });
  }

  /** The structure, and where the image of a system is looked for. */
  put(kernel: Kernel): { pointer: number; image: number } {
    const { functions } = kernel;
    const { HA, HB, baths } = this.#system;
    const image = kernel.allocate(8 * this.width + 8, WHAT);
    const of = (at: number) => image + 8 * at;
    const pointer = functions.createSpectral(HA.size, HB.size, 1, baths.length, of(this.#decay)) >>> 0;
    if (pointer === 0) kernel.allocate(2 ** 32, WHAT);
    const [a, b, v] = this.#parts.map(of) as [number, number, number];
    functions.setSpectralComponent(pointer, 0, a, b, v);
    this.#baths.forEach(({ starts, places, map, decay, at }, k) => {
      const [from, where] = [kernel.putIntegers(starts, WHAT), kernel.putIntegers(places, WHAT)];
      functions.setSpectralBath(pointer, k, starts.length - 1, from, where, of(at), of(decay));
      if (map === undefined) return;
      const entries = map.places.length / 4;
      functions.setSpectralMap(pointer, k, map.onA ? 1 : 0, entries, kernel.putIntegers(map.places, WHAT), of(at));
    });
    return { pointer, image };
  }

  /** Those of all systems. */
  images(): Float64Array {
    const { count } = this.#system.H;
    const out = new Float64Array(count * this.width);
    for (const { at, values, from } of this.#sources) {
      for (let k = 0, to = at; k < count; k++, to += this.width) out[to] = values[from + k]!;
    }
    return out;
  }

  /** The real parts of a matrix, then the imaginary ones. */
  #planar({ size, count, rows, columns, re, im }: OperatorBatch): number {
    const at = this.width;
    rows.forEach((row, e) => {
      const place = at + row * size + columns[e]!;
      this.#sources.push({ at: place, values: re, from: e * count });
      this.#sources.push({ at: place + size * size, values: im, from: e * count });
    });
    this.width += 2 * size * size;
    return at;
  }

  #interleaved({ count, re, im }: Lanes): number {
    const at = this.width;
    for (let from = 0; from < re.length; from += count, this.width += 2) {
      this.#sources.push({ at: this.width, values: re, from }, { at: this.width + 1, values: im, from });
    }
    return at;
  }
}

/** sum L†L */
function decayOf({ jumps, hamiltonian }: PlacedBath): OperatorBatch {
  return jumps.map((L) => mul(dag(L), L)).reduce((sum, one) => add(sum, one), scale(hamiltonian, 0));
}
