/**
 * What happens in the run, in words and in a few numbers.
 * @module
 */
import type { RunView } from "./solver/protocol.ts";
import { run, shown } from "./state.ts";
import { digits, fixed, Subscripts } from "./text.tsx";

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

/** Shares of the scale of energies: heat, added up over a run, that is none; an inverse temperature that is 0. */
const NO_HEAT = 1e-6;
const NO_BETA = 1e-7;
/** Share of the most that U_χ has changed at which it is back where it began. */
const BACK = 1e-3;

const mostOf = (values: ArrayLike<number> | undefined): number =>
  Array.from(values ?? []).reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** One sentence on what the energies do. */
export function storyOf({ series, times, baths = [], energy }: RunView): string {
  if (times.length < 2) return "The state at one time alone: nothing to tell of changes.";
  const { resolution, spread } = energy!;
  const [A, B, chi] = ["delta_U_A", "delta_U_B", "delta_U_chi"].map((name) => mostOf(series[name])) as [
    number,
    number,
    number,
  ];
  if (Math.max(A, B, chi) <= resolution) {
    const flows = baths.some(({ name }) => Math.abs(series[`Q_${name}`]?.at(-1) ?? 0) > NO_HEAT * spread);
    return flows
      ? "All energies stand still, while heat flows from bath to bath."
      : "Nothing happens: all energies stand still.";
  }
  if (chi <= resolution) return "The correlation holds its energy; what flows goes through the local states.";
  const end = series.delta_U_chi!.at(-1)!;
  const isBack = Math.abs(end) <= Math.max(resolution, BACK * chi);
  const changes = isBack
    ? `changes by up to ${digits(chi, 3)} and is back at the end`
    : `${end < 0 ? "loses" : "gains"} ${digits(Math.abs(end), 3)}`;
  if (A <= resolution && B <= resolution) {
    const goes = isBack ? "comes and goes" : end < 0 ? "leaves" : "enters";
    return `Energy ${goes} through correlation alone: U_χ ${changes}, while U_A and U_B stand still.`;
  }
  return `The correlation's energy ${changes}, and the local energies change too.`;
}

interface Reading {
  readonly name: string;
  readonly meaning: string;
  /** As it is written. */
  readonly value: string;
  readonly change: string;
}

/** Observables that have a place among the readings. */
const MOST_OBSERVABLES = 6;
const STANDS = "stands still";

/** Whether a series stays where it began, all through the run. */
const stays = (values: Float64Array, resolution: number): boolean =>
  values.every((value) => Object.is(value, values[0]) || Math.abs(value - values[0]!) <= resolution);

/** A change, in as many digits as it takes to see it. */
function changeOf(change: number, write: (value: number) => string): string {
  if (!Number.isFinite(change)) return "";
  const text = change !== 0 && Math.abs(change) < 5e-5 ? digits(change, 2) : write(change);
  return `Δ = ${change > 0 ? "+" : ""}${text}`;
}

function observablesAt({ series, observables }: RunView, at: number): Reading[] {
  return observables.slice(0, MOST_OBSERVABLES).map((name) => {
    const values = series[name]!;
    const value = values[at]!;
    const isStill = values.length > 1 && stays(values, 1e-7 * Math.max(1, mostOf(values)));
    const change = isStill ? STANDS : changeOf(value - values[0]!, written);
    return { name, meaning: "expectation value", value: written(value), change };
  });
}

const written = (value: number): string => (Math.abs(value) < 1e6 ? fixed(value, 4) : digits(value));

function energiesAt({ series, times, energy: scale }: RunView, at: number): Reading[] {
  const { spread, resolution } = scale!;
  const isOneTime = times.length < 2;
  // places behind the point say nothing where all energies are small
  const write = (value: number) =>
    spread >= 0.01 ? written(value) : digits(Math.abs(value) <= resolution ? 0 : value);
  const energy = (name: string, meaning: string): Reading => {
    const values = series[name]!;
    const isStill = !isOneTime && stays(values, resolution);
    const change = isStill ? STANDS : changeOf(values[at]! - values[0]!, write);
    return { name, meaning, value: write(values[at]!), change };
  };
  /** That of the thermal state with the same mean of the bare energy. */
  const temperature = (part: "A" | "B"): Reading[] => {
    const betas = series[`effective_beta_${part}`];
    if (betas === undefined) return [];
    // beside 1/spread an inverse temperature of 1e-16 is that of infinite temperature
    const T = (k: number) => (Math.abs(betas[k]! * spread) <= NO_BETA ? Number.POSITIVE_INFINITY : 1 / betas[k]!);
    const tolerance = Math.max(NO_BETA, (10 * resolution) / spread);
    const isStill = !isOneTime && stays(betas, tolerance * Math.max(Math.abs(betas[0]!), 1 / spread));
    const change = isStill ? STANDS : changeOf(T(at) - T(0), write);
    return [{ name: `T_${part}`, meaning: `temperature of ${part}`, value: write(T(at)), change }];
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
            {value}
            <span class="change">{change}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
