/**
 * Energies of two parts and their correlation, and the flows between them, from functionals of the state.
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), eqs. [5-10].
 *
 * All of them are polynomials in means of Hermitian operators of A and of B, and in the rates of change of those by each channel: with
 * x_A, x_B the means, an even number of each, Tr[rho_A H] = h·x_A and Tr[V rho_A ⊗ rho_B] = x_A·K x_B, K real and sparse.
 */
import { ENERGETICS_FIXED, ENERGETICS_PER_BATH, NO_FUNCTIONAL } from "../constants";
import { arenaAllocate } from "../memory";
import { addScaled, at } from "./doubles";

/** A part of H that is multiplied with one coefficient: H_A ⊗ 1 + 1 ⊗ H_B + V, each of which may be missing (0). */
@unmanaged
class Component {
  /** h_A, h_B: as many doubles as x_A, x_B. */
  hA: usize;
  hB: usize;
  /** K in compressed sparse rows: rows of x_A, columns of x_B. */
  rowPointers: usize;
  columns: usize;
  values: usize;
  /** First functional of rho_A' and of rho_B' by -i[this, rho]. */
  flowA: i32;
  flowB: i32;
  /** Functional Tr[rho this]. */
  energy: i32;
}


@unmanaged
class Bath {
  /** First functional of rho_A' and of rho_B' by this bath. */
  flowA: i32;
  flowB: i32;
  /** First functional Tr[rho' component], one a component. */
  energy: i32;
  /** Functional Tr[rho' H_bath]. */
  local: i32;
}


@unmanaged
export class Energetics {
  /** Doubles of x_A and x_B. */
  nA: i32;
  nB: i32;
  components: i32;
  baths: i32;
  alphaA: f64;
  /** First functionals of rho_A and rho_B, and that of Tr[rho V] by what does not change. */
  stateA: i32;
  stateB: i32;
  interaction: i32;
  component: usize;
  bath: usize;
  /** Scratch: h_A, h_B, K x_B, K^T x_A, and rates of x_A, x_B. */
  scratch: usize;
}

// @ts-ignore: decorator
@inline
function componentAt(e: Energetics, index: i32): Component {
  return changetype<Component>(e.component + <usize>index * offsetof<Component>());
}

// @ts-ignore: decorator
@inline
function bathAt(e: Energetics, index: i32): Bath {
  return changetype<Bath>(e.bath + <usize>index * offsetof<Bath>());
}

/** 0 when memory does not suffice. */
export function createEnergetics(
  nA: i32,
  nB: i32,
  components: i32,
  baths: i32,
  alphaA: f64,
  stateA: i32,
  stateB: i32,
  interaction: i32,
): usize {
  const pointer = arenaAllocate(offsetof<Energetics>());
  if (pointer == 0) return 0;
  const e = changetype<Energetics>(pointer);
  e.nA = nA;
  e.nB = nB;
  e.components = components;
  e.baths = baths;
  e.alphaA = alphaA;
  e.stateA = stateA;
  e.stateB = stateB;
  e.interaction = interaction;
  e.component = arenaAllocate(<usize>components * offsetof<Component>());
  e.bath = arenaAllocate(<usize>(baths + 1) * offsetof<Bath>());
  e.scratch = arenaAllocate((<usize>(3 * (nA + nB))) << 3);
  return e.component == 0 || e.bath == 0 || e.scratch == 0 ? 0 : pointer;
}

export function setEnergeticsComponent(
  pointer: usize,
  index: i32,
  hA: usize,
  hB: usize,
  rowPointers: usize,
  columns: usize,
  values: usize,
  flowA: i32,
  flowB: i32,
  energy: i32,
): void {
  const c = componentAt(changetype<Energetics>(pointer), index);
  c.hA = hA;
  c.hB = hB;
  c.rowPointers = rowPointers;
  c.columns = columns;
  c.values = values;
  c.flowA = flowA;
  c.flowB = flowB;
  c.energy = energy;
}

export function setEnergeticsBath(pointer: usize, index: i32, flowA: i32, flowB: i32, energy: i32, local: i32): void {
  const b = bathAt(changetype<Energetics>(pointer), index);
  b.flowA = flowA;
  b.flowB = flowB;
  b.energy = energy;
  b.local = local;
}

function dot(n: i32, x: usize, y: usize): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < n; k++) sum += at(x, k) * at(y, k);
  return sum;
}

/** x_A·K x_B of one component; with `a`, fields += a·(K x_B, K^T x_A). */
function couple(e: Energetics, c: Component, a: f64, xA: usize, xB: usize, fieldA: usize, fieldB: usize): f64 {
  if (c.rowPointers == 0) return 0;
  let v: f64 = 0;
  for (let i = 0; i < e.nA; i++) {
    const stop = load<i32>(c.rowPointers + ((<usize>i) << 2), 4);
    let sum: f64 = 0;
    const x = at(xA, i);
    for (let k = load<i32>(c.rowPointers + ((<usize>i) << 2)); k < stop; k++) {
      const column = load<i32>(c.columns + ((<usize>k) << 2));
      const value = at(c.values, k);
      sum += value * at(xB, column);
      const p = fieldB + ((<usize>column) << 3);
      store<f64>(p, load<f64>(p) + a * value * x);
    }
    const p = fieldA + ((<usize>i) << 3);
    store<f64>(p, load<f64>(p) + a * sum);
    v += x * sum;
  }
  return v;
}

/** Where functional f stands in a row. */
// @ts-ignore: decorator
@inline
function functional(row: usize, f: i32): usize {
  return row + ((<usize>f) << 4);
}

/**
 * Rows of results from rows of functionals. Of every row:
 * U, U_A, U_B, U_⊗, U_chi, v; dU_A/dt, dU_B/dt; flows into A and B by the Hamiltonian; work into A, into B, and in all;
 * then of every bath its flows into A and B, Tr[rho' H] and Tr[rho' H_bath].
 * @param width functionals of a row, each re and im
 * @param coefficients of the components, and `slopes` their derivatives, for every row
 */
export function energetics(
  pointer: usize,
  count: i32,
  values: usize,
  width: i32,
  coefficients: usize,
  slopes: usize,
  out: usize,
): void {
  const e = changetype<Energetics>(pointer);
  const stride = (<usize>(ENERGETICS_FIXED + ENERGETICS_PER_BATH * e.baths)) << 3;
  for (let n = 0; n < count; n++) {
    const shift = (<usize>(n * e.components)) << 3;
    energeticsAt(e, values + ((<usize>n * <usize>width) << 4), coefficients + shift, slopes + shift, out);
    out += stride;
  }
}

function energeticsAt(e: Energetics, row: usize, coefficients: usize, slopes: usize, out: usize): void {
  const nA = e.nA;
  const nB = e.nB;
  const hA = e.scratch;
  const hB = hA + ((<usize>nA) << 3);
  const fieldA = hB + ((<usize>nB) << 3);
  const fieldB = fieldA + ((<usize>nA) << 3);
  const rateA = fieldB + ((<usize>nB) << 3);
  const rateB = rateA + ((<usize>nA) << 3);
  memory.fill(e.scratch, 0, (<usize>(3 * (nA + nB))) << 3);
  const xA = functional(row, e.stateA);
  const xB = functional(row, e.stateB);

  let U: f64 = 0;
  let interaction: f64 = load<f64>(functional(row, e.interaction));
  let v: f64 = 0;
  let workA: f64 = 0;
  let workB: f64 = 0;
  let workV: f64 = 0;
  let work: f64 = 0;
  for (let j = 0; j < e.components; j++) {
    const c = componentAt(e, j);
    const a = at(coefficients, j);
    const slope = at(slopes, j);
    const energy = load<f64>(functional(row, c.energy));
    U += a * energy;
    work += slope * energy;
    if (c.hA != 0) {
      addScaled(nA, a, c.hA, hA);
      workA += slope * dot(nA, c.hA, xA);
    }
    if (c.hB != 0) {
      addScaled(nB, a, c.hB, hB);
      workB += slope * dot(nB, c.hB, xB);
    }
    if (c.rowPointers != 0) {
      const mean = couple(e, c, a, xA, xB, fieldA, fieldB);
      v += a * mean;
      workV += slope * mean;
      // That of component 0 stands apart: its energy is not the interaction alone.
      if (j > 0) interaction += a * energy;
    }
    if (c.flowA != NO_FUNCTIONAL) addScaled(nA, a, functional(row, c.flowA), rateA);
    if (c.flowB != NO_FUNCTIONAL) addScaled(nB, a, functional(row, c.flowB), rateB);
  }
  const alphaB = 1 - e.alphaA;
  const UA = dot(nA, hA, xA) + alphaB * v;
  const UB = dot(nB, hB, xB) + e.alphaA * v;
  // Traces of rates vanish: what alpha takes out of the effective Hamiltonians is in no flow.
  const localA = dot(nA, rateA, hA);
  const localB = dot(nB, rateB, hB);
  const meanA = dot(nA, rateA, fieldA);
  const meanB = dot(nB, rateB, fieldB);
  let slopeA = localA + workA;
  let slopeB = localB + workB;
  let slopeV = meanA + meanB + workV;

  let to = out + ((<usize>ENERGETICS_FIXED) << 3);
  for (let k = 0; k < e.baths; k++) {
    const b = bathAt(e, k);
    let flowA: f64 = 0;
    let flowB: f64 = 0;
    let energy: f64 = 0;
    if (b.flowA != NO_FUNCTIONAL) {
      const r = functional(row, b.flowA);
      const own = dot(nA, r, hA);
      const mean = dot(nA, r, fieldA);
      flowA = own + mean;
      slopeA += own;
      slopeV += mean;
    }
    if (b.flowB != NO_FUNCTIONAL) {
      const r = functional(row, b.flowB);
      const own = dot(nB, r, hB);
      const mean = dot(nB, r, fieldB);
      flowB = own + mean;
      slopeB += own;
      slopeV += mean;
    }
    for (let j = 0; j < e.components; j++) energy += at(coefficients, j) * load<f64>(functional(row, b.energy + j));
    store<f64>(to, flowA);
    store<f64>(to, flowB, 8);
    store<f64>(to, energy, 16);
    store<f64>(to, load<f64>(functional(row, b.local)), 24);
    to += (<usize>ENERGETICS_PER_BATH) << 3;
  }
  store<f64>(out, U);
  store<f64>(out, UA, 8);
  store<f64>(out, UB, 16);
  store<f64>(out, UA + UB, 24);
  store<f64>(out, interaction - v, 32);
  store<f64>(out, v, 40);
  store<f64>(out, slopeA + alphaB * slopeV, 48);
  store<f64>(out, slopeB + e.alphaA * slopeV, 56);
  store<f64>(out, localA + meanA, 64);
  store<f64>(out, localB + meanB, 72);
  store<f64>(out, workA + alphaB * workV, 80);
  store<f64>(out, workB + e.alphaA * workV, 88);
  store<f64>(out, work, 96);
}
