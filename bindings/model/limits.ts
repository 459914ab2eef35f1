/**
 * Bounds on what a model file may ask for, each far above what a run can use: a typing error or a hostile file is
 * refused before it takes memory.
 * @module
 */

/** Longest YAML text, in characters: its parser takes seconds for every million. JSON may be longer. */
export const MAX_YAML = 400_000;

/** Longest JSON text, in characters, and most values in it: more than a matrix of a thousand levels needs. */
export const MAX_JSON = 64_000_000;
export const MAX_VALUES = 4_194_304;

/** Longest expression, in characters. */
export const MAX_EXPRESSION = 10_000;

/** Deepest nesting of parentheses, calls, signs and powers in one expression; keeps recursion within the stack. */
export const MAX_NESTING = 50;

/** Longest chain of definitions that refer to later ones. */
export const MAX_CHAIN = 20;

/** Deepest nesting of lists and objects in a file. */
export const MAX_FILE_NESTING = 20;

/** Most parts that an operator or ket acts on; those of one level count too. */
export const MAX_PARTS = 64;

/** Largest dimension of an operator or ket: one density matrix of it takes 256 MiB. */
export const MAX_DIMENSION = 4096;

/** Most nonzero elements that a product of factors may have: the elements are built one by one. */
export const MAX_NONZEROS = 4_194_304;

/** Most output times. */
export const MAX_TIMES = 1_000_000;

/** Most parameters, and most operators, of a model; most keys of any object of its file, and entries of a list of other things than numbers. */
export const MAX_DEFINITIONS = 10_000;

/** Nonzero elements and rows of all operators and states of a model: 168 MB. */
export const MAX_KEPT = 8_388_608;

/** Multiplications of matrix elements in all expressions of a model, and what its baths take as such: some seconds. */
export const MAX_WORK = 500_000_000;

/** Characters of all formulas of `compare`, times the output times: some seconds. */
export const MAX_COMPARED = 50_000_000;

/** Multiplications that a character of a formula of `compare` takes as long as, at each output time. */
export const COMPARED_WORK = 5;
