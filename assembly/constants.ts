/**
 * Numbers that the kernel and the host must agree on. Compiled by AssemblyScript into the kernel and by TypeScript into
 * the bindings: plain constants only.
 */

/** How an operator that multiplies from the left is stored; a dense one that is real, or i times real, takes half the work. */
export const LEFT_DENSE = 0;
export const LEFT_CSR = 1;
export const LEFT_DENSE_REAL = 2;
export const LEFT_DENSE_IMAGINARY = 3;

/** Integrators, as indices into the kernel's list of names. */
export const METHOD_RK4 = 0;
export const METHOD_TSIT5 = 1;

/** What an evolution returns each time it hands control back. */
export const STATUS_RUNNING = 0;
export const STATUS_DONE = 1;
export const STATUS_STEP_LIMIT = 2;
export const STATUS_NON_FINITE = 3;
export const STATUS_STEP_UNDERFLOW = 4;

/** Order of the numbers returned by `evolutionStatistics`. */
export const STATISTIC_TIME = 0;
export const STATISTIC_STEP = 1;
export const STATISTIC_STEPS = 2;
export const STATISTIC_REJECTED = 3;
export const STATISTIC_RHS_EVALUATIONS = 4;
export const STATISTIC_SPECTRAL_RADIUS = 5;
export const STATISTIC_STIFFNESS = 6;
export const STATISTIC_COUNT = 7;
