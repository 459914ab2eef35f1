/**
 * Shifted equations with a Hessenberg matrix that grows.
 * @module
 */

/**
 * tᵀ (i w - H)⁻¹ e_1 of a Hessenberg matrix, for every leading part of it as columns are added. Rotations make i w - H triangular, R (Golub and Van
 * Loan, Matrix Computations, section 5.2.5); z with Rᵀ z = t comes from the same columns, so that R need not be kept.
 */
export class ShiftedHessenberg {
  readonly #w: number;
  #size = 0;
  /** Of the rotations. Sines are complex, re and im interleaved. */
  #cosines = new Float64Array(16);
  #sines = new Float64Array(32);
  #z = new Float64Array(32);
  /** The last column, which is rotated with the row below it once there is one: its diagonal, the element below, and z times the diagonal. */
  #re = 0;
  #im = 0;
  #below = 0;
  #zRe = 0;
  #zIm = 0;
  /** The element of the rotated e_1 in the last row, and the sum of z and that over the rows above. */
  #gRe = 1;
  #gIm = 0;
  #sumRe = 0;
  #sumIm = 0;

  constructor(w: number) {
    this.#w = w;
  }

  /** @param column of H, from the top down to the element below the diagonal @param t re and im of the element of t */
  add(column: Float64Array, tRe: number, tIm: number): void {
    if (this.#size > 0) this.#rotateLast();
    const j = this.#size++;
    if (j === this.#cosines.length) this.#grow();
    const cosines = this.#cosines;
    const sines = this.#sines;
    const z = this.#z;
    const w = this.#w;
    // No array is made in this loop, and the element that two rotations share stays in a register: it takes all the time.
    let p = -column[0]!;
    let q = j === 0 ? w : 0;
    let zRe = tRe;
    let zIm = tIm;
    for (let i = 0; i < j; i++) {
      const c = cosines[i]!;
      const a = sines[2 * i]!;
      const b = sines[2 * i + 1]!;
      const u = -column[i + 1]!;
      const v = i + 1 === j ? w : 0;
      const re = c * p + a * u - b * v;
      const im = c * q + a * v + b * u;
      const x = z[2 * i]!;
      const y = z[2 * i + 1]!;
      zRe -= x * re - y * im;
      zIm -= x * im + y * re;
      const next = c * u - a * p - b * q;
      q = c * v - a * q + b * p;
      p = next;
    }
    this.#re = p;
    this.#im = q;
    this.#below = -(column[j + 1] ?? 0);
    this.#zRe = zRe;
    this.#zIm = zIm;
  }

  /** re and im, for the columns that were added; not a number where that part of i w - H is singular. */
  get value(): [number, number] {
    return this.#plus(this.#re, this.#im, this.#gRe, this.#gIm);
  }

  /** What is left of (i w - H) y = e_1 once H goes on: the element below the last column times the last one of y. */
  get residual(): number {
    return (Math.abs(this.#below) * Math.hypot(this.#gRe, this.#gIm)) / Math.hypot(this.#re, this.#im);
  }

  /** The sum with the last row. */
  #plus(re: number, im: number, gRe: number, gIm: number): [number, number] {
    const square = re * re + im * im;
    const zRe = (this.#zRe * re + this.#zIm * im) / square;
    const zIm = (this.#zIm * re - this.#zRe * im) / square;
    return [this.#sumRe + zRe * gRe - zIm * gIm, this.#sumIm + zRe * gIm + zIm * gRe];
  }

  /** x_j, x_(j+1) = c x_j + s x_(j+1), -conj(s) x_j + c x_(j+1) with the row that is there now. */
  #rotateLast(): void {
    const j = this.#size - 1;
    const head = Math.hypot(this.#re, this.#im);
    const length = Math.hypot(head, this.#below);
    // Of a zero column nothing is to be rotated.
    const c = length > 0 ? head / length : 1;
    const unit = head > 0 ? this.#below / (head * length) : 0;
    const a = head > 0 ? this.#re * unit : length > 0 ? Math.sign(this.#below) : 0;
    const b = head > 0 ? this.#im * unit : 0;
    this.#cosines[j] = c;
    this.#sines[2 * j] = a;
    this.#sines[2 * j + 1] = b;
    const re = c * this.#re + a * this.#below;
    const im = c * this.#im + b * this.#below;
    const square = re * re + im * im;
    this.#z[2 * j] = (this.#zRe * re + this.#zIm * im) / square;
    this.#z[2 * j + 1] = (this.#zIm * re - this.#zRe * im) / square;
    [this.#sumRe, this.#sumIm] = this.#plus(re, im, c * this.#gRe, c * this.#gIm);
    [this.#gRe, this.#gIm] = [-a * this.#gRe - b * this.#gIm, -a * this.#gIm + b * this.#gRe];
  }

  #grow(): void {
    const longer = (x: Float64Array) => {
      const out = new Float64Array(2 * x.length);
      out.set(x);
      return out;
    };
    this.#cosines = longer(this.#cosines);
    this.#sines = longer(this.#sines);
    this.#z = longer(this.#z);
  }
}
