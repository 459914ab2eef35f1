/**
 * Every function the host may call. Pointers and numbers on the hot path; strings and arrays, marshalled by as-bind, only
 * where a call is rare.
 */
import { addUpper, multiply, scratchBytes } from "./complex/gemm";
import { hasWideTiles, useWideTiles, wideBlock } from "./complex/gemm-packed";
import { addUpperReal, multiplyReal } from "./complex/gemm-real";
import { matrixSize, paddedColumns, rowStride } from "./complex/layout";
import {
  LEFT_CSR,
  METHOD_RK4,
  METHOD_TSIT5,
  STATISTIC_COUNT,
  STATISTIC_REJECTED,
  STATISTIC_RHS_EVALUATIONS,
  STATISTIC_SPECTRAL_RADIUS,
  STATISTIC_STEP,
  STATISTIC_STEPS,
  STATISTIC_STIFFNESS,
  STATISTIC_TIME,
} from "./constants";
import { applyGenerator, createGenerator, Generator, setLeft } from "./generator/generator";
import { applyLeft, LeftOperator } from "./generator/left";
import { ShiftTerm } from "./generator/shift";
import { advance, createEvolution, Evolution, workingMatrices } from "./integrators/evolution";
import { Functionals } from "./integrators/observe";
import { Tableau } from "./integrators/tableau";
import { eigenHermitian } from "./linalg/hermitian";
import { arenaAllocate, arenaAvailable, arenaMark, arenaRelease } from "./memory";

export {
  addUpper,
  addUpperReal,
  arenaAllocate,
  arenaAvailable,
  arenaMark,
  arenaRelease,
  createEvolution,
  createGenerator,
  eigenHermitian,
  hasWideTiles,
  matrixSize,
  multiply,
  multiplyReal,
  paddedColumns,
  scratchBytes,
  rowStride,
  useWideTiles,
  wideBlock,
  workingMatrices,
};

/** Which build this is: "debug", "relaxed" (fused multiply-add) or "release". */
export function build(): string {
  if (!ASC_NO_ASSERT) return "debug";
  return ASC_FEATURE_RELAXED_SIMD ? "relaxed" : "release";
}

/** Names of the integrators, in the order of their METHOD numbers. */
export function methodNames(): string[] {
  const names = new Array<string>(2);
  names[METHOD_RK4] = "rk4";
  names[METHOD_TSIT5] = "tsit5";
  return names;
}

/** G = -iH - ½ sum L†L of a generator. */
export function setDrift(generator: usize, kind: i32, matrix: usize, columns: usize, values: usize): void {
  setLeft(changetype<LeftOperator>(changetype<Generator>(generator).drift), kind, matrix, columns, values);
}

/** Term `index` along a diagonal: a jump by its diagonal, or a sum of them by its matrix. */
export function setShiftTerm(
  generator: usize,
  index: i32,
  shift: i32,
  real: i32,
  diagonal: usize,
  plane: usize,
  matrix: usize,
): void {
  assert(index < changetype<Generator>(generator).shiftCount, "setShiftTerm: index out of range");
  const term = changetype<ShiftTerm>(changetype<Generator>(generator).shifts + <usize>index * offsetof<ShiftTerm>());
  term.shift = shift;
  term.real = real;
  term.diagonal = diagonal;
  term.plane = plane;
  term.matrix = matrix;
}

/** Jump `index` of any other shape, counted among those; divided by sqrt(2) when it is in CSR. */
export function setLeftJump(
  generator: usize,
  index: i32,
  kind: i32,
  matrix: usize,
  columns: usize,
  values: usize,
): void {
  assert(index < changetype<Generator>(generator).leftCount, "setLeftJump: index out of range");
  const jump = changetype<Generator>(generator).lefts + <usize>index * offsetof<LeftOperator>();
  setLeft(changetype<LeftOperator>(jump), kind, matrix, columns, values);
}

/** out = L[rho], rho Hermitian. */
export function rightHandSide(generator: usize, rho: usize, out: usize): void {
  applyGenerator(changetype<Generator>(generator), rho, out);
}

/** Y = A·X for A in compressed sparse rows. */
export function multiplySparse(d: i32, rowPointers: usize, columns: usize, values: usize, x: usize, y: usize): void {
  const mark = arenaMark();
  const left = changetype<LeftOperator>(arenaAllocate(offsetof<LeftOperator>()));
  setLeft(left, LEFT_CSR, rowPointers, columns, values);
  applyLeft(d, left, x, y, 0, false);
  arenaRelease(mark);
}

/** A table of functionals; 0 when memory does not suffice. */
export function createFunctionals(count: i32, starts: usize, offsets: usize, coefficients: usize): usize {
  const pointer = arenaAllocate(offsetof<Functionals>());
  if (pointer == 0) return 0;
  const functionals = changetype<Functionals>(pointer);
  functionals.count = count;
  functionals.starts = starts;
  functionals.offsets = offsets;
  functionals.coefficients = coefficients;
  return pointer;
}

/** Takes at most `budget` steps; returns a STATUS. */
export function evolutionAdvance(evolution: usize, budget: i32): i32 {
  return advance(changetype<Evolution>(evolution), budget);
}

/** The state reached. */
export function evolutionState(evolution: usize): usize {
  return changetype<Evolution>(evolution).y;
}

/** Time reached. */
export function evolutionTime(evolution: usize): f64 {
  return changetype<Evolution>(evolution).t;
}

/** Counters of a run, in the order of the STATISTIC constants. */
export function evolutionStatistics(evolution: usize): Float64Array {
  const e = changetype<Evolution>(evolution);
  const out = new Float64Array(STATISTIC_COUNT);
  out[STATISTIC_TIME] = e.t;
  out[STATISTIC_STEP] = e.lastStep;
  out[STATISTIC_STEPS] = e.steps;
  out[STATISTIC_REJECTED] = e.rejected;
  out[STATISTIC_RHS_EVALUATIONS] = e.rhsEvaluations;
  out[STATISTIC_SPECTRAL_RADIUS] = e.spectralRadius;
  const start = load<f64>(e.times);
  const limit = changetype<Tableau>(e.tableau).stabilityLimit;
  if (e.steps > 0) out[STATISTIC_STIFFNESS] = (e.spectralRadius * (e.t - start)) / e.steps / limit;
  return out;
}
