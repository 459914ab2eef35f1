/** A thread that calls the library's functions with one part of their arguments spoilt, and tells what came of it that should not have. */
import { parentPort, workerData } from "node:worker_threads";
import { randomOf } from "../../support/choices.mjs";
import { validCalls } from "./calls.mjs";
import { Sentinel, spoil } from "./hostile.mjs";

const { library, wasm, seed, from, until, shared } = workerData;
const progress = new Int32Array(shared);
const count = (place) => Atomics.add(progress, place, 1);
const [RETURNED, REFUSED, SENTINEL, WRONG] = [2, 3, 4, 5];
const L = await import(library);
await L.init({ wasm });

const calls = validCalls(L);
const names = Object.keys(calls).filter((name) => calls[name] !== undefined);
const exported = Object.keys(L).filter(
  (name) => typeof L[name] === "function" && !name.endsWith("Error") && name !== "init",
);
const missing = exported.filter((name) => !(name in calls));

/** The function that a name stands for, and its arguments. */
function prepare(name) {
  const entry = calls[name];
  if (typeof entry !== "function") {
    const object = entry.of();
    return { f: (...args) => object[name.split(".")[1]](...args), args: entry.args() };
  }
  const [first, second] = name.split(".");
  if (second !== undefined) return { f: (...args) => L[first][second](...args), args: entry() };
  return { f: name === "Ket" ? (...args) => new L.Ket(...args) : L[name], args: entry() };
}

/** Documented to be no number where the light is gone, nothing is counted, or two eigenvalues lead (to rounding: of a huge generator all do). */
const MAY_BE_NAN = new Set(["coherenceG1", "coherenceG2", "countingStatistics", "largeDeviation"]);

/** A place in a result that is not a number; undefined where there is none. */
function findNaN(value, path = "", depth = 0, seen = new Set()) {
  if (typeof value === "number") return Number.isNaN(value) ? path : undefined;
  if (typeof value !== "object" || value === null || depth > 5 || seen.has(value)) return undefined;
  seen.add(value);
  if (value instanceof L.Operator)
    return value.size > 64 ? undefined : findNaN(value.toDense(), `${path} (operator)`, depth + 1, seen);
  if (value instanceof L.Ket)
    return value.size > 4096 ? undefined : findNaN(value.toArray(), `${path} (ket)`, depth + 1, seen);
  if (ArrayBuffer.isView(value)) {
    // One whose buffer has shrunk is the caller's, handed back: it has no elements, and throws when it is searched.
    const at = value instanceof Float64Array && value.length > 0 ? value.findIndex(Number.isNaN) : -1;
    return at < 0 ? undefined : `${path}[${at}]`;
  }
  for (const key of Object.keys(value)) {
    const found = findNaN(value[key], `${path}.${key}`, depth + 1, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Calls a function; a generator is followed to its end. */
function use(f, args) {
  const result = f(...args);
  if (typeof result?.next === "function") for (const point of result) void point;
  return result;
}

const wrong = [];
if (from === 0) {
  // Unspoilt, each must work: what is refused for another reason tests nothing.
  for (const name of names) {
    const { f, args } = prepare(name);
    try {
      use(f, args);
    } catch (error) {
      wrong.push(`${name} itself: ${error}`);
    }
  }
}
for (let index = from; index < until; index++) {
  Atomics.store(progress, 0, index);
  count(1);
  const name = names[index % names.length];
  const random = randomOf(Math.imul(seed, 0x10001) + index);
  const { f, args } = prepare(name);
  const put = new Set();
  let { said, finite } = spoil(L, args, random, put);
  if (random.next() < 0.25) {
    const again = spoil(L, args, random, put);
    said += `, ${again.said}`;
    finite &&= again.finite;
  }
  try {
    const result = use(f, args);
    // Reading a result may also meet a hostile getter: each case is counted once.
    const at = finite && !MAY_BE_NAN.has(name) ? findNaN(result) : undefined;
    count(at === undefined ? RETURNED : WRONG);
    if (at === undefined) continue;
    wrong.push(`#${index} ${name}: ${said}: ${at || "the result"} is not a number`);
  } catch (error) {
    if (error instanceof Sentinel) count(SENTINEL);
    else if (error instanceof L.LindbladError && error.code !== "KERNEL_TRAP") count(REFUSED);
    else {
      count(WRONG);
      const place = /at .*\n/.exec(error?.stack ?? "")?.[0].trim() ?? "";
      wrong.push(`#${index} ${name}: ${said}: ${String(error?.name)} ${String(error?.message)} ${place}`);
    }
  }
}
parentPort.postMessage({ wrong, missing });
