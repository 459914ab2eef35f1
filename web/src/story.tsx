/**
 * What happens in the run, in words and in a few numbers.
 * @module
 */
import type { RunView } from "./solver/protocol.ts";
import { run, shown } from "./state.ts";
import { digits, fixed, Subscripts } from "./text.tsx";

/** Changes below this, beside the largest, are none. */
const NOTHING = 1e-6;

export function Story() {
  const view = run.value;
  if (view === undefined) return null;
  const at = Math.min(shown.value, view.times.length - 1);
  const isBipartite = view.kind === "bipartite";
  const { method, steps, milliseconds } = view.stats;
  return (
    <div class="story">
      {isBipartite && (
        <p class="claim" aria-live="polite">
          <Subscripts>{storyOf(view)}</Subscripts>
        </p>
      )}
      <Readings readings={isBipartite ? energiesAt(view, at) : observablesAt(view, at)} />
      <p class="note">
        {method}, {steps} steps, {digits(milliseconds, 2)} ms
      </p>
    </div>
  );
}

/** One sentence on what the energies do. */
export function storyOf({ series }: RunView): string {
  const largest = (name: string) =>
    (series[name] ?? new Float64Array(0)).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const [A, B, chi] = ["delta_U_A", "delta_U_B", "delta_U_chi"].map(largest) as [number, number, number];
  const most = Math.max(A, B, chi);
  const end = series.delta_U_chi?.at(-1) ?? 0;
  const scale = Math.max(most, ...["U_A", "U_B"].map((name) => Math.abs(series[name]?.[0] ?? 0)));
  if (most <= NOTHING * scale) return "Nothing happens: all energies stand still.";
  const stands = (change: number) => change <= NOTHING * most;
  if (stands(chi)) return "The correlation holds its energy; what flows goes through the local states.";
  const direction = end < 0 ? "leaves" : "enters";
  const size = digits(Math.abs(end), 3);
  if (stands(A) && stands(B)) {
    return `Energy ${direction} through correlation alone: U_χ ${end < 0 ? "loses" : "gains"} ${size}, while U_A and U_B stand still.`;
  }
  return `The correlation ${end < 0 ? "loses" : "gains"} ${size}, and the local energies change too.`;
}

interface Reading {
  readonly name: string;
  readonly value: number;
  readonly change: number;
  readonly meaning: string;
}

/** Observables that have a place among the readings. */
const MOST_OBSERVABLES = 6;

function observablesAt({ series, observables }: RunView, at: number): Reading[] {
  return observables.slice(0, MOST_OBSERVABLES).map((name) => {
    const values = series[name]!;
    return { name, meaning: "expectation value", value: values[at]!, change: values[at]! - values[0]! };
  });
}

function energiesAt({ series }: RunView, at: number): Reading[] {
  const energy = (name: string, meaning: string): Reading => {
    const values = series[name]!;
    return { name, meaning, value: values[at]!, change: values[at]! - values[0]! };
  };
  /** That of the thermal state with the same mean of the bare energy. */
  const temperature = (part: "A" | "B"): Reading[] => {
    const beta = series[`effective_beta_${part}`];
    if (beta === undefined) return [];
    const [value, start] = [1 / beta[at]!, 1 / beta[0]!];
    return [{ name: `T_${part}`, meaning: `temperature of ${part}`, value, change: value - start }];
  };
  return [
    energy("U_A", "energy of A"),
    energy("U_B", "energy of B"),
    energy("U_chi", "correlation energy"),
    ...temperature("A"),
    ...temperature("B"),
  ];
}

function Readings({ readings }: { readings: readonly Reading[] }) {
  return (
    <dl class="readings">
      {readings.map(({ name, value, change, meaning }) => (
        <div key={name} class={`reading ${name}`}>
          <dt>
            <Subscripts>{name}</Subscripts>
            <span class="meaning">{meaning}</span>
          </dt>
          <dd>
            {fixed(value, 4)}
            <span class="change">{changeInWords(change, value)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Below what rounding and tolerances do, nothing has changed. */
function changeInWords(change: number, value: number): string {
  if (!Number.isFinite(change)) return "";
  if (Math.abs(change) <= 1e-7 * Math.max(1, Math.abs(value))) return "stands still";
  return `Δ = ${change > 0 ? "+" : ""}${fixed(change, 4)}`;
}
