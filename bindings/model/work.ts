/**
 * How much arithmetic the expressions of one model may ask for, in multiplications of elements: a few characters can ask for
 * hours of it.
 * @module
 */
import { MAX_WORK } from "./limits.ts";
import { Fault } from "./value.ts";

/** The account of one model. */
export class Work {
  #left = MAX_WORK;

  /** Takes from the account, before the work is done. @throws {@link Fault} when it is empty */
  charge(count: number): void {
    if (count > this.#left) {
      throw new Fault(
        `the expressions of the model take more than ${MAX_WORK.toExponential(0)} multiplications of matrix elements: use smaller or sparser operators, or lower powers`,
      );
    }
    this.#left -= count;
  }
}
