/**
 * {@link Ket}: an immutable state vector.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { checkDims, checkFinite, checkNumbers, checkSameDims, product } from "./checks.ts";
import { type Scalar, toComplex } from "./complex.ts";

/** @throws {@link InvalidArgumentError} unless `ket` is a ket. */
export function checkKet(ket: Ket, where: string): void {
  if (!(ket instanceof Ket)) throw new InvalidArgumentError(where, ket, "a Ket");
}

/** A state vector |psi> on the space of dimensions `dims` (the first factor is the slow index). */
export class Ket {
  /** Dimensions of the parts, e.g. `[2, 3]` for qubit ⊗ qutrit. */
  readonly dims: readonly number[];
  /** Dimension of the whole space, the product of `dims`. */
  readonly size: number;
  readonly #data: Float64Array;

  /** Whether `value` is a ket indeed: not a proxy of one, or an object that has its prototype alone. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && #data in value;
  }

  /**
   * @param dims dimensions of the parts, or one number
   * @param data amplitudes, re and im interleaved: 2·d numbers; copied
   * @throws {@link DimensionMismatchError} for another number of amplitudes; {@link NonFiniteError}; {@link InvalidArgumentError} for dims that are none
   */
  constructor(dims: readonly number[] | number, data: ArrayLike<number>) {
    const parts = checkDims(dims, "Ket: dims");
    const size = product(parts);
    if (data?.length !== 2 * size) {
      throw new DimensionMismatchError("Ket: data", `${2 * size} numbers for dims [${parts}]`, `${data?.length}`);
    }
    this.dims = Object.freeze(parts);
    this.size = size;
    checkNumbers(data, "Ket: data");
    this.#data = Float64Array.from(data);
    checkFinite(this.#data, "Ket: data");
    Object.freeze(this);
  }

  /** The amplitudes, re and im interleaved; a copy. */
  toArray(): Float64Array {
    return this.#data.slice();
  }

  /** sqrt(<psi|psi>) */
  norm(): number {
    // Relative to the largest number, so that no square over- or underflows.
    const largest = this.#data.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    if (largest === 0) return 0;
    return largest * Math.sqrt(this.#data.reduce((sum, x) => sum + (x / largest) ** 2, 0));
  }

  /** |psi>/‖psi‖. @throws {@link InvalidArgumentError} for the zero vector. */
  unit(): Ket {
    const norm = this.norm();
    if (norm === 0) throw new InvalidArgumentError("Ket.unit", norm, "a vector that is not zero");
    return new Ket(
      this.dims,
      this.#data.map((x) => x / norm),
    );
  }

  /** Real and imaginary parts, as `JSON.stringify` writes them. */
  toJSON(): {
    /** Dimensions of the factors. */
    dims: number[];
    /** Real parts of the amplitudes. */
    re: number[];
    /** Imaginary parts. */
    im: number[];
  } {
    const part = (offset: number) =>
      Array.from({ length: this.#data.length / 2 }, (_, k) => this.#data[2 * k + offset]!);
    return { dims: [...this.dims], re: part(0), im: part(1) };
  }

  /** c·|psi> for a real or complex c. @throws {@link InvalidArgumentError}, {@link NonFiniteError} */
  scale(factor: Scalar): Ket {
    const { re, im } = toComplex(factor, "Ket.scale: factor");
    const data = this.#data.slice();
    for (let k = 0; k < data.length; k += 2) {
      const [x, y] = [data[k]!, data[k + 1]!];
      data[k] = re * x - im * y;
      data[k + 1] = re * y + im * x;
    }
    return new Ket(this.dims, data);
  }

  /** |psi> + |phi>. @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
  add(other: Ket): Ket {
    checkKet(other, "Ket.add");
    checkSameDims(this.dims, other.dims, "Ket.add");
    const data = other.toArray();
    return new Ket(
      this.dims,
      this.#data.map((x, k) => x + data[k]!),
    );
  }

  /** |psi> ⊗ |phi>, psi the slow index; `dims` are joined. @throws {@link InvalidArgumentError} */
  kron(other: Ket): Ket {
    checkKet(other, "Ket.kron");
    checkDims([...this.dims, ...other.dims], "Ket.kron: dims");
    const b = other.#data;
    const data = new Float64Array((this.#data.length * b.length) / 2);
    let at = 0;
    for (let i = 0; i < this.#data.length; i += 2) {
      const [x, y] = [this.#data[i]!, this.#data[i + 1]!];
      for (let k = 0; k < b.length; k += 2) {
        data[at++] = x * b[k]! - y * b[k + 1]!;
        data[at++] = x * b[k + 1]! + y * b[k]!;
      }
    }
    return new Ket([...this.dims, ...other.dims], data);
  }
}

/** The ket of unit length on the same ray whose largest amplitude is positive: of those that are equal but for rounding, the first. */
export function withPositiveAmplitude(ket: Ket): Ket {
  const x = ket.toArray();
  let largest = 0;
  const size = (i: number) => Math.hypot(x[2 * i]!, x[2 * i + 1]!);
  for (let i = 1; i < ket.size; i++) if (size(i) > 1.000001 * size(largest)) largest = i;
  const norm = size(largest);
  return ket.scale({ re: x[2 * largest]! / norm, im: -x[2 * largest + 1]! / norm }).unit();
}
