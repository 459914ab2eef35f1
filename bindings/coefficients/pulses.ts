/**
 * Analytic coefficients.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { Coefficient, type Recipe } from "./coefficient.ts";
import { box, chirp, constant, cosine, exponential, gaussian, product, ramp, sine, square, sum } from "./real.ts";

type Numbers = Readonly<Record<string, number | undefined>>;

/** Parameters with their defaults (undefined: none, must be given), all of them finite. */
function read<D extends Numbers>(name: string, given: Numbers, defaults: D): { [K in keyof D]: number } {
  const where = `pulse.${name}`;
  const valid = Object.keys(defaults);
  if (typeof given !== "object" || given === null) {
    throw new InvalidArgumentError(where, given, `an object with ${valid.join(", ")}`);
  }
  for (const key of Object.keys(given)) {
    if (!valid.includes(key))
      throw new InvalidArgumentError(`${where}: ${key}`, given[key], `one of ${valid.join(", ")}`);
  }
  const entries = valid.map((key) => {
    const value = given[key] ?? defaults[key];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new InvalidArgumentError(`${where}: ${key}`, value, "a finite number");
    }
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function recipeOf(name: string, parameters: Readonly<Record<string, number>>): Recipe {
  return { kind: "pulse", name, parameters };
}

function demand(isRight: boolean, where: string, value: number, expected: string): void {
  if (!isRight) throw new InvalidArgumentError(where, value, expected);
}

/**
 * Pulses and oscillations. Times and angular frequencies are in the units of the run (hbar = 1: frequencies are energies). Multiply by a number
 * for an amplitude. All throw {@link InvalidArgumentError} for a parameter that is unknown, missing or not finite.
 */
export const pulse = {
  /** exp(-½ ((t - center)/sigma)²). More than 8.6 sigma from its middle, where it is below 1e-16, a method may step over it: amplitudes are meant to be ordinary ones. */
  gaussian(parameters: { center: number; sigma: number }): Coefficient {
    const { center, sigma } = read("gaussian", parameters, { center: undefined, sigma: undefined });
    const recipe = recipeOf("gaussian", { center, sigma });
    demand(sigma > 0, "pulse.gaussian: sigma", sigma, "a number > 0");
    return new Coefficient(recipe, gaussian(center, sigma));
  },

  /** sin(omega·t + phase); phase 0 by default. */
  sine(parameters: { omega: number; phase?: number }): Coefficient {
    const { omega, phase } = read("sine", parameters, { omega: undefined, phase: 0 });
    const recipe = recipeOf("sine", { omega, phase });
    return new Coefficient(recipe, omega === 0 ? constant(Math.sin(phase)) : sine(omega, phase));
  },

  /** cos(omega·t + phase); phase 0 by default. */
  cosine(parameters: { omega: number; phase?: number }): Coefficient {
    const { omega, phase } = read("cosine", parameters, { omega: undefined, phase: 0 });
    const recipe = recipeOf("cosine", { omega, phase });
    return new Coefficient(recipe, omega === 0 ? constant(Math.cos(phase)) : cosine(omega, phase));
  },

  /** exp(i(omega·t + phase)), complex; phase 0 by default. */
  rotation(parameters: { omega: number; phase?: number }): Coefficient {
    const { omega, phase } = read("rotation", parameters, { omega: undefined, phase: 0 });
    const recipe = recipeOf("rotation", { omega, phase });
    if (omega === 0) return new Coefficient(recipe, constant(Math.cos(phase)), constant(Math.sin(phase)));
    return new Coefficient(recipe, cosine(omega, phase), sine(omega, phase));
  },

  /** 1 for from <= t < to, 0 elsewhere. */
  square(parameters: { from: number; to: number }): Coefficient {
    const { from, to } = read("square", parameters, { from: undefined, to: undefined });
    const recipe = recipeOf("square", { from, to });
    demand(to > from, "pulse.square: to", to, `a time after from = ${from}`);
    return new Coefficient(recipe, box(from, to));
  },

  /** 1 for the first `duty` (default ½) of every period from `start` (default 0) on, and before; 0 for the rest of it. */
  squareWave(parameters: { period: number; start?: number; duty?: number }): Coefficient {
    const { period, start, duty } = read("squareWave", parameters, { period: undefined, start: 0, duty: 0.5 });
    const recipe = recipeOf("squareWave", { period, start, duty });
    demand(period > 0, "pulse.squareWave: period", period, "a number > 0");
    demand(duty > 0 && duty < 1, "pulse.squareWave: duty", duty, "a number between 0 and 1");
    return new Coefficient(recipe, square(period, start, duty));
  },

  /** 0 up to `from`, 1 from `to` on, linear between. */
  ramp(parameters: { from: number; to: number }): Coefficient {
    const { from, to } = read("ramp", parameters, { from: undefined, to: undefined });
    const recipe = recipeOf("ramp", { from, to });
    demand(to > from, "pulse.ramp: to", to, `a time after from = ${from}`);
    return new Coefficient(recipe, ramp(from, to));
  },

  /** 0 up to `from`, 1 from `to` on, ½ - ½ cos(pi (t - from)/(to - from)) between: smooth at both ends. */
  smoothRamp(parameters: { from: number; to: number }): Coefficient {
    const { from, to } = read("smoothRamp", parameters, { from: undefined, to: undefined });
    const recipe = recipeOf("smoothRamp", { from, to });
    demand(to > from, "pulse.smoothRamp: to", to, `a time after from = ${from}`);
    // sin²(x) of the angle that the ramp turns; written with the ramp, so that it stays where it is outside.
    const omega = Math.PI / (to - from);
    const rise = sum(constant(0.5), product(constant(-0.5), sine(omega, Math.PI / 2 - omega * from)));
    const after = box(to, Number.MAX_VALUE);
    return new Coefficient(recipe, sum(product(rise, box(from, to)), after));
  },

  /** cos(phase + omega·x + rate·x²), x = t - start: the frequency is omega at `start` (0 by default), and omega + 2·rate·x. */
  chirp(parameters: { omega: number; rate: number; phase?: number; start?: number }): Coefficient {
    const { omega, rate, phase, start } = read("chirp", parameters, {
      omega: undefined,
      rate: undefined,
      phase: 0,
      start: 0,
    });
    const recipe = recipeOf("chirp", { omega, rate, phase, start });
    if (rate === 0) return pulse.cosine({ omega, phase: phase - omega * start });
    return new Coefficient(recipe, chirp(phase + Math.PI / 2, omega, rate, start));
  },

  /** exp(rate·(t - start)); start 0 by default. A rate below 0 decays. */
  exponential(parameters: { rate: number; start?: number }): Coefficient {
    const { rate, start } = read("exponential", parameters, { rate: undefined, start: 0 });
    const recipe = recipeOf("exponential", { rate, start });
    return new Coefficient(recipe, exponential(rate, start));
  },
} as const;
