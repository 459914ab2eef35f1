/**
 * {@link Kernel}: one instance of the WebAssembly kernel. Numbers and pointers go straight to its exports; arrays lie in its
 * arena, inside a frame that gives everything back when it closes.
 * @module
 */
import { NonFiniteError, TooLargeError } from "../errors.ts";
import { Guard } from "./guard.ts";
import type { AsBindInstance } from "./vendor/as-bind.js";

/** The kernel's functions on numbers and pointers (assembly/index.ts). Pointers may come back negative: `>>> 0`. */
export interface KernelFunctions {
  arenaMark(): number;
  arenaRelease(mark: number): void;
  arenaAllocate(bytes: number): number;
  arenaAvailable(): number;
  rowStride(d: number): number;
  paddedColumns(d: number): number;
  matrixSize(d: number): number;
  scratchBytes(d: number): number;
  multiply(d: number, a: number, b: number, c: number, scratch: number, accumulate: number): void;
  multiplyReal(
    d: number,
    a: number,
    b: number,
    c: number,
    scratch: number,
    accumulate: number,
    imaginary: number,
  ): void;
  useWideTiles(on: number): void;
  hasWideTiles(): number;
  addUpper(d: number, a: number, b: number, c: number, scratch: number): void;
  addUpperReal(d: number, a: number, b: number, c: number, scratch: number, imaginary: number): void;
  multiplySparse(d: number, rowPointers: number, columns: number, values: number, x: number, y: number): void;
  eigenHermitian(n: number, a: number, values: number, vectors: number, scratch: number): number;
  expm(n: number, a: number, t: number, out: number, scratch: number): void;
  orthogonaliseRows(m: number, n: number, length: number, rows: number): number;
  factorise(n: number, a: number, pivots: number): number;
  solveFactorised(n: number, lu: number, pivots: number, x: number): void;
  createEnvelope(groups: number, first: number, lower: number, upper: number, diagonal: number): number;
  factoriseEnvelope(envelope: number, least: number): number;
  solveEnvelope(envelope: number, x: number): void;
  createSector(first: number, d: number, g: number, count: number, places: number): number;
  sectorEigenvalue(sector: number, index: number, part: number): number;
  solveSectors(first: number, s: number, x: number, out: number): void;
  createPlaced(generator: number, count: number, places: number): number;
  applyPlaced(placed: number, x: number, out: number): void;
  orthogonaliseOnce(x: number, basis: number, count: number, n: number, overlaps: number): number;
  orthogonaliseTwice(x: number, basis: number, count: number, n: number, overlaps: number): number;
  addVector(y: number, a: number, x: number, n: number): void;
  scaleVector(x: number, a: number, n: number): void;
  hessenberg(n: number, a: number, reflections: number, scratch: number): void;
  hessenbergScratch(n: number): number;
  formTranspose(n: number, q: number, scratch: number): void;
  reflectVector(n: number, reflections: number, x: number): void;
  realSchur(n: number, a: number, z: number, scratch: number): number;
  realSchurScratch(): number;
  resolvents(
    n: number,
    h: number,
    g: number,
    y: number,
    count: number,
    frequencies: number,
    values: number,
    scratch: number,
  ): void;
  resolventScratch(n: number): number;
  eigenvectors(
    n: number,
    h: number,
    reflections: number,
    re: number,
    im: number,
    tolerance: number,
    vectors: number,
    scratch: number,
  ): number;
  inverseIterationScratch(n: number): number;
  norm(x: number, n: number): number;
  schur(d: number, a: number, u: number, scratch: number): number;
  schurScratch(d: number): number;
  sylvester(d: number, s: number, t: number, c: number): void;
  createGenerator(d: number, shiftCount: number, leftCount: number): number;
  setDrift(generator: number, kind: number, matrix: number, columns: number, values: number): void;
  setShiftTerm(
    generator: number,
    index: number,
    shift: number,
    real: number,
    diagonal: number,
    plane: number,
    matrix: number,
  ): void;
  setLeftJump(generator: number, index: number, kind: number, matrix: number, columns: number, values: number): void;
  rightHandSide(generator: number, rho: number, out: number): void;
  createFunctionals(count: number, starts: number, offsets: number, coefficients: number): number;
  setFunctionalsKind(functionals: number, kind: number): void;
  createEvolution(
    superoperator: number,
    method: number,
    y: number,
    times: number,
    timeCount: number,
    functionals: number,
    values: number,
    states: number,
    rtol: number,
    atol: number,
    stepOption: number,
    maxSteps: number,
    stepShare: number,
    outputCost: number,
    yields: number,
  ): number;
  evolutionBytes(method: number, length: number, copies: number, functionals: number): number;
  createSuperoperator(form: number, copies: number, data: number): number;
  setNoJump(superoperator: number, matrix: number): void;
  setPicture(superoperator: number, energies: number): number;
  setDrive(
    superoperator: number,
    entries: number,
    table: number,
    intervalCount: number,
    intervals: number,
    start: number,
  ): number;
  setDriveTargets(
    superoperator: number,
    count: number,
    addresses: number,
    bases: number,
    starts: number,
    entries: number,
    weights: number,
  ): void;
  setTime(superoperator: number, t: number): void;
  coefficientValues(table: number, count: number, t: number, inside: number, values: number): void;
  createCoordinates(slices: number, widths: number, offsets: number, values: number): number;
  setPopulations(coordinates: number, populations: number): void;
  createDenseCoordinates(slices: number, transpose: number): number;
  createLocalCoordinates(
    rows: number,
    half: number,
    diagonal: number,
    ends: number,
    sources: number,
    numbers: number,
    blockEnds: number,
    blockSources: number,
    blocks: number,
    blockFactors: number,
  ): number;
  addCoordinates(first: number, next: number): number;
  createTriangle(d: number, length: number, band: number, plane: number, rows: number): number;
  setTriangleLead(triangle: number, lead: number, otherJump: number, coefficients: number): void;
  setTriangleTerms(triangle: number, count: number, terms: number): void;
  watchRows(
    evolution: number,
    count: number,
    starts: number,
    offsets: number,
    squares: number,
    weights: number,
    limit: number,
  ): number;
  integratePanels(
    panels: number,
    starts: number,
    pieces: number,
    halves: number,
    places: number,
    kronrod: number,
    gauss: number,
    weights: number,
    table: number,
    first: number,
    count: number,
    values: number,
    errors: number,
  ): void;
  phaseSpaceStride(count: number): number;
  phaseSpaceScratch(n: number, nx: number, ny: number): number;
  phaseSpace(
    kind: number,
    n: number,
    rho: number,
    nx: number,
    xs: number,
    ny: number,
    ys: number,
    scale: number,
    out: number,
    scratch: number,
  ): void;
  sphereScratch(n: number, nTheta: number, nPhi: number): number;
  sphere(
    kind: number,
    n: number,
    rho: number,
    nTheta: number,
    thetas: number,
    nPhi: number,
    phis: number,
    out: number,
    scratch: number,
  ): void;
  createBatch(
    entries: number,
    entryCount: number,
    stride: number,
    times: number,
    timeCount: number,
    interval: number,
    intervals: number,
    functionals: number,
    method: number,
    rtol: number,
    atol: number,
    step: number,
    maxSteps: number,
  ): number;
  setBatchProducts(
    batch: number,
    count: number,
    starts: number,
    first: number,
    second: number,
    factors: number,
  ): number;
  setBatchTarget(
    batch: number,
    out: number,
    functional: number,
    time: number,
    system: number,
    last: number,
    status: number,
    rounding: number,
  ): void;
  addBatchBlock(
    batch: number,
    n: number,
    populations: number,
    rowPointers: number,
    columns: number,
    first: number,
  ): number;
  setBatchElements(block: number, starts: number, sources: number, factors: number): void;
  setBatchInitial(block: number, starts: number, sources: number, factors: number): void;
  setBatchFunctionals(
    batch: number,
    block: number,
    rows: number,
    columns: number,
    starts: number,
    sources: number,
    factors: number,
  ): number;
  batchScratch(method: number, n: number, functionals: number, times: number): number;
  runBatch(batch: number, scratch: number, count: number): void;
  batchSteps(batch: number): number;
  batchApplications(batch: number): number;
  createEnergetics(
    nA: number,
    nB: number,
    components: number,
    baths: number,
    alphaA: number,
    stateA: number,
    stateB: number,
    interaction: number,
  ): number;
  setEnergeticsComponent(
    energetics: number,
    index: number,
    hA: number,
    hB: number,
    rowPointers: number,
    columns: number,
    values: number,
    flowA: number,
    flowB: number,
    energy: number,
  ): void;
  setEnergeticsBath(
    energetics: number,
    index: number,
    flowA: number,
    flowB: number,
    energy: number,
    local: number,
  ): void;
  energetics(
    energetics: number,
    count: number,
    values: number,
    width: number,
    coefficients: number,
    slopes: number,
    out: number,
  ): void;
  createSpectral(dA: number, dB: number, components: number, baths: number, decay: number): number;
  setSpectralComponent(spectral: number, index: number, HA: number, HB: number, V: number): void;
  setSpectralBath(
    spectral: number,
    index: number,
    jumps: number,
    starts: number,
    places: number,
    values: number,
    decay: number,
  ): void;
  setSpectralMap(spectral: number, index: number, onA: number, entries: number, places: number, values: number): void;
  spectral(
    spectral: number,
    wanted: number,
    count: number,
    states: number,
    elapsed: number,
    coefficients: number,
    fastest: number,
    out: number,
    spectra: number,
  ): void;
  evolutionAdvance(evolution: number, budget: number): number;
  evolutionState(evolution: number): number;
  evolutionTime(evolution: number): number;
  createTrajectory(
    evolution: number,
    channelCount: number,
    channels: number,
    initialCount: number,
    initials: number,
    cumulative: number,
    floors: number,
    capacity: number,
    times: number,
    numbers: number,
  ): number;
  trajectoryBegin(
    trajectory: number,
    seedLow: number,
    seedHigh: number,
    index: number,
    use: number,
    from: number,
    quiet: number,
  ): void;
  trajectoryAdvance(trajectory: number, budget: number): number;
  trajectoryTake(trajectory: number): number;
  trajectoryInitial(trajectory: number): number;
  trajectoryWeight(trajectory: number): number;
  hasLanes(trajectory: number): number | boolean;
  lanesBytes(length: number, functionals: number): number;
  createLanes(trajectory: number): number;
  lanesBegin(
    lanes: number,
    count: number,
    seedLow: number,
    seedHigh: number,
    index: number,
    use: number,
    from: number,
  ): void;
  lanesAdvance(lanes: number): number;
  laneTake(lanes: number, lane: number): number;
  laneInitial(lanes: number, lane: number): number;
  laneWeight(lanes: number, lane: number): number;
  createDiffusion(
    scheme: number,
    drift: number,
    channelCount: number,
    channels: number,
    populationCount: number,
    populations: number,
    functionals: number,
    timeCount: number,
    times: number,
    steps: number,
    values: number,
    states: number,
    record: number,
    initial: number,
  ): number;
  diffusionVectors(channelCount: number): number;
  createRouchon(
    d: number,
    channelCount: number,
    base: number,
    linear: number,
    quadratic: number,
    quietCount: number,
    quiet: number,
  ): number;
  diffusionRouchon(diffusion: number, rouchon: number, meanFunctionals: number): void;
  diffusionBegin(
    diffusion: number,
    seedLow: number,
    seedHigh: number,
    index: number,
    use: number,
    source: number,
  ): void;
  diffusionAdvance(diffusion: number, budget: number): number;
  diffusionState(diffusion: number): number;
  diffusionSteps(diffusion: number): number;
  randomNumbers(
    seedLow: number,
    seedHigh: number,
    index: number,
    use: number,
    kind: number,
    count: number,
    out: number,
  ): void;
  randomWords(k0: number, k1: number, c0: number, c1: number, c2: number, c3: number, out: number): void;
}

/** A d x d matrix in the arena: planar, padded (assembly/complex/layout.ts). */
export interface MatrixLayout {
  /** Distance of rows, in doubles. */
  readonly stride: number;
  /** Distance from real to imaginary part, in doubles. */
  readonly plane: number;
  readonly bytes: number;
}

/** What can be copied into the arena as a matrix. */
export interface Elements {
  readonly size: number;
  forEachNonzero(visit: (row: number, column: number, re: number, im: number) => void): void;
}

export class Kernel {
  /** "release", "relaxed" or "debug". */
  readonly build: string;
  /** Names of the integrators by method number. */
  readonly methods: readonly string[];
  readonly functions: KernelFunctions;
  readonly #bound: AsBindInstance["exports"];
  readonly #memory: WebAssembly.Memory;
  readonly #guard = new Guard(() => this.build ?? "unknown");
  #releases: (() => void)[] = [];
  #doubles: Float64Array;
  #integers: Int32Array;

  constructor(instance: AsBindInstance) {
    const exports = instance.loadedModule.instance.exports;
    const { memory, __collect: collect, ...functions } = exports;
    this.functions = this.#guard.functions(functions as unknown as KernelFunctions);
    this.#memory = memory as WebAssembly.Memory;
    this.#bound = this.#guard.functions({ ...instance.exports, collect: collect as () => void });
    this.#doubles = new Float64Array(this.#memory.buffer);
    this.#integers = new Int32Array(this.#memory.buffer);
    this.build = this.#marshalled<string>("build");
    this.methods = this.#marshalled<string[]>("methodNames");
  }

  /** Counters of an evolution, in the order of the STATISTIC constants. */
  statistics(evolution: number): Float64Array {
    return this.#marshalled<Float64Array>("evolutionStatistics", evolution);
  }

  /** A call through as-bind; what the kernel allocated for its result is given back. */
  #marshalled<T>(name: string, ...args: unknown[]): T {
    const result = this.#bound[name]!(...args) as T;
    this.#bound.collect!();
    return result;
  }

  /** The kernel's memory as doubles. Made anew after growth: never keep it across an allocation. */
  get doubles(): Float64Array {
    if (this.#doubles.buffer !== this.#memory.buffer) this.#doubles = new Float64Array(this.#memory.buffer);
    return this.#doubles;
  }

  /** The kernel's memory as 32-bit integers; as above. */
  get integers(): Int32Array {
    if (this.#integers.buffer !== this.#memory.buffer) this.#integers = new Int32Array(this.#memory.buffer);
    return this.#integers;
  }

  /** Whether a call has trapped: every further one throws {@link KernelTrapError}, and another instance must be used. */
  get isBroken(): boolean {
    return this.#guard.isBroken;
  }

  /** Runs `body` and gives back everything it allocated in the arena, also when it throws. */
  frame<T>(body: (kernel: Kernel) => T): T {
    const mark = this.functions.arenaMark();
    const before = this.#releases;
    this.#releases = [];
    try {
      return body(this);
    } finally {
      for (const release of this.#releases) release();
      this.#releases = before;
      if (!this.isBroken) this.functions.arenaRelease(mark);
    }
  }

  /** To be called when the open frame closes. */
  onRelease(release: () => void): void {
    this.#releases.push(release);
  }

  /** A zeroed block in the open frame. @throws {@link TooLargeError} */
  allocate(bytes: number, what: string): number {
    // A size that does not fit 32 bits would wrap around on its way into the kernel.
    const pointer = bytes < 2 ** 32 ? this.functions.arenaAllocate(bytes) >>> 0 : 0;
    if (pointer === 0) throw new TooLargeError(bytes, this.available, what);
    return pointer;
  }

  /** Bytes that the arena can still give. */
  get available(): number {
    return this.functions.arenaAvailable() >>> 0;
  }

  /** @throws {@link TooLargeError} when `bytes` cannot be had: before anything is allocated or computed. */
  require(bytes: number, what: string): void {
    if (bytes > this.available) throw new TooLargeError(bytes, this.available, what);
  }

  layout(d: number): MatrixLayout {
    const bytes = this.functions.matrixSize(d);
    return { stride: this.functions.rowStride(d), plane: bytes / 16, bytes };
  }

  /** Copies doubles into the open frame. */
  putDoubles(values: ArrayLike<number>, what: string): number {
    const pointer = this.allocate(8 * values.length + 8, what);
    this.doubles.set(values, pointer / 8);
    return pointer;
  }

  /** Copies 32-bit integers into the open frame. */
  putIntegers(values: ArrayLike<number>, what: string): number {
    const pointer = this.allocate(4 * values.length + 4, what);
    this.integers.set(values, pointer / 4);
    return pointer;
  }

  /** Copies a matrix into the open frame. */
  putMatrix(matrix: Elements, what: string): number {
    const pointer = this.allocate(this.layout(matrix.size).bytes, what);
    this.writeMatrix(matrix, pointer);
    return pointer;
  }

  /** Writes a matrix to a block of its size that is all zeros. */
  writeMatrix(matrix: Elements, pointer: number): void {
    const { stride, plane } = this.layout(matrix.size);
    const { doubles } = this;
    const start = pointer / 8;
    matrix.forEachNonzero((row, column, re, im) => {
      const at = start + row * stride + column;
      doubles[at] = re;
      doubles[at + plane] = im;
    });
  }

  /** Reads a matrix out, row-major and interleaved.
   * @throws {@link NonFiniteError} */
  getMatrix(pointer: number, d: number, where: string): Float64Array {
    const { stride, plane } = this.layout(d);
    const { doubles } = this;
    const start = pointer / 8;
    const out = new Float64Array(2 * d * d);
    let to = 0;
    let finite = 0;
    for (let row = 0; row < d; row++) {
      let at = start + row * stride;
      for (let column = 0; column < d; column++, at++) {
        const re = doubles[at]!;
        const im = doubles[at + plane]!;
        out[to++] = re;
        out[to++] = im;
        // Stays 0 as long as all numbers are finite.
        finite += 0 * re + 0 * im;
      }
    }
    if (finite !== 0) throw new NonFiniteError(where, undefined, "the result is not finite");
    return out;
  }
}
