/**
 * What the page shows and what it was told, as signals; and the loop from one to the other.
 * @module
 */
import { batch, computed, effect, signal } from "@preact/signals";
import type { Model } from "lindblad/slim/model";
import { type Control, controlsOf, numbersOf, PRESETS, type Preset } from "./presets.ts";
import type { Details, Problem, RunView } from "./solver/protocol.ts";
import { SolveError, Solver } from "./solver/solver.ts";

/** A model, as it was written, as the library takes it, and with its sliders. */
export interface Source {
  /** The preset it is, if it is one. */
  readonly id: string | undefined;
  readonly title: string;
  readonly file: object;
  readonly model: Model;
  readonly controls: readonly Control[];
}

const first = PRESETS[0]!;

export const source = signal<Source>(first);
/** Parameters that differ from the file's. */
export const overrides = signal<Readonly<Record<string, number>>>({});
/** The last time, where it differs from the file's. */
export const duration = signal<number | undefined>(undefined);
/** What is shown; it stays while the next is computed. */
export const run = signal<RunView | undefined>(undefined);
/** What was found besides, and the run that it is about: while a later run is shown it is still of the earlier one. */
export const details = signal<(Details & { readonly of: RunView }) | undefined>(undefined);
export const problem = signal<Problem | undefined>(undefined);
/** Why the model of a link or a file was not opened; said until another one is. */
export const refusal = signal<string | undefined>(undefined);
/** Whether the model of a link is being looked at, for so long that one wonders. */
export const isOpening = signal(false);
/** Share that is done of a run that takes long; undefined when there is none. */
export const progress = signal<number | undefined>(undefined);
/** Whether what is shown is not yet what the sliders say: of the run, and of its details. */
export const isRunning = signal(true);
export const isDetailing = signal(true);
/** Number of the time that is shown, among those of the run; infinite for the last. */
export const at = signal(Number.POSITIVE_INFINITY);

/** Parameters as the sliders show them: numbers of the file, and those that were moved. */
export const numbers = computed<Readonly<Record<string, number>>>(() => ({
  ...Object.fromEntries(numbersOf(source.value.model)),
  ...overrides.value,
}));

/** The last time of the run, where the model's times are evenly spaced from a number to a number. */
export const lastTime = computed<number | undefined>(() => {
  const { times } = source.value.model;
  if (Array.isArray(times) || typeof times.to !== "number" || typeof times.from !== "number") return undefined;
  return duration.value ?? times.to;
});

/** The model that is run. */
export const model = computed<Model>(() => changed(source.value.model, overrides.value, duration.value));

/** The model's file with what was changed on the page: what is shared and downloaded. */
export const file = computed<object>(() => changed(source.value.file as Model, overrides.value, duration.value));

function changed<M extends Pick<Model, "parameters" | "times">>(
  base: M,
  moved: Readonly<Record<string, number>>,
  to: number | undefined,
): M {
  const parameters = { ...base.parameters, ...moved };
  const times = to === undefined || Array.isArray(base.times) ? base.times : { ...base.times, to };
  return { ...base, parameters, times };
}

/** Whether what was found besides is about the run that is shown. */
export const isDetailed = computed(() => details.value !== undefined && details.value.of === run.value);

/** Number of the time that is shown, one that the run has. */
export const shown = computed(() => Math.min(at.value, (run.value?.times.length ?? 1) - 1));

/** Sets parameters, and moves those that the new values force out of their ranges. */
export function setParameters(values: Readonly<Record<string, number>>): void {
  const next: Record<string, number> = { ...numbers.value, ...values };
  const moved: Record<string, number> = { ...overrides.value, ...values };
  for (const control of source.value.controls) {
    if (control.name in values) continue;
    const { min, max } = control.range(next);
    const now = next[control.name];
    if (now === undefined || (now >= min && now <= max)) continue;
    next[control.name] = Math.min(max, Math.max(min, now));
    moved[control.name] = next[control.name]!;
  }
  overrides.value = moved;
}

/** Shows one of the examples as it stands. */
export function openPreset(preset: Preset): void {
  open(preset);
}

/** Shows a model of the user's. */
export function openModel(file: object, own: Model): void {
  open({ id: undefined, title: own.name ?? "A model of your own", file, model: own, controls: controlsOf(own) });
}

function open(next: Source): void {
  batch(() => {
    source.value = next;
    refusal.value = undefined;
    overrides.value = {};
    duration.value = undefined;
    details.value = undefined;
    at.value = Number.POSITIVE_INFINITY;
  });
}

const solver = new Solver(
  () => new Worker(new URL("./solver/worker.ts", import.meta.url), { type: "module", name: "solver" }),
);

/** A run that takes longer than this, in milliseconds, shows its progress. */
const LONG = 150;
/** Between a run and its details, as a share of what these last took: while a slider moves, runs come first. */
const PAUSE = 3;
const LONGEST_PAUSE = 400;

let latest = 0;
/** The model of the run that is shown. */
let shownModel: Model | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Runs the model whenever it changes. */
export function start(): void {
  effect(() => {
    void solve(model.value);
  });
}

/** Stops a run; what was shown before stays. */
export function cancel(): void {
  latest++;
  clearTimeout(timer);
  solver.cancel();
  end({ name: "Cancelled", message: "The run was cancelled; what is shown is the run before it." });
}

/** What is shown stays, and the reason why it is not what was asked for; what is found besides has to be about it. */
function end(reason: Problem): void {
  batch(() => {
    problem.value = reason;
    progress.value = undefined;
    isRunning.value = false;
    isDetailing.value = false;
  });
  if (run.value === undefined || shownModel === undefined || isDetailed.value) return;
  isDetailing.value = true;
  const own = latest;
  void detail(run.value, shownModel, () => own === latest);
}

async function solve(wanted: Model): Promise<void> {
  const own = ++latest;
  const isLatest = () => own === latest;
  clearTimeout(timer);
  batch(() => {
    isRunning.value = true;
    isDetailing.value = true;
  });
  const slow = setTimeout(() => {
    if (isLatest()) progress.value ??= 0;
  }, LONG);
  try {
    const view = await solver.run(wanted, (fraction) => {
      if (isLatest() && progress.value !== undefined) progress.value = fraction;
    });
    batch(() => {
      run.value = view;
      shownModel = wanted;
      if (!isLatest()) return;
      problem.value = undefined;
      progress.value = undefined;
      isRunning.value = false;
    });
    if (isLatest()) timer = setTimeout(() => void detail(view, wanted, isLatest), pause());
  } catch (error) {
    if (isLatest()) end(error instanceof SolveError ? error.problem : { name: "Error", message: String(error) });
  } finally {
    clearTimeout(slow);
  }
}

const pause = () => Math.min(LONGEST_PAUSE, PAUSE * (details.value?.milliseconds ?? 0));

async function detail(of: RunView, wanted: Model, isLatest: () => boolean): Promise<void> {
  // When it fails the run has said what is wrong with the model; or there is a later one.
  const found = await solver.details(wanted).catch(() => undefined);
  if (!isLatest()) return;
  batch(() => {
    details.value = found && { ...found, of };
    isDetailing.value = false;
  });
}
