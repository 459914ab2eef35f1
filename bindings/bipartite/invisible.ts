/**
 * N, the largest L-invariant subspace of the traceless products, by three routes, because the local Hamiltonians, the baths and the coupling may be many
 * orders of magnitude apart and each decision on a rank wants to be taken beside what it is about.
 *
 * 1. What every part of L leaves alone: the local Hamiltonians, the local jumps, V. Each is taken at a strength of 1, so that no scale matters, and the
 *    subspace is a sum over the frequencies of the local Hamiltonians. It lies in N, and most of the time it is N.
 * 2. What of the rest the parts of L leave alone together, at the strengths that they have.
 * 3. The same at other strengths. Dimensions of N are the same for all strengths but single ones: a second route that leaves more than the third has met
 *    either such a strength or rounding, and which of them it is a slightly different V tells.
 * @module
 */
import { dot } from "../operators/vectors.ts";
import type { Coordinates, GeneratorParts } from "./coordinates.ts";
import { concatenated, normBound, rowTimes } from "./small.ts";
import { type Sector, type Unobservable, unobservable } from "./unobservable.ts";

/** N and how safely it was found. */
export interface Invisible {
  /** An orthonormal basis, coordinates among the first `kernel`. */
  readonly rows: readonly Float64Array[];
  /** Singular values and differences of frequencies, in units of the part of L that they belong to: the smallest taken for more than zero, the largest taken
   * for zero; whether all decisions were safe. */
  readonly rankGap: {
    /** The smallest that was taken for more than zero; Infinity where there was none. */
    readonly above: number;
    /** The largest that was taken for zero. */
    readonly below: number;
    /** Whether the two are far apart. */
    readonly safe: boolean;
  };
  readonly warnings: readonly string[];
}

/** Default of what counts as zero beside the part of L that it belongs to. */
export const TOLERANCE = 1e-12;
/** Default of what is no difference of frequencies, beside the largest local energy: what rounding makes of it. */
const SAME = 64 * Number.EPSILON;
/** Decisions that are less than so many times above the limit, or above what rounding can do, are not safe. */
const SAFE = 100;
/** Strengths that no system has by design. */
const OTHER = { hamiltonian: 1, local: 0.7310585786, shared: 0.8191725134, coupling: 0.5671432904 };
const NEARBY = 1.3720159;

type Strengths = Record<keyof typeof OTHER, number>;

/** @param tol what counts as zero, if the user has said so */
export function invisible(coordinates: Coordinates, parts: GeneratorParts, tol: number | undefined): Invisible {
  const { kernel } = coordinates;
  const inside = insideOf(coordinates, parts);
  // What leads out is known to the rounding of all of V, of which it may be a small part.
  const share = Math.min(
    1,
    ...[inside.coupling, inside.shared]
      .map(({ outputs, norm }) => (norm > 0 ? largest(outputs) / norm : 1))
      .filter((x) => x > 0),
  );
  const rounding = (ROUNDING * kernel) / share;
  const limit = Math.max(tol ?? TOLERANCE, rounding);
  // Larger ones that a limit took for zero may have been seen.
  const certain = Math.max(tol ?? 0, SAFE * ROUNDING * kernel);
  const by = (same: number) => {
    const { sectors, apart, together } = sectorsOf(coordinates, same);
    const observed = {
      size: kernel,
      outputs: [inside.coupling, inside.shared].flatMap(({ outputs }) => scaled(outputs, largest(outputs))),
      maps: [inside.local, inside.coupling, inside.shared].flatMap(({ map, norm }) => scaled([map], norm)),
      sectors,
    };
    const found = unobservable(observed, limit);
    return { found, above: Math.min(found.above, apart), below: Math.max(found.below, together), apart, together };
  };
  const same = tol ?? SAME;
  let best = by(same);
  let sorted = true;
  if (best.apart < SAFE * same || best.together > same / 4) {
    // Frequencies that are neither clearly the same nor clearly not: mostly it does not matter.
    const [coarse, fine] = [by(SAFE ** 2 * same), by(same / 8)];
    sorted = coarse.found.kept.length === fine.found.kept.length;
    if (sorted) best = coarse;
  }
  const { found: separate, ...facts } = best;
  const sure = ({ above, below, margin }: Unobservable, zero: number) =>
    above > SAFE * zero && below <= Math.min(certain, above / SAFE ** 2) && margin > SAFE * rounding;
  const safe = sure(separate, limit) && sorted;
  const gap = (other: { above: number; below: number }, isSafe: boolean) => ({
    rankGap: { above: Math.min(facts.above, other.above), below: Math.max(facts.below, other.below), safe: isSafe },
    warnings: doubts(isSafe),
  });
  if (separate.cut.length === 0) return { rows: separate.kept, ...gap(separate, safe) };

  const least = Math.max(tol ?? 0, rounding);
  /** Where a cut could have let rounding in, what may be rounding is zero. */
  const rest = (strengths: Strengths) => {
    const pair = quotient(separate.cut, inside, strengths, kernel);
    const strict = unobservable(pair, least);
    if (strict.margin > SAFE * rounding) return { strict, found: strict };
    return { strict, found: unobservable(pair, least, rounding) };
  };
  const asTheyAre: Strengths = {
    hamiltonian: inside.hamiltonian.norm,
    local: inside.local.norm,
    shared: inside.shared.norm,
    coupling: inside.coupling.norm,
  };
  const { found: elsewhere } = rest(OTHER);
  const { strict, found } = rest(asTheyAre);
  const agrees = strict.kept.length === elsewhere.kept.length;
  const here = agrees ? strict : found;
  const rows = [...separate.kept, ...here.kept.map((row) => rowTimes(row, concatenated(separate.cut, kernel)))];
  const surplus = here.kept.length - elsewhere.kept.length;
  if (surplus === 0 && here.kept.length === 0) return { rows, ...gap(elsewhere, safe && sure(elsewhere, least)) };
  if (surplus <= 0) return { rows, ...gap(here, safe && surplus === 0 && sure(here, least)) };
  const { found: nearby } = rest({ ...asTheyAre, coupling: NEARBY * asTheyAre.coupling });
  if (nearby.kept.length < here.kept.length) return { rows, ...gap(here, safe && sure(here, least)) };
  const hidden = `The parts see ${surplus} more ${surplus === 1 ? "dimension" : "dimensions"} of correlation, too weakly for double precision to tell at these strengths`;
  if (elsewhere.kept.length === 0) {
    const { rankGap, warnings } = gap(elsewhere, safe && sure(elsewhere, least));
    return {
      rows: separate.kept,
      rankGap,
      warnings: [`${hidden}: that they do is known from other strengths.`, ...warnings],
    };
  }
  return { rows, rankGap: gap(here, false).rankGap, warnings: [`${hidden}: they are counted as not seen.`] };
}

/** Rounding of one number of a generator whose norm is 1, a few operations each. */
const ROUNDING = 4 * Number.EPSILON;

function doubts(safe: boolean): string[] {
  return safe
    ? []
    : [
        "The dimension is not certain: a decision on a rank was about something that is neither clearly zero nor clearly not (rankGap); tol says what counts as zero.",
      ];
}

/** A part of L on the traceless products: the map, and what it leads out of them, as functionals. */
interface Inside {
  readonly map: Float64Array;
  readonly outputs: readonly Float64Array[];
  readonly norm: number;
}

function insideOf(
  coordinates: Coordinates,
  { local, coupling, across, shared }: GeneratorParts,
): Record<keyof Strengths, Inside> {
  const { kernel, count } = coordinates;
  const of = (images: Float64Array, leadsOut?: Float64Array): Inside => {
    const map = new Float64Array(kernel ** 2);
    for (let k = 0; k < kernel; k++) map.set(images.subarray(k * count, k * count + kernel), k * kernel);
    // The last coordinate is the trace, which nothing changes.
    const outputs = Array.from({ length: leadsOut ? count - kernel - 1 : 0 }, (_, j) =>
      Float64Array.from({ length: kernel }, (_row, k) => leadsOut![k * count + kernel + j]!),
    );
    return { map, outputs, norm: normBound(kernel, images.subarray(0, kernel * count)) };
  };
  const map = new Float64Array(kernel ** 2);
  let norm = 0;
  for (let k = 0; k < kernel; k++) {
    const { rate, partner } = coordinates.turn(k);
    map[k * kernel + partner] = rate;
    norm = Math.max(norm, Math.abs(rate));
  }
  return {
    hamiltonian: { map, outputs: [], norm },
    local: of(local),
    coupling: of(coupling, across),
    shared: of(shared, shared),
  };
}

const largest = (vectors: readonly Float64Array[]) => vectors.reduce((max, x) => Math.max(max, Math.hypot(...x)), 0);

const scaled = (vectors: readonly Float64Array[], norm: number) =>
  norm === 0 ? [] : vectors.map((vector) => vector.map((x) => x / norm));

/** Coordinates whose frequency is the same, but for rounding. */
function sectorsOf(
  coordinates: Coordinates,
  limit: number,
): { sectors: readonly Sector[]; apart: number; together: number } {
  const { kernel, energy } = coordinates;
  const turns = Array.from({ length: kernel }, (_, k) => coordinates.turn(k));
  const places = turns.map((_, k) => k).sort((j, k) => Math.abs(turns[j]!.rate) - Math.abs(turns[k]!.rate));
  const unit = Math.max(energy, Number.MIN_VALUE);
  let [apart, together] = [Number.POSITIVE_INFINITY, 0];
  const groups: number[][] = [];
  let before = 0;
  for (const k of places) {
    const frequency = Math.abs(turns[k]!.rate);
    const difference = (frequency - before) / unit;
    before = frequency;
    if (difference <= limit) together = Math.max(together, difference);
    else apart = Math.min(apart, difference);
    if (groups.length > 0 && difference <= limit) groups.at(-1)!.push(k);
    else groups.push([k]);
  }
  const sectors = groups.map((group): Sector => {
    const still = Math.abs(turns[group[0]!]!.rate) <= limit * unit;
    const at = new Map(group.map((place, k) => [place, k]));
    return {
      places: group,
      turn: still
        ? undefined
        : group.map((place) => {
            const { rate, partner } = turns[place]!;
            return { partner: at.get(partner)!, sign: Math.sign(rate) };
          }),
    };
  });
  return { sectors, apart, together };
}

/** What is left of L on some directions, its parts at given strengths. */
function quotient(
  directions: readonly Float64Array[],
  parts: Record<keyof Strengths, Inside>,
  strengths: Strengths,
  kernel: number,
) {
  const size = directions.length;
  const sum = new Float64Array(kernel ** 2);
  const outputs: Float64Array[] = [];
  for (const name of Object.keys(parts) as (keyof Strengths)[]) {
    const { map, norm, outputs: out } = parts[name];
    if (norm === 0) continue;
    const factor = strengths[name] / norm;
    map.forEach((x, k) => {
      sum[k]! += factor * x;
    });
    out.forEach((functional, j) => {
      outputs[j] ??= new Float64Array(kernel);
      functional.forEach((x, k) => {
        outputs[j]![k]! += factor * x;
      });
    });
  }
  const map = new Float64Array(size ** 2);
  directions.forEach((row, j) => {
    const image = rowTimes(row, sum);
    directions.forEach((other, k) => {
      map[j * size + k] = dot(other, image);
    });
  });
  const seen = outputs.map((functional) => Float64Array.from(directions, (row) => dot(row, functional)));
  const places = directions.map((_, k) => k);
  return {
    size,
    outputs: scaled(seen, largest(seen)),
    maps: scaled([map], normBound(size, map)),
    sectors: [{ places, turn: undefined }],
  };
}
