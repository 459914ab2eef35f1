/**
 * Bounds on what a model file may ask for, each far above what a run can use: a typing error or a hostile file is
 * refused before it takes memory.
 * @module
 */

/** Longest YAML text, in characters: its parser takes a second for every few millions. JSON may be longer. */
export const MAX_YAML = 4_000_000;

/** Longest expression, in characters. */
export const MAX_EXPRESSION = 10_000;

/** Deepest nesting of parentheses, calls, signs and powers in one expression; keeps recursion within the stack. */
export const MAX_NESTING = 50;

/** Longest chain of definitions that refer to later ones. */
export const MAX_CHAIN = 20;

/** Deepest nesting of lists and objects in a file. */
export const MAX_FILE_NESTING = 20;

/** Largest dimension of an operator or ket: one density matrix of it takes 256 MiB. */
export const MAX_DIMENSION = 4096;

/** Most nonzero elements that a product of factors may have: the elements are built one by one. */
export const MAX_NONZEROS = 4_194_304;

/** Most output times. */
export const MAX_TIMES = 1_000_000;

/** Most parameters, and most operators, of a model. */
export const MAX_DEFINITIONS = 10_000;

/** Multiplications of matrix elements in all expressions of a model: some seconds. */
export const MAX_WORK = 500_000_000;

/** Characters of all formulas of `compare`, times the output times: some seconds. */
export const MAX_COMPARED = 200_000_000;
