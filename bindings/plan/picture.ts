/**
 * The interaction picture: the diagonal of H as exact phases, everything else as the generator.
 * @module
 */
import type { Kernel } from "../kernel/kernel.ts";
import { Operator } from "../operators/operator.ts";
import { type GeneratorPlan, generatorBytes, planGenerator } from "./generator.ts";
import type { RepresentationChoice } from "./plan.ts";
import { matrixRepresentation, type Representation } from "./representation.ts";

/** Energies: the diagonal of H = i (G - G†)/2, about its middle, so that phases are as small as can be. */
function energiesOf(G: Operator): Float64Array {
  const energies = new Float64Array(G.size);
  G.forEachNonzero((row, column, _re, im) => {
    if (row === column) energies[row] = -im;
  });
  const middle = (Math.max(...energies) + Math.min(...energies)) / 2;
  return energies.map((energy) => energy - middle);
}

/** G without the energies: of its diagonal the real part alone is left. */
export function withoutEnergies(G: Operator): Operator {
  const elements: [number, number, number, number][] = [];
  G.forEachNonzero((row, column, re, im) => {
    if (row !== column) elements.push([row, column, re, im]);
    else if (re !== 0) elements.push([row, column, re, 0]);
  });
  return Operator.fromTriplets(G.dims, elements);
}

/** The matrix form in the interaction picture of the diagonal of H. */
export function interactionRepresentation(G: Operator, jumps: readonly Operator[]): RepresentationChoice {
  const plan = planGenerator(withoutEnergies(G), jumps, undefined, true);
  const representation = inPicture(matrixRepresentation(plan), plan, G);
  return { reason: "the interaction picture needs matrices", representation };
}

/** A matrix form of G without its energies, by `plan`, in the interaction picture of those. */
export function inPicture(matrix: Representation, plan: GeneratorPlan, G: Operator): Representation {
  const energies = energiesOf(G);
  // The operators are kept twice: as they are, and turned.
  const bytes = (kernel: Kernel) => generatorBytes(kernel, plan) + 40 * G.size + 4096;
  const putPlaced = (kernel: Kernel, copies: number, what: string) => {
    const { superoperator, places } = matrix.putPlaced!(kernel, copies, what);
    const energiesAt = kernel.putDoubles(energies, what);
    if (!kernel.functions.setPicture(superoperator, energiesAt)) kernel.allocate(bytes(kernel), what);
    return { superoperator, places };
  };
  return {
    ...matrix,
    description: `${matrix.description}; interaction picture`,
    bytes: (kernel) => matrix.bytes(kernel) + bytes(kernel),
    putPlaced,
    put: (kernel, copies, what) => putPlaced(kernel, copies, what).superoperator,
  };
}

/** Frequencies and rates that limit an explicit method's step, as bounds: the step is about the method's limit over them. */
export interface PictureRates {
  readonly schrodinger: number;
  readonly interaction: number;
}

/**
 * What holds the steps in either picture. Schrödinger's: the largest |E_i - E_j| of all. Interaction: the largest among levels that the rest
 * of G joins (with jumps: between the differences that one jump bridges), for that is how fast L_I turns. To both belongs
 * what the rest does itself, by its norm (Gershgorin's).
 */
export function pictureRates(G: Operator, jumps: readonly Operator[]): PictureRates {
  const energies = energiesOf(G);
  const rows = new Float64Array(G.size);
  let joined = 0;
  G.forEachNonzero((row, column, re, im) => {
    if (row === column) {
      rows[row]! += Math.abs(re);
      return;
    }
    rows[row]! += Math.hypot(re, im);
    joined = Math.max(joined, Math.abs(energies[row]! - energies[column]!));
  });
  for (const jump of jumps) {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    jump.forEachNonzero((row, column) => {
      const bridged = energies[row]! - energies[column]!;
      least = Math.min(least, bridged);
      most = Math.max(most, bridged);
    });
    joined = Math.max(joined, most - least);
  }
  const rest = 2 * Math.max(...rows);
  return { schrodinger: Math.max(...energies) - Math.min(...energies) + rest, interaction: joined + rest };
}

/** From this dimension on phases can pay: below it, coordinates are the cheaper form, and they have no phases. */
const LEAST_LEVELS = 24;
/** By how much the rates must differ for dop853 in the interaction picture to beat a series (docs/performance.md). */
const ADVANTAGE = 6;

/** Whether steps in the interaction picture are so much longer that they beat a series. */
export function prefersInteraction(G: Operator, jumps: readonly Operator[]): boolean {
  if (G.size < LEAST_LEVELS) return false;
  const { schrodinger, interaction } = pictureRates(G, jumps);
  return schrodinger > ADVANTAGE * interaction;
}
