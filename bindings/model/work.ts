/**
 * How much arithmetic the expressions of one model may ask for, in multiplications of elements: a few characters can ask for
 * hours of it.
 * @module
 */
import { MAX_KEPT, MAX_WORK } from "./limits.ts";
import { Fault } from "./value.ts";

/** The account of one model. */
export class Work {
  readonly #most: number;
  #left: number;
  #room = MAX_KEPT;

  /** @param most what the model may ask for */
  constructor(most = MAX_WORK) {
    this.#most = most;
    this.#left = most;
  }

  /** Takes from the account, before the work is done. @throws {@link Fault} when it is empty */
  charge(count: number): void {
    if (count > this.#left) {
      throw new Fault(
        `the expressions and baths of the model take more than ${this.#most.toExponential(0)} multiplications of matrix elements: use smaller or sparser operators, lower powers, or jumps of your own for a large bath`,
      );
    }
    this.#left -= count;
  }

  /** Takes from the memory that operators and states may have. @throws {@link Fault} when there is too little left */
  keep(elements: number): void {
    if (elements > this.#room) {
      throw new Fault(
        `the operators of the model have more than ${MAX_KEPT} nonzero elements and rows: use fewer or sparser ones`,
      );
    }
    this.#room -= elements;
  }
}
