/**
 * {@link Coefficient}: a function of time that multiplies an operator.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { type Complex, type Scalar, toComplex } from "../operators/complex.ts";
import { constant, isConstant, product, type RealFunction, sum } from "./real.ts";

const ZERO = /* @__PURE__ */ constant(0);

/** What a coefficient is made of, as data: what {@link Coefficient.toJSON} gives and {@link coefficientFrom} takes. */
export type Recipe =
  | {
      /** re + i im at all times. */
      readonly kind: "constant";
      /** The real part. */
      readonly re: number;
      /** The imaginary part. */
      readonly im: number;
    }
  | {
      /** One of {@link pulse}. */
      readonly kind: "pulse";
      /** Which of them. */
      readonly name: string;
      /** Its parameters by name. */
      readonly parameters: Readonly<Record<string, number>>;
    }
  | {
      /** A table: {@link samples} or {@link piecewise}. */
      readonly kind: "samples" | "piecewise";
      /** Times, strictly increasing; of `"piecewise"` those at which each value begins. */
      readonly times: readonly number[];
      /** Values: real, or real and imaginary parts. */
      readonly values:
        | readonly number[]
        | {
            /** Real parts. */
            readonly re: readonly number[];
            /** Imaginary parts. */
            readonly im: readonly number[];
          };
      /** Of `"samples"`: the order of the spline. */
      readonly order?: 0 | 1 | 2 | 3;
    }
  | {
      /** Of two coefficients. */
      readonly kind: "sum" | "product";
      /** The two. */
      readonly of: readonly [Recipe, Recipe];
    }
  | {
      /** The complex conjugate of a coefficient. */
      readonly kind: "conjugate";
      /** That coefficient. */
      readonly of: Recipe;
    };

/** What stands for a coefficient in sums and products. */
export type CoefficientLike = Coefficient | Scalar;

/**
 * A complex function of time that the kernel evaluates itself; it knows where it jumps, where it is zero and how fast it
 * changes, so that no step passes over any of it. Made by {@link pulse}, {@link samples}, {@link piecewise} and {@link callable}; sums and
 * products of coefficients are coefficients. Never changes.
 * @example
 * const drive = pulse.gaussian({ center: 5, sigma: 1.5 }).mul(pulse.cosine({ omega: 1.1 }));
 * mesolve([H0, [H1, drive]], rho0, tlist);
 */
export class Coefficient {
  /** Real and imaginary part. @internal */
  readonly re: RealFunction;
  /** @internal */
  readonly im: RealFunction;
  /** What cannot be promised of it. @internal */
  readonly warnings: readonly string[];

  readonly #recipe: Recipe | undefined;
  readonly #bind: ((args: unknown) => Coefficient) | undefined;

  /**
   * @internal
   * @param recipe what it is made of; undefined for a function of the caller's, which is not data
   * @param bind the same for a solver's option `args`, where a function in it waits for them
   */
  constructor(
    recipe: Recipe | undefined,
    re: RealFunction,
    im: RealFunction = ZERO,
    warnings: readonly string[] = [],
    bind?: (args: unknown) => Coefficient,
  ) {
    this.#recipe = recipe;
    this.#bind = bind;
    this.re = re;
    this.im = im;
    this.warnings = warnings;
    Object.freeze(this);
  }

  /**
   * A coefficient that is the same at all times.
   * @throws {@link InvalidArgumentError} unless it is a finite number, real or `{ re, im }`
   */
  static constant(value: Scalar): Coefficient {
    const { re, im } = toComplex(value, "Coefficient.constant");
    if (!Number.isFinite(re) || !Number.isFinite(im))
      throw new InvalidArgumentError("Coefficient.constant", value, "a finite number");
    return new Coefficient({ kind: "constant", re, im }, constant(re), constant(im));
  }

  /**
   * What it is made of, as data: {@link coefficientFrom} makes it again. Undefined when a function of the caller's is in it, which is no
   * data.
   */
  toJSON(): Recipe | undefined {
    return this.#recipe;
  }

  /** Whether it is real at all times. */
  get isReal(): boolean {
    return isConstant(this.im) && this.im.at(0) === 0;
  }

  /** Whether it is the same at all times. */
  get isConstant(): boolean {
    return isConstant(this.re) && isConstant(this.im);
  }

  /** Its value at a time; where it jumps, that from there on. Samples go on as their first and last piece outside their times, where no
   * solver runs. @throws {@link InvalidArgumentError} unless t is a number */
  at(t: number): Complex {
    if (typeof t !== "number") throw new InvalidArgumentError("Coefficient.at", t, "a time");
    return { re: this.re.at(t), im: this.im.at(t) };
  }

  /** This plus another, or plus a number. @throws {@link InvalidArgumentError} */
  add(other: CoefficientLike): Coefficient {
    const b = asCoefficient(other, "Coefficient.add");
    return new Coefficient(
      recipeOf("sum", this, b),
      sum(this.re, b.re),
      sum(this.im, b.im),
      joined(this, b),
      bound([this, b], (args) => this.withArgs(args).add(b.withArgs(args))),
    );
  }

  /** This times another, or times a number. @throws {@link InvalidArgumentError} */
  mul(other: CoefficientLike): Coefficient {
    const b = asCoefficient(other, "Coefficient.mul");
    const minus = constant(-1);
    return new Coefficient(
      recipeOf("product", this, b),
      sum(product(this.re, b.re), product(minus, product(this.im, b.im))),
      sum(product(this.re, b.im), product(this.im, b.re)),
      joined(this, b),
      bound([this, b], (args) => this.withArgs(args).mul(b.withArgs(args))),
    );
  }

  /** The complex conjugate, a coefficient likewise. */
  conj(): Coefficient {
    const recipe = this.#recipe && { kind: "conjugate" as const, of: this.#recipe };
    const bind = bound([this], (args) => this.withArgs(args).conj());
    return new Coefficient(recipe, this.re, product(constant(-1), this.im), this.warnings, bind);
  }

  /** Whether a function in it waits for a solver's option `args`. @internal */
  get waits(): boolean {
    return this.#bind !== undefined;
  }

  /** The same with a solver's option `args` for the functions in it that were given none of their own. @internal */
  withArgs(args: unknown): Coefficient {
    return args === undefined || this.#bind === undefined ? this : this.#bind(args);
  }
}

/** @throws {@link InvalidArgumentError} unless it is a coefficient or a number */
export function asCoefficient(value: CoefficientLike, where: string): Coefficient {
  if (value instanceof Coefficient) return value;
  const { re, im } = toComplex(value, where);
  if (!Number.isFinite(re) || !Number.isFinite(im)) throw new InvalidArgumentError(where, value, "a finite number");
  return Coefficient.constant({ re, im });
}

function bound(of: readonly Coefficient[], bind: (args: unknown) => Coefficient) {
  return of.some(({ waits }) => waits) ? bind : undefined;
}

function recipeOf(kind: "sum" | "product", a: Coefficient, b: Coefficient): Recipe | undefined {
  const of = [a.toJSON(), b.toJSON()] as const;
  return of[0] && of[1] && { kind, of: [of[0], of[1]] };
}

function joined(a: Coefficient, b: Coefficient): readonly string[] {
  return [...new Set([...a.warnings, ...b.warnings])];
}
