/**
 * Numbers that the kernel and the host must agree on. Compiled by AssemblyScript into the kernel and by TypeScript into
 * the bindings: plain constants only.
 */

/** How an operator that multiplies from the left is stored; a dense one that is real, or i times real, takes half the work. */
export const LEFT_DENSE = 0;
export const LEFT_CSR = 1;
export const LEFT_DENSE_REAL = 2;
export const LEFT_DENSE_IMAGINARY = 3;

/** Forms of a superoperator. */
export const FORM_MATRIX = 0;
export const FORM_COORDINATES = 1;
export const FORM_TRIANGLE = 2;

/**
 * What functionals are of a state vector x: Tr[O X] of X = P + iQ in one copy or two; sums over all copies as they lie; sums of products of two
 * elements, <psi|O|psi>.
 */
export const FUNCTIONALS_HERMITIAN = 0;
export const FUNCTIONALS_LINEAR = 1;
export const FUNCTIONALS_QUADRATIC = 2;

/** States within one step that a Faber series forms at most. */
export const FABER_STATES = 16;

/**
 * First pass of a superoperator on a triangle: the diagonal of G; with purely imaginary couplings next to it; with real jumps of shift 1
 * (lower), -1 (raise) and of any shift (other).
 */
export const LEAD_DIAGONAL = 0;
export const LEAD_COUPLED = 1;
export const LEAD_LOWER = 2;
export const LEAD_LOWER_RAISE = 3;
export const LEAD_LOWER_OTHER = 4;
export const LEAD_OTHER = 5;

/** Further terms: a jump, a pair of couplings to both sides; their coefficients. */
export const TERM_JUMP_REAL = 0;
export const TERM_JUMP_COMPLEX = 1;
export const TERM_PAIR_REAL = 2;
export const TERM_PAIR_IMAGINARY = 3;
export const TERM_PAIR_COMPLEX = 4;

/** Integrators, as indices into the kernel's list of names. */
export const METHOD_RK4 = 0;
export const METHOD_TSIT5 = 1;
export const METHOD_FABER = 2;
export const METHOD_EXPM = 3;
export const METHOD_DOP853 = 4;
export const METHOD_KENCARP4 = 5;
export const METHOD_KRYLOV = 6;
export const METHOD_MAGNUS = 7;
/** Kets between jumps: propagators of intervals that double. */
export const METHOD_DYADIC = 8;
export const METHOD_COUNT = 9;

/** Trajectories that go side by side. */
export const LANES = 8;

/** Doubles of a superoperator in coordinates up to which implicit methods factor it. */
export const DIRECT_LIMIT = 608;

/**
 * Two intervals between output times have one propagator when they differ by no more than `INTERVAL_ROUNDING` times the larger of the times
 * (those of a uniform grid are rounded), and by no more than `INTERVAL_SHARE` over the norm of the generator: what is left is then
 * made good by a few terms of a series.
 */
export const INTERVAL_ROUNDING = 4 * 2.220446049250313e-16;
export const INTERVAL_SHARE = 1e-4;
/** Propagators that are kept at once, of as many coordinates at most; of more of them the last one. */
export const PROPAGATORS = 16;
export const PROPAGATORS_LENGTH = 256;

/** What an evolution returns each time it hands control back. */
export const STATUS_RUNNING = 0;
export const STATUS_DONE = 1;
export const STATUS_STEP_LIMIT = 2;
export const STATUS_NON_FINITE = 3;
export const STATUS_STEP_UNDERFLOW = 4;
/** The method cannot go on from here: another one must. */
export const STATUS_METHOD_FAILED = 5;
/** Weight leaves the levels that are kept: the state is still that of the time reached. */
export const STATUS_LEAK = 6;
/** The square of the norm has reached the threshold: the state is that of the time at which it did. */
export const STATUS_CROSSED = 7;
/** No more jumps can be recorded before the host has taken those that are. */
export const STATUS_RECORDS_FULL = 8;

/** Steps of a continuous measurement: strong order 1/2, 1 and 3/2. */
export const SCHEME_EULER = 0;
export const SCHEME_MILSTEIN = 1;
export const SCHEME_TAYLOR = 2;
export const SCHEME_ROUCHON = 3;
/** What a measurement follows: a record; a noise. */
export const REPLAY_RECORD = 1;
export const REPLAY_NOISE = 2;

/** Order of the numbers returned by `evolutionStatistics`. */
export const STATISTIC_TIME = 0;
export const STATISTIC_STEP = 1;
export const STATISTIC_STEPS = 2;
export const STATISTIC_REJECTED = 3;
export const STATISTIC_RHS_EVALUATIONS = 4;
export const STATISTIC_SPECTRAL_RADIUS = 5;
export const STATISTIC_STIFFNESS = 6;
/** Output times written. */
export const STATISTIC_OUTPUTS = 7;
/** By how much rounding may have moved modes that neither decay nor are restored, relative to the state. */
export const STATISTIC_ROUNDING = 8;
export const STATISTIC_COUNT = 9;

/** What an entry of a coefficient's table computes: functions of time, and of entries before it. */
export const COEFFICIENT_CONSTANT = 0;
export const COEFFICIENT_SINE = 1;
export const COEFFICIENT_CHIRP = 2;
export const COEFFICIENT_EXPONENTIAL = 3;
export const COEFFICIENT_GAUSSIAN = 4;
export const COEFFICIENT_BOX = 5;
export const COEFFICIENT_RAMP = 6;
export const COEFFICIENT_SQUARE = 7;
export const COEFFICIENT_SPLINE = 8;
export const COEFFICIENT_CALLABLE = 9;
export const COEFFICIENT_SUM = 10;
export const COEFFICIENT_PRODUCT = 11;
export const COEFFICIENT_ROOT = 12;
export const COEFFICIENT_COSINE = 13;
/** Doubles of such an entry: kind, two operands, four parameters, the address of a table. */
export const COEFFICIENT_WIDTH = 8;

/** Energetics of two parts: numbers of a row of results, fixed ones and those of every bath; where no functional stands. */
export const ENERGETICS_FIXED = 13;
export const ENERGETICS_PER_BATH = 4;
export const NO_FUNCTIONAL = -1;

/** What eigenvalues of states tell: numbers of a row of results, besides one a bath. */
export const SPECTRAL_FIXED = 9;
/** Which of them are wanted, added up: S; entropy flows and entropy-based heat; S_A and S_B; purity and ‖chi‖; negativity; commutators. */
export const SPECTRAL_STATE = 1;
export const SPECTRAL_FLOWS = 2;
export const SPECTRAL_REDUCED = 4;
export const SPECTRAL_ELEMENTS = 8;
export const SPECTRAL_TRANSPOSE = 16;
export const SPECTRAL_CONDITIONS = 32;
export const SPECTRAL_ALL = 63;

/** Functions on phase space. */
export const PHASE_SPACE_WIGNER = 0;
export const PHASE_SPACE_HUSIMI = 1;

/** Small systems that evolve side by side, and by which method: the kernel's choice of the next two, or one of them. */
export const BATCH_LANES = 4;
export const BATCH_AUTO = 0;
export const BATCH_SERIES = 1;
export const BATCH_PROPAGATOR = 2;
export const BATCH_CLASSICAL = 3;
export const BATCH_ADAPTIVE = 4;
