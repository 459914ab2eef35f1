/**
 * What is known of a bipartite system where states are looked at (spectral.ts): its Hamiltonian by parts, its baths, and room to work in.
 * Matrices here are compact, as the eigensolver takes them: d x d real parts, then d x d imaginary parts.
 */
import { arenaAllocate } from "../memory";

/** A part of H that is multiplied with one coefficient, each of the three may be missing (0). */
@unmanaged
export class Component {
  HA: usize;
  HB: usize;
  V: usize;
}

/**
 * Jumps of a bath one after another, each by its elements that are not zero, row by row. Or, for a bath that acts on one part, sum L X L† as
 * a map of the operators X of that part: `entries` numbers g with (sum L X L†)_ij += g X_mn.
 */
@unmanaged
export class Bath {
  /** 0, or that of the map: then `places` has i, j, m, n of every entry. */
  entries: i32;
  onA: bool;
  jumps: i32;
  /** jumps + 1 numbers: where the elements of each begin. */
  starts: usize;
  /** Row and column of every element; re and im. */
  places: usize;
  values: usize;
  /** sum L†L */
  decay: usize;
  /** Largest element of it. */
  rate: f64;
}


@unmanaged
export class Spectral {
  dA: i32;
  dB: i32;
  components: i32;
  baths: i32;
  component: usize;
  bath: usize;
  /** sum L†L of all baths. */
  decay: usize;
  /** The norm of the generator, or more. */
  fastest: f64;
  /** H_A, H_B, V and H at the time of the state. */
  HA: usize;
  HB: usize;
  V: usize;
  H: usize;
  rho: usize;
  rhoA: usize;
  rhoB: usize;
  /** Ĥ_A and Ĥ_B. */
  effectiveA: usize;
  effectiveB: usize;
  /** sum L rho L† of one bath, and of all. */
  gain: usize;
  gains: usize;
  /** Eigenvectors of rho as rows; those of a part of it, and what the eigensolver destroys. */
  vectors: usize;
  block: usize;
  work: usize;
  /** Rates of the populations by each bath. */
  bathRates: usize;
  /** d numbers each: populations, their rates, their logarithms; eigenvalues of something else; a vector, re then im; one more. */
  p: usize;
  rates: usize;
  logs: usize;
  values: usize;
  x: usize;
  y: usize;
  scratch: usize;
}

function matrix(n: i32): usize {
  return arenaAllocate((<usize>n * <usize>n) << 4);
}

// @ts-ignore: decorator
@inline
export function componentAt(s: Spectral, k: i32): Component {
  return changetype<Component>(s.component + <usize>k * offsetof<Component>());
}

// @ts-ignore: decorator
@inline
export function bathAt(s: Spectral, k: i32): Bath {
  return changetype<Bath>(s.bath + <usize>k * offsetof<Bath>());
}

/** 0 when memory does not suffice: the last block would be missing first. */
export function createSpectral(dA: i32, dB: i32, components: i32, baths: i32, decay: usize): usize {
  const pointer = arenaAllocate(offsetof<Spectral>());
  if (pointer == 0) return 0;
  const s = changetype<Spectral>(pointer);
  const d = dA * dB;
  s.dA = dA;
  s.dB = dB;
  s.components = components;
  s.baths = baths;
  s.decay = decay;
  s.component = arenaAllocate(<usize>components * offsetof<Component>());
  s.bath = arenaAllocate(<usize>(baths + 1) * offsetof<Bath>());
  s.HA = matrix(dA);
  s.rhoA = matrix(dA);
  s.effectiveA = matrix(dA);
  s.HB = matrix(dB);
  s.rhoB = matrix(dB);
  s.effectiveB = matrix(dB);
  s.p = arenaAllocate((<usize>d) << 3);
  s.rates = arenaAllocate((<usize>d) << 3);
  s.logs = arenaAllocate((<usize>d) << 3);
  s.bathRates = arenaAllocate((<usize>((baths + 1) * d)) << 3);
  s.values = arenaAllocate((<usize>d) << 3);
  s.x = arenaAllocate((<usize>d) << 4);
  s.y = arenaAllocate((<usize>d) << 4);
  s.scratch = arenaAllocate(<usize>d * 48);
  s.V = matrix(d);
  s.H = matrix(d);
  s.rho = matrix(d);
  s.gain = matrix(d);
  s.gains = matrix(d);
  s.vectors = matrix(d);
  s.block = matrix(d);
  s.work = matrix(d);
  return s.work == 0 ? 0 : pointer;
}

export function setSpectralComponent(pointer: usize, index: i32, HA: usize, HB: usize, V: usize): void {
  const c = componentAt(changetype<Spectral>(pointer), index);
  c.HA = HA;
  c.HB = HB;
  c.V = V;
}

export function setSpectralBath(
  pointer: usize,
  index: i32,
  jumps: i32,
  starts: usize,
  places: usize,
  values: usize,
  decay: usize,
): void {
  const b = bathAt(changetype<Spectral>(pointer), index);
  b.entries = 0;
  b.jumps = jumps;
  b.starts = starts;
  b.places = places;
  b.values = values;
  b.decay = decay;
}

/** Gives a bath, after `setSpectralBath`, its map instead of jumps. */
export function setSpectralMap(
  pointer: usize,
  index: i32,
  onA: bool,
  entries: i32,
  places: usize,
  values: usize,
): void {
  const b = bathAt(changetype<Spectral>(pointer), index);
  b.entries = entries;
  b.onA = onA;
  b.places = places;
  b.values = values;
}
