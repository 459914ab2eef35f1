/**
 * Every function the host may call. Pointers and numbers on the hot path; strings and arrays, marshalled by as-bind, only
 * where a call is rare.
 */
import {
  addBatchBlock,
  batchApplications,
  batchScratch,
  batchSteps,
  createBatch,
  runBatch,
  setBatchElements,
  setBatchFunctionals,
  setBatchInitial,
  setBatchProducts,
  setBatchTarget,
} from "./batch/batch";
import { createEnergetics, energetics, setEnergeticsBath, setEnergeticsComponent } from "./bipartite/energetics";
import { integratePanels } from "./bipartite/quadrature";
import { spectral } from "./bipartite/spectral";
import { createSpectral, setSpectralBath, setSpectralComponent, setSpectralMap } from "./bipartite/spectral-data";
import { addUpper, multiply, scratchBytes } from "./complex/gemm";
import { hasWideTiles, useWideTiles, wideBlock } from "./complex/gemm-packed";
import { addUpperReal, multiplyReal } from "./complex/gemm-real";
import { matrixBytes, matrixSize, paddedColumns, rowStride } from "./complex/layout";
import { axpy, norm, orthogonalise, scale } from "./complex/vector";
import {
  LEFT_CSR,
  METHOD_COUNT,
  METHOD_DOP853,
  METHOD_DYADIC,
  METHOD_EXPM,
  METHOD_FABER,
  METHOD_KENCARP4,
  METHOD_KRYLOV,
  METHOD_MAGNUS,
  METHOD_RK4,
  METHOD_TSIT5,
  STATISTIC_COUNT,
  STATISTIC_OUTPUTS,
  STATISTIC_REJECTED,
  STATISTIC_RHS_EVALUATIONS,
  STATISTIC_ROUNDING,
  STATISTIC_SPECTRAL_RADIUS,
  STATISTIC_STEP,
  STATISTIC_STEPS,
  STATISTIC_STIFFNESS,
  STATISTIC_TIME,
} from "./constants";
import { evaluateCoefficients } from "./drive/coefficients";
import { createDrive, Drive } from "./drive/drive";
import { createGenerator, Generator, setLeft } from "./generator/generator";
import { applyLeft, LeftOperator } from "./generator/left";
import { createPicture } from "./generator/picture";
import { ShiftTerm } from "./generator/shift";
import { advance, createEvolution, evolutionBytes } from "./integrators/evolution";
import { watchFaber } from "./integrators/faber";
import { Functionals } from "./integrators/observe";
import { Run } from "./integrators/run";
import { Watch } from "./integrators/watch";
import {
  Envelope,
  factoriseEnvelope as factoriseInEnvelope,
  solveEnvelope as solveInEnvelope,
} from "./linalg/envelope";
import { expm } from "./linalg/expm";
import { eigenHermitian } from "./linalg/hermitian";
import { eigenvectors, inverseIterationScratch } from "./linalg/inverse-iteration";
import { orthogonaliseRows } from "./linalg/jacobi";
import { factorise, solveFactorised } from "./linalg/lu";
import { formTranspose, hessenberg, hessenbergScratch, reflectVector } from "./linalg/real-hessenberg";
import { realSchur, realSchurScratch } from "./linalg/real-schur";
import { resolvents, resolventScratch } from "./linalg/resolvent";
import { schur, schurScratch } from "./linalg/schur";
import { sylvester } from "./linalg/sylvester";
import { phaseSpace, phaseSpaceScratch, phaseSpaceStride } from "./phasespace/separable";
import { sphere, sphereScratch } from "./phasespace/sphere";
import { applyPlaced, createPlaced, createSector as addSector, Sector, solveSectors } from "./stationary/sectors";
import { NoJump } from "./generator/nojump";
import { arenaAllocate, arenaAvailable, arenaMark, arenaRelease } from "./memory";
import { Coordinates } from "./superoperator/coordinates";
import { Local } from "./superoperator/local";
import { Triangle } from "./superoperator/triangle";
import { apply, createSuperoperator, setSuperoperatorTime, Superoperator } from "./superoperator/superoperator";

import {
  advanceDiffusion,
  beginDiffusion,
  createDiffusion,
  Diffusion,
  diffusionVectors,
} from "./trajectories/diffusion";
import { normal, philox, Stream, uniform, beginStream } from "./trajectories/random";
import { createRouchon } from "./trajectories/rouchon";
import {
  advanceLanes,
  beginLanes,
  createLanes,
  hasLanes,
  laneInitial as initialOfLane,
  Lanes,
  lanesBytes,
  laneWeight as weightOfLane,
  takeRecords,
} from "./trajectories/lanes";
import { advanceTrajectory, beginTrajectory, createTrajectory, Trajectory } from "./trajectories/trajectory";

export {
  addBatchBlock,
  addUpper,
  addUpperReal,
  arenaAllocate,
  arenaAvailable,
  arenaMark,
  arenaRelease,
  applyPlaced,
  batchApplications,
  batchScratch,
  batchSteps,
  createBatch,
  createEnergetics,
  createEvolution,
  createGenerator,
  createLanes,
  createPlaced,
  createSpectral,
  createDiffusion,
  createRouchon,
  createSuperoperator,
  createTrajectory,
  diffusionVectors,
  eigenHermitian,
  eigenvectors,
  energetics,
  evolutionBytes,
  expm,
  factorise,
  formTranspose,
  hasLanes,
  hasWideTiles,
  hessenberg,
  hessenbergScratch,
  inverseIterationScratch,
  lanesBytes,
  matrixSize,
  multiply,
  multiplyReal,
  norm,
  orthogonaliseRows,
  paddedColumns,
  phaseSpace,
  phaseSpaceScratch,
  phaseSpaceStride,
  sphere,
  sphereScratch,
  realSchur,
  realSchurScratch,
  reflectVector,
  resolvents,
  resolventScratch,
  scratchBytes,
  runBatch,
  schur,
  schurScratch,
  setBatchElements,
  setBatchFunctionals,
  setBatchInitial,
  setBatchProducts,
  setBatchTarget,
  setEnergeticsBath,
  integratePanels,
  setEnergeticsComponent,
  setSpectralBath,
  setSpectralComponent,
  setSpectralMap,
  solveFactorised,
  solveSectors,
  spectral,
  sylvester,
  rowStride,
  useWideTiles,
  wideBlock,
};

/** Which build this is: "debug", "relaxed" (fused multiply-add) or "release". */
export function build(): string {
  if (!ASC_NO_ASSERT) return "debug";
  return ASC_FEATURE_RELAXED_SIMD ? "relaxed" : "release";
}

/** Names of the integrators, in the order of their METHOD numbers. */
export function methodNames(): string[] {
  const names = new Array<string>(METHOD_COUNT);
  names[METHOD_RK4] = "rk4";
  names[METHOD_TSIT5] = "tsit5";
  names[METHOD_FABER] = "faber";
  names[METHOD_EXPM] = "expm";
  names[METHOD_DOP853] = "dop853";
  names[METHOD_KENCARP4] = "kencarp4";
  names[METHOD_KRYLOV] = "krylov";
  names[METHOD_MAGNUS] = "magnus";
  names[METHOD_DYADIC] = "dyadic";
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

/** out = L[x], both vectors of the superoperator's form. */
export function rightHandSide(superoperator: usize, x: usize, out: usize): void {
  apply(changetype<Superoperator>(superoperator), x, out);
}

/**
 * Makes a superoperator depend on time: `entries` of a table of coefficients, intervals of the time axis from `start` on, and the numbers
 * that are linear in the coefficients. False when memory does not suffice.
 */
export function setDrive(
  superoperator: usize,
  entries: i32,
  table: usize,
  intervalCount: i32,
  intervals: usize,
  start: f64,
): bool {
  const drive = createDrive(entries, table, intervalCount, intervals, start);
  changetype<Superoperator>(superoperator).drive = drive;
  return drive != 0;
}

/** The numbers in its tables that a drive changes: see Drive. */
export function setDriveTargets(
  superoperator: usize,
  count: i32,
  addresses: usize,
  bases: usize,
  starts: usize,
  entries: usize,
  weights: usize,
): void {
  const drive = changetype<Drive>(changetype<Superoperator>(superoperator).drive);
  drive.targetCount = count;
  drive.addresses = addresses;
  drive.bases = bases;
  drive.starts = starts;
  drive.entries = entries;
  drive.weights = weights;
}

/** A driven superoperator is that of time t from now on. */
export function setTime(superoperator: usize, t: f64): void {
  setSuperoperatorTime(changetype<Superoperator>(superoperator), t, 0);
}

/** Values at time t of a table's entries, jumps taken as at `inside`. */
export function coefficientValues(table: usize, count: i32, t: f64, inside: f64, values: usize): void {
  evaluateCoefficients(table, count, t, inside, values);
}

/** Puts a superoperator in matrix form into the interaction picture of `energies`; false when memory does not suffice. */
export function setPicture(superoperator: usize, energies: usize): bool {
  return createPicture(changetype<Generator>(changetype<Superoperator>(superoperator).data), energies);
}

/** G = -iH - ½ sum L†L as a dense matrix, for methods that solve with the no-jump part of a superoperator in matrix form. */
export function setNoJump(superoperator: usize, matrix: usize): void {
  changetype<Generator>(changetype<Superoperator>(superoperator).data).noJump = matrix;
}

/** A superoperator's real matrix; 0 when memory does not suffice. */
export function createCoordinates(slices: i32, widths: usize, offsets: usize, values: usize): usize {
  const pointer = arenaAllocate(offsetof<Coordinates>());
  if (pointer == 0) return 0;
  const coordinates = changetype<Coordinates>(pointer);
  coordinates.slices = slices;
  coordinates.widths = widths;
  coordinates.offsets = offsets;
  coordinates.values = values;
  return pointer;
}

/** The same for a matrix that is full, by its transpose (linalg/expm.ts), of `slices`·4 rows; 0 when memory does not suffice. */
export function createDenseCoordinates(slices: i32, transpose: usize): usize {
  const pointer = arenaAllocate(offsetof<Coordinates>());
  if (pointer == 0) return 0;
  const coordinates = changetype<Coordinates>(pointer);
  coordinates.slices = slices;
  coordinates.dense = transpose;
  return pointer;
}

/** The same for products of local factors (superoperator/local.ts): `rows` of blocks of `half` levels each; 0 when memory does not suffice. */
export function createLocalCoordinates(
  rows: i32,
  half: i32,
  diagonal: usize,
  ends: usize,
  sources: usize,
  numbers: usize,
  blockEnds: usize,
  blockSources: usize,
  blocks: usize,
  blockFactors: usize,
): usize {
  assert((half & 7) == 0, "createLocalCoordinates: blocks are not of eight levels or a multiple");
  const data = arenaAllocate(offsetof<Local>());
  const pointer = arenaAllocate(offsetof<Coordinates>());
  if (data == 0 || pointer == 0) return 0;
  const local = changetype<Local>(data);
  local.rows = rows;
  local.half = half;
  local.diagonal = diagonal;
  local.ends = ends;
  local.sources = sources;
  local.numbers = numbers;
  local.blockEnds = blockEnds;
  local.blockSources = blockSources;
  local.blocks = blocks;
  local.blockFactors = blockFactors;
  const coordinates = changetype<Coordinates>(pointer);
  coordinates.slices = (rows * half) >> 1;
  coordinates.local = data;
  return pointer;
}

/** Which coordinates are populations: `populations` has a 1 for each of them. */
export function setPopulations(coordinates: usize, populations: usize): void {
  changetype<Coordinates>(coordinates).populations = populations;
}

/** Makes `next`, times a factor that is 0 at first, part of the sum that begins with `first`; returns the address of the factor. */
export function addCoordinates(first: usize, next: usize): usize {
  let last = changetype<Coordinates>(first);
  while (last.next != 0) last = changetype<Coordinates>(last.next);
  last.next = next;
  return next + offsetof<Coordinates>("factor");
}

/** A superoperator on one triangle, without what `setTriangleLead` and `setTriangleTerms` add; 0 when memory does not suffice. */
export function createTriangle(d: i32, length: i32, band: i32, plane: usize, rows: usize): usize {
  const pointer = arenaAllocate(offsetof<Triangle>());
  if (pointer == 0) return 0;
  const triangle = changetype<Triangle>(pointer);
  triangle.d = d;
  triangle.length = length;
  triangle.band = band;
  triangle.plane = plane;
  triangle.rows = rows;
  return pointer;
}

/** What a superoperator on one triangle does in its first pass. */
export function setTriangleLead(triangle: usize, lead: i32, otherJump: i32, coefficients: usize): void {
  changetype<Triangle>(triangle).lead = lead;
  changetype<Triangle>(triangle).otherJump = otherJump;
  changetype<Triangle>(triangle).coefficients = coefficients;
}

/** What it does in further passes: TriangleTerms. */
export function setTriangleTerms(triangle: usize, count: i32, terms: usize): void {
  changetype<Triangle>(triangle).terms = terms;
  changetype<Triangle>(triangle).termCount = count;
}

/** A matrix in its envelope, see Envelope; 0 when memory does not suffice. */
export function createEnvelope(groups: i32, first: usize, lower: usize, upper: usize, diagonal: usize): usize {
  const pointer = arenaAllocate(offsetof<Envelope>());
  if (pointer == 0) return 0;
  const envelope = changetype<Envelope>(pointer);
  envelope.groups = groups;
  envelope.first = first;
  envelope.lower = lower;
  envelope.upper = upper;
  envelope.diagonal = diagonal;
  return pointer;
}

/** Its LU factors, in place; returns how many pivots were below `least` and replaced. */
export function factoriseEnvelope(envelope: usize, least: f64): i32 {
  return factoriseInEnvelope(changetype<Envelope>(envelope), least);
}

/** x = A⁻¹ x from them. */
export function solveEnvelope(envelope: usize, x: usize): void {
  solveInEnvelope(changetype<Envelope>(envelope), x);
}

/** See `createSector` of stationary/sectors.ts; 0 also when the Schur form of the block was not found. */
export function createSector(first: usize, d: i32, g: usize, count: i32, places: usize): usize {
  const pointer = addSector(first, d, g, count, places);
  if (pointer == 0 || changetype<NoJump>(changetype<Sector>(pointer).noJump).ready == 0) return 0;
  return pointer;
}

/** Eigenvalue `index` of a sector's block of G: `part` 0 its real, 1 its imaginary part. */
export function sectorEigenvalue(sector: usize, index: i32, part: i32): f64 {
  const noJump = changetype<NoJump>(changetype<Sector>(sector).noJump);
  const at = noJump.t + <usize>index * <usize>(rowStride(noJump.d) + 1) * 8;
  return load<f64>(part == 0 ? at : at + (matrixBytes(noJump.d) >> 1));
}

/** Krylov step: takes from x its parts along `count` vectors of n doubles each, one after another, and adds their lengths to `overlaps`. Returns the norm of what is left. */
export function orthogonaliseOnce(x: usize, basis: usize, count: i32, n: i32, overlaps: usize): f64 {
  orthogonalise(x, basis, count, n, overlaps, 8);
  return norm(x, n);
}

/** The same twice. */
export function orthogonaliseTwice(x: usize, basis: usize, count: i32, n: i32, overlaps: usize): f64 {
  orthogonalise(x, basis, count, n, overlaps, 8);
  return orthogonaliseOnce(x, basis, count, n, overlaps);
}

/** y += a·x over n doubles, n a multiple of four. */
export function addVector(y: usize, a: f64, x: usize, n: i32): void {
  axpy(y, a, x, n);
}

/** x *= a */
export function scaleVector(x: usize, a: f64, n: i32): void {
  scale(x, a, n);
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

/** What functionals are: a FUNCTIONALS constant, FUNCTIONALS_HERMITIAN unless it is set. */
export function setFunctionalsKind(functionals: usize, kind: i32): void {
  changetype<Functionals>(functionals).kind = kind;
}

/** Lets a Faber run watch rows of its state; false when memory does not suffice. */
export function watchRows(
  evolution: usize,
  count: i32,
  starts: usize,
  offsets: usize,
  squares: usize,
  weights: usize,
  limit: f64,
): bool {
  const run = changetype<Run>(evolution);
  if (run.method != METHOD_FABER) return false;
  const pointer = arenaAllocate(offsetof<Watch>());
  if (pointer == 0) return false;
  const watch = changetype<Watch>(pointer);
  watch.count = count;
  watch.starts = starts;
  watch.offsets = offsets;
  watch.squares = squares;
  watch.weights = weights;
  watch.limit = limit;
  run.watch = pointer;
  return watchFaber(run);
}

/** Takes at most `budget` steps; returns a STATUS. */
export function evolutionAdvance(evolution: usize, budget: i32): i32 {
  return advance(changetype<Run>(evolution), budget);
}

/** The state reached. */
export function evolutionState(evolution: usize): usize {
  return changetype<Run>(evolution).y;
}

/** Time reached. */
export function evolutionTime(evolution: usize): f64 {
  return changetype<Run>(evolution).t;
}

/** Counters of a run, in the order of the STATISTIC constants. */
export function evolutionStatistics(evolution: usize): Float64Array {
  const run = changetype<Run>(evolution);
  const out = new Float64Array(STATISTIC_COUNT);
  out[STATISTIC_TIME] = run.t;
  out[STATISTIC_STEP] = run.lastStep;
  out[STATISTIC_STEPS] = run.steps;
  out[STATISTIC_REJECTED] = run.rejected;
  out[STATISTIC_RHS_EVALUATIONS] = run.rhsEvaluations;
  out[STATISTIC_SPECTRAL_RADIUS] = run.spectralRadius;
  out[STATISTIC_STIFFNESS] = run.stiffness;
  out[STATISTIC_OUTPUTS] = run.output;
  out[STATISTIC_ROUNDING] = run.rounding;
  return out;
}

/** Begins trajectory `index`, from initial ket number `from` (below 0: one that is drawn); `quiet`: that on which no jump ever happens. */
export function trajectoryBegin(
  trajectory: usize,
  seedLow: i32,
  seedHigh: i32,
  index: f64,
  use: i32,
  from: i32,
  quiet: bool,
): void {
  beginTrajectory(changetype<Trajectory>(trajectory), seedLow, seedHigh, index, use, from, quiet);
}

/** Goes on for at most `budget` steps; returns a STATUS. */
export function trajectoryAdvance(trajectory: usize, budget: i32): i32 {
  return advanceTrajectory(changetype<Trajectory>(trajectory), budget);
}

/** Jumps recorded since they were taken last; from now on records begin anew. */
export function trajectoryTake(trajectory: usize): i32 {
  const recorded = changetype<Trajectory>(trajectory).recorded;
  changetype<Trajectory>(trajectory).recorded = 0;
  return recorded;
}

/** Number of the initial ket that was drawn. */
export function trajectoryInitial(trajectory: usize): i32 {
  return changetype<Trajectory>(trajectory).initial;
}

/** Square of the norm of the state reached: after a trajectory without jumps, its probability. */
export function trajectoryWeight(trajectory: usize): f64 {
  const size = changetype<Run>(changetype<Trajectory>(trajectory).run).norm;
  return size * size;
}

/** Begins `count` trajectories from `index` on side by side; the rest as of `trajectoryBegin`. */
export function lanesBegin(
  lanes: usize,
  count: i32,
  seedLow: i32,
  seedHigh: i32,
  index: f64,
  use: i32,
  from: i32,
): void {
  beginLanes(changetype<Lanes>(lanes), count, seedLow, seedHigh, index, use, from);
}

/** Goes on to the end, or until jumps must be taken; returns a STATUS. */
export function lanesAdvance(lanes: usize): i32 {
  return advanceLanes(changetype<Lanes>(lanes));
}

/** As `trajectoryTake`, `trajectoryInitial` and `trajectoryWeight`, of the trajectory in a lane. */
export function laneTake(lanes: usize, lane: i32): i32 {
  return takeRecords(changetype<Lanes>(lanes), lane);
}

export function laneInitial(lanes: usize, lane: i32): i32 {
  return initialOfLane(changetype<Lanes>(lanes), lane);
}

export function laneWeight(lanes: usize, lane: i32): f64 {
  return weightOfLane(changetype<Lanes>(lanes), lane);
}

/** Makes a measurement go by Rouchon's steps, on states in matrix form. @param meanFunctionals what they measure, m_j */
export function diffusionRouchon(diffusion: usize, rouchon: usize, meanFunctionals: usize): void {
  changetype<Diffusion>(diffusion).rouchon = rouchon;
  changetype<Diffusion>(diffusion).meanFunctionals = meanFunctionals;
}

/** Begins trajectory `index` of a measurement; `source`: a REPLAY constant, what is there to be followed, or 0. */
export function diffusionBegin(diffusion: usize, seedLow: i32, seedHigh: i32, index: f64, use: i32, source: i32): void {
  beginDiffusion(changetype<Diffusion>(diffusion), seedLow, seedHigh, index, use, source);
}

/** Goes on for at most `budget` steps; returns a STATUS. */
export function diffusionAdvance(diffusion: usize, budget: i32): i32 {
  return advanceDiffusion(changetype<Diffusion>(diffusion), budget);
}

/** The state reached, and how many steps led there. */
export function diffusionState(diffusion: usize): usize {
  return changetype<Diffusion>(diffusion).x;
}

export function diffusionSteps(diffusion: usize): i32 {
  return changetype<Diffusion>(diffusion).taken;
}

/** Random numbers: `count` uniform ones (`kind` 0) or normal ones (1) of a stream, to `out`. */
export function randomNumbers(
  seedLow: i32,
  seedHigh: i32,
  index: f64,
  use: i32,
  kind: i32,
  count: i32,
  out: usize,
): void {
  const mark = arenaMark();
  const stream = changetype<Stream>(arenaAllocate(offsetof<Stream>()));
  beginStream(stream, seedLow, seedHigh, index, use);
  for (let k = 0; k < count; k++) {
    store<f64>(out + ((<usize>k) << 3), kind == 0 ? uniform(stream) : normal(stream));
  }
  arenaRelease(mark);
}

/** The four words that belong to a counter under a key, to `out`. */
export function randomWords(k0: i32, k1: i32, c0: i32, c1: i32, c2: i32, c3: i32, out: usize): void {
  const mark = arenaMark();
  const stream = changetype<Stream>(arenaAllocate(offsetof<Stream>()));
  beginStream(stream, k0, k1, 0, 0);
  philox(stream, c0, c1, c2, c3);
  memory.copy(out, changetype<usize>(stream) + offsetof<Stream>("word0"), 16);
  arenaRelease(mark);
}
