/**
 * Evolutions: a run with the integrator that was chosen for it. The loop can be left after a number of steps and entered again;
 * that changes nothing in the results.
 */
import {
  METHOD_DYADIC,
  METHOD_EXPM,
  METHOD_FABER,
  METHOD_KRYLOV,
  METHOD_MAGNUS,
  METHOD_RK4,
  STATUS_DONE,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
  STATUS_STEP_LIMIT,
} from "../constants";
import { Drive, rewindDrive } from "../drive/drive";
import { arenaAllocate } from "../memory";
import { Superoperator, vectorLength } from "../superoperator/superoperator";
import { dyadicBytes, dyadicStep, prepareDyadic, settleDyadic } from "../trajectories/dyadic";
import { expmBytes, expmStep, prepareExpm } from "./expm";
import { faberBytes, faberStep, prepareFaber } from "./faber";
import { krylovBytes, krylovStep, prepareKrylov } from "./krylov";
import { magnusBytes, magnusStep, prepareMagnus } from "./magnus";
import { classicalBytes, classicalStep, prepareClassical } from "./rk4";
import { nextTime, passStop, Run, stateNorm, writeOutput } from "./run";
import { adaptiveStep, prepareRungeKutta, restartRungeKutta, resumeRungeKutta, rungeKuttaBytes } from "./rungekutta";

/** A run from `y` (used in place as working memory); 0 when memory does not suffice. */
export function createEvolution(
  superoperator: usize,
  method: i32,
  y: usize,
  times: usize,
  timeCount: i32,
  functionals: usize,
  values: usize,
  states: usize,
  rtol: f64,
  atol: f64,
  stepOption: f64,
  maxSteps: f64,
  stepShare: f64,
  outputCost: f64,
  yields: bool,
): usize {
  assert(timeCount > 0, "createEvolution: no output times");
  const pointer = arenaAllocate(offsetof<Run>());
  if (pointer == 0) return 0;
  const run = changetype<Run>(pointer);
  run.superoperator = superoperator;
  run.method = method;
  run.functionals = functionals;
  run.times = times;
  run.timeCount = timeCount;
  run.values = values;
  run.states = states;
  run.rtol = rtol;
  run.atol = atol;
  run.stepOption = stepOption;
  run.maxSteps = maxSteps;
  run.stepShare = stepShare;
  run.outputCost = outputCost;
  run.yields = yields ? 1 : 0;
  run.length = vectorLength(changetype<Superoperator>(superoperator));
  run.start = load<f64>(times);
  run.t = run.start;
  run.end = load<f64>(times + ((<usize>(timeCount - 1)) << 3));
  run.y = y;
  // A run may go on where another one has ended.
  passStop(run);
  if (!prepare(run)) return 0;
  run.norm = stateNorm(run, y);
  if (!isFinite(run.norm)) run.status = STATUS_NON_FINITE;
  writeOutput(run, y);
  return pointer;
}

function prepare(run: Run): bool {
  if (run.method == METHOD_FABER) return prepareFaber(run);
  if (run.method == METHOD_EXPM) return prepareExpm(run);
  if (run.method == METHOD_KRYLOV) return prepareKrylov(run);
  if (run.method == METHOD_MAGNUS) return prepareMagnus(run);
  if (run.method == METHOD_RK4) return prepareClassical(run);
  if (run.method == METHOD_DYADIC) return prepareDyadic(run);
  return prepareRungeKutta(run);
}

/** A run of a method that can stop at a threshold begins anew, from the state at `y`. */
export function restart(run: Run, y: usize): void {
  memory.copy(run.y, y, (<usize>run.length) << 3);
  const drive = changetype<Superoperator>(run.superoperator).drive;
  if (drive != 0) rewindDrive(changetype<Drive>(drive), run.start);
  run.t = run.start;
  run.output = 0;
  run.steps = 0;
  run.rejected = 0;
  run.rhsEvaluations = 0;
  run.spectralRadius = 0;
  run.rounding = 0;
  run.status = STATUS_RUNNING;
  run.norm = stateNorm(run, y);
  passStop(run);
  if (run.method == METHOD_DYADIC) settleDyadic(run);
  else restartRungeKutta(run);
  if (!isFinite(run.norm)) run.status = STATUS_NON_FINITE;
  writeOutput(run, run.y);
}

/** A run goes on where it has stopped, from another state that lies where the old one did. */
export function resume(run: Run): void {
  run.norm = stateNorm(run, run.y);
  run.status = isFinite(run.norm) ? STATUS_RUNNING : STATUS_NON_FINITE;
  if (run.method != METHOD_DYADIC) resumeRungeKutta(run);
}

/** Bytes that `createEvolution` allocates at most besides the state it is given: `length` doubles a copy, which may be more than fit. */
export function evolutionBytes(method: i32, length: f64, copies: i32, functionals: i32): f64 {
  if (method == METHOD_FABER) return faberBytes(length * <f64>copies, functionals);
  if (method == METHOD_EXPM) return expmBytes(length, copies);
  if (method == METHOD_KRYLOV) return krylovBytes(length * <f64>copies, functionals);
  if (method == METHOD_MAGNUS) return magnusBytes(length * <f64>copies, functionals);
  if (method == METHOD_RK4) return classicalBytes(length * <f64>copies);
  if (method == METHOD_DYADIC) return dyadicBytes(length);
  return rungeKuttaBytes(method, length, copies, functionals);
}

/** Takes at most `budget` steps; returns a STATUS. */
export function advance(run: Run, budget: i32): i32 {
  while (run.status == STATUS_RUNNING && budget > 0) {
    if (run.output >= run.timeCount) run.status = STATUS_DONE;
    else if (run.steps + run.rejected >= run.maxSteps && run.method != METHOD_EXPM && run.method != METHOD_DYADIC)
      run.status = STATUS_STEP_LIMIT;
    else if (run.method == METHOD_FABER) faberStep(run);
    else if (run.method == METHOD_EXPM) expmStep(run);
    else if (run.method == METHOD_KRYLOV) krylovStep(run);
    else if (run.method == METHOD_MAGNUS) magnusStep(run);
    else if (run.method == METHOD_RK4) classicalStep(run);
    else if (run.method == METHOD_DYADIC) dyadicStep(run);
    else adaptiveStep(run);
    budget--;
  }
  if (run.status == STATUS_RUNNING && nextTime(run) == Infinity) run.status = STATUS_DONE;
  return run.status;
}
