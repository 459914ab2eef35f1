/**
 * The options of the solvers: their meaning, their defaults, and one table that checks them.
 * @module
 */
import { InvalidArgumentError, UnknownOptionError } from "../errors.ts";
import { checkKeys, isNumbers, readNumbers } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import type { HermitianOperator, Operator } from "../operators/operator.ts";
import type { DrivenJumpInput } from "./terms.ts";

/** Operators whose expectation values are wanted, by name. */
export type Observables = Readonly<Record<string, Operator>>;

/** How far a run has come. */
export interface Progress {
  /** The time reached. */
  readonly time: number;
  /** 0 at the first output time, 1 at the last. */
  readonly fraction: number;
  /** Steps taken. */
  readonly steps: number;
}

/** The integrators. */
export type Method = (typeof METHODS)[number];
export const METHODS = ["expm", "faber", "krylov", "magnus", "tsit5", "dop853", "kencarp4", "rk4"] as const;
export const METHOD_WORDS = `"auto" or one of ${METHODS.map((name) => `"${name}"`).join(", ")}`;

/** Pictures of quantum mechanics. */
type Picture = (typeof PICTURES)[number];
const PICTURES = ["schrodinger", "interaction"] as const;
/** Methods whose steps can be taken in the interaction picture. */
const PICTURE_METHODS: readonly string[] = ["tsit5", "dop853", "rk4"];

/** See {@link EvolveOptions.storeStates}. */
export type StoreStates = boolean | "all" | "final" | "none" | ArrayLike<number>;

/** What is known at one output time. */
export interface Point {
  /** The output time. */
  readonly time: number;
  /** Its number among the output times, from 0. */
  readonly index: number;
  /** Expectation values by name: numbers for Hermitian operators. */
  // biome-ignore lint/suspicious/noExplicitAny: by its name a value is a number or a complex one
  readonly expect: Readonly<Record<string, any>>;
  /** The state, made when it is first read. */
  readonly state: HermitianOperator;
}

/** Options common to all ways of evolving a state. */
export interface EvolveOptions {
  /** Operators whose expectation values are wanted, by name. Default: none. Evaluated inside the kernel at every output time. */
  eOps?: Observables | undefined;
  /**
   * `"auto"` (default) chooses by structure, size, spectrum and output times, and says so in `stats.reasons`.
   * `"faber"`: series of Faber polynomials on an ellipse around the spectrum. `"krylov"`: Arnoldi spaces
   * of adaptive dimension and step. `"expm"`: the propagator as a matrix (small systems). `"magnus"`: the commutator-free Magnus method of
   * order 4 in Krylov spaces, for generators that depend on time: its steps follow how fast they change, not how large they are.
   * `"tsit5"`: Tsitouras 5(4), `"dop853"`: Dormand and Prince 8(5,3), both adaptive. `"kencarp4"`: Kennedy and
   * Carpenter's implicit method of order 4(3), L-stable: for stiff problems; its steps follow what changes, not the fastest rate. `"rk4"`: the classical Runge-Kutta method with the fixed step `dt`; `auto` takes it when
   * `dt` is given.
   */
  method?: "auto" | Method | undefined;
  /**
   * Adaptive methods: the estimated local error of every step, in Frobenius norm, is kept below `atol + rtol·‖rho‖`. (Where only
   * one triangle of rho is computed, in a norm that counts diagonals up to twice: below `atol + sqrt(2)·rtol·‖rho‖`.)
   * Defaults: rtol 1e-6, atol 1e-8.
   */
  rtol?: number | undefined;
  /** Absolute tolerance, in units of the state; 1e-8 when left out. */
  atol?: number | undefined;
  /**
   * `"interaction"`: Runge-Kutta methods take out the diagonal of H exactly, by phases. For a diagonal that spreads much further than the rest
   * couples (Kerr, detuned, dispersive systems) steps become several times longer. Results are those of the Schrödinger picture.
   * Default: `method: "auto"` decides, any other method works in `"schrodinger"`.
   */
  picture?: Picture | undefined;
  /** Steps (accepted and rejected) after which the run is given up. Default 1 000 000. */
  maxSteps?: number | undefined;
  /** Adaptive methods: no step is longer than this (to rounding of the time), in units of time. Default: no bound. */
  maxStep?: number | undefined;
  /** `"rk4"`: the step, in units of time. Each interval between output times is divided evenly into steps no longer than this. */
  dt?: number | undefined;
  /**
   * Default true: `rho0` must be a density matrix. false: any operator is evolved, for the equation is linear; expectation values
   * Tr[O X] are then complex unless X is Hermitian.
   */
  checkState?: boolean | undefined;
  /**
   * Which states to keep: those of all output times (`"all"`, true), the final one (`"final"`, false; the default), none, or those at the times
   * given here, which need not be output times.
   */
  storeStates?: StoreStates | undefined;
  /**
   * Ends the run early, at the first output time at which this says so: a predicate on time, expectation values and state (anything but a boolean
   * is an error), or `{ steady: tol }`
   * for ‖d(rho)/dt‖ <= tol·‖rho‖ (Frobenius; constant generators). The solution then ends there, and says so in `stopped`.
   */
  until?:
    | ((point: Point) => boolean)
    | {
        /** How slow is steady, in inverse units of time: a number > 0. */
        readonly steady: number;
      }
    | undefined;
  /**
   * Stops the run: its reason is thrown. Looked at before the run and after every call of `onProgress` but the last; the call
   * is synchronous, so nothing else can abort it in between.
   */
  signal?: AbortSignal | undefined;
  /** Called about ten times a second while the run goes on, and once at its end. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of {@link mesolve}. */
export interface MesolveOptions extends EvolveOptions {
  /**
   * Jump operators: L itself, the root of its rate inside, or `{ op, rate }` for sqrt(rate)·op, rates in inverse units of time; of either kind
   * with functions of time too. Default: none, a closed system.
   */
  cOps?: readonly (Jump | DrivenJumpInput)[] | undefined;
  /** The second argument of coefficients that are functions, `(t, args) => …`. */
  args?: unknown;
  /**
   * Rates that depend on time may be negative: the equation is then no longer of Lindblad's form, and states may lose their positivity.
   * Default false.
   */
  negativeRates?: boolean | undefined;
}

/** An object whose own keys are what it holds: not a Map, not an operator. */
function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
}

const positive = (value: unknown) => typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY;

type Check = readonly [test: (value: unknown) => boolean, expected: string];

/** One row an option: what it accepts. */
const CHECKS: Record<keyof MesolveOptions, Check> = {
  cOps: [Array.isArray, "an array of jump operators"],
  eOps: [isRecord, "an object of operators by name"],
  method: [(value) => value === "auto" || METHODS.includes(value as Method), METHOD_WORDS],
  rtol: [
    (value) => typeof value === "number" && value >= 1e-15 && value < 1,
    "a number from 1e-15 (rounding) to below 1",
  ],
  atol: [(value) => value === 0 || positive(value), "a finite number >= 0"],
  maxSteps: [(value) => Number.isSafeInteger(value) && (value as number) > 0, "a positive integer"],
  maxStep: [positive, "a finite number > 0"],
  dt: [positive, "a finite number > 0"],
  picture: [(value) => PICTURES.includes(value as Picture), `one of ${PICTURES.map((name) => `"${name}"`).join(", ")}`],
  storeStates: [
    (value) => typeof value === "boolean" || ["all", "final", "none"].includes(value as string) || isNumbers(value),
    'true, false, "all", "final", "none", or an array of times',
  ],
  until: [
    (value) =>
      typeof value === "function" ||
      (isRecord(value) &&
        Object.keys(value as object).every((key) => key === "steady") &&
        positive((value as { steady: unknown }).steady)),
    "a function of a point, or { steady: a number > 0 }",
  ],
  checkState: [(value) => typeof value === "boolean", "true or false"],
  args: [() => true, "anything"],
  negativeRates: [(value) => typeof value === "boolean", "true or false"],
  signal: [
    (value) => typeof value === "object" && value !== null && "aborted" in value && "throwIfAborted" in value,
    "an AbortSignal",
  ],
  onProgress: [(value) => typeof value === "function", "a function"],
};

/** The names of all options. */
export const OPTION_NAMES = /* @__PURE__ */ Object.keys(CHECKS) as (keyof MesolveOptions)[];

/** Options after defaults. */
export interface ResolvedOptions extends Omit<MesolveOptions, "picture" | "storeStates"> {
  readonly method: "auto" | Method;
  readonly picture: Picture | "auto";
  readonly rtol: number;
  readonly atol: number;
  readonly maxSteps: number;
  /** Whether the kernel keeps the state of every output. */
  readonly storeStates: boolean;
  /** Times whose states are asked for, besides. */
  readonly stateTimes: Float64Array | undefined;
  readonly keepFinal: boolean;
  readonly checkState: boolean;
}

/** Checks options and fills in defaults.
 * @param allowed names that the calling function knows
 * @throws {@link UnknownOptionError}, {@link InvalidArgumentError} */
export function resolveOptions(
  options: MesolveOptions,
  where: string,
  allowed: readonly (keyof MesolveOptions)[] = OPTION_NAMES,
): ResolvedOptions {
  checkKeys(options, allowed, where);
  for (const [name, value] of Object.entries(options)) {
    const [test, expected] = CHECKS[name as keyof MesolveOptions];
    if (value !== undefined && !test(value)) throw new InvalidArgumentError(`${where}: ${name}`, value, expected);
  }
  const { dt, maxStep, method = "auto", picture, storeStates } = options;
  const auto = method === "auto";
  if (picture === "interaction" && !auto && !PICTURE_METHODS.includes(method)) {
    throw new InvalidArgumentError(`${where}: picture`, picture, `"schrodinger" with method "${method}"`);
  }
  if (method === "rk4" && dt === undefined) {
    throw new InvalidArgumentError(`${where}: dt`, dt, 'a step, because method "rk4" has a fixed one');
  }
  if (method !== "rk4" && method !== "auto" && dt !== undefined) {
    throw new InvalidArgumentError(`${where}: dt`, dt, `no dt with method "${method}"; maxStep bounds its steps`);
  }
  if (dt !== undefined && maxStep !== undefined) {
    throw new InvalidArgumentError(`${where}: maxStep`, maxStep, 'no maxStep with method "rk4"; dt is its step');
  }
  // One by one: objects of one shape are read faster everywhere.
  return {
    cOps: options.cOps,
    eOps: options.eOps,
    maxStep,
    dt,
    until: options.until,
    signal: options.signal,
    onProgress: options.onProgress,
    args: options.args,
    negativeRates: options.negativeRates,
    method,
    picture: picture ?? (auto && dt === undefined ? "auto" : "schrodinger"),
    rtol: options.rtol ?? 1e-6,
    atol: options.atol ?? 1e-8,
    maxSteps: options.maxSteps ?? 1_000_000,
    storeStates: storeStates === true || storeStates === "all",
    stateTimes:
      typeof storeStates === "object" ? readNumbers(storeStates, `${where}: storeStates`, "times") : undefined,
    keepFinal: storeStates !== "none",
    checkState: options.checkState ?? true,
  };
}

/** Whether another method may take over: not when the method, or the picture it works in, was asked for. */
export function mayHandOver({ method, picture, dt }: ResolvedOptions): boolean {
  return method === "auto" && dt === undefined && picture === "auto";
}
