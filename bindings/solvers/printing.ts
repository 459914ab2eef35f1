/**
 * How a solution prints itself, and what of it goes into JSON.
 * @module
 */
import type { Solution } from "./solution.ts";

/** What Node, Deno and Bun look for when they print an object. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Gives a solution what plain data lack: `toJSON`, `toString`, and a readable face in consoles. Not enumerable: it stays plain data. */
export function asSolution<S extends object>(data: S): S & Pick<Solution, "toJSON"> {
  return asPrinted(data, METHODS);
}

/** The same for other results. @param lines what it says of itself */
export function asResult<S extends object>(data: S, lines: (data: S) => string): S & Pick<Solution, "toJSON"> {
  return asPrinted(data, methodsOf(lines));
}

function asPrinted<S extends object>(data: S, methods: PropertyDescriptorMap): S & Pick<Solution, "toJSON"> {
  return Object.defineProperties(data, methods) as S & Pick<Solution, "toJSON">;
}

function methodsOf<S extends object>(lines: (data: S) => string): PropertyDescriptorMap {
  return { toJSON: method(plain), toString: method(lines), [INSPECT]: method(lines) };
}

const METHODS: PropertyDescriptorMap = /* @__PURE__ */ methodsOf(describe);

/** What a function makes of the object that it is called on. */
function method<T, R>(of: (data: T) => R): PropertyDescriptor {
  return {
    value(this: T) {
      return of(this);
    },
    configurable: true,
    writable: true,
  };
}

/** Own values alone; typed arrays as arrays, operators and kets by their own `toJSON`. */
function plain(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plainPart(part)]));
}

function plainPart(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(plainPart);
  const { toJSON } = value as { toJSON?: () => unknown };
  return typeof toJSON === "function" ? toJSON.call(value) : plain(value);
}

const MOST_SERIES = 12;

/** A few lines: times, each series, the final state, how it was computed. */
function describe({ times, expect, states, finalState, stats, warnings }: Solution): string {
  const kept = states ? `, ${states.length} states kept` : "";
  const dims = (finalState ?? states?.[0])?.dims;
  return [
    `Solution: ${spanLine(times)}${dims ? `, dims [${dims}]` : ""}${kept}`,
    ...seriesLines(times, expect),
    `  method  ${stats.method}: ${stats.steps} steps, ${stats.rejected} rejected, ${stats.rhsEvaluations} applications, ${number(stats.milliseconds)} ms`,
    `  form    ${stats.form}`,
    ...warnings.map((warning) => `  warning ${warning}`),
  ].join("\n");
}

/** How many times, from when to when. */
export function spanLine(times: Float64Array): string {
  if (times.length === 1) return `t = ${times[0]}`;
  return `${times.length} times from ${number(times[0]!)} to ${number(times.at(-1)!)}`;
}

/** A line each series. */
export function seriesLines(times: Float64Array, expect: Solution["expect"]): string[] {
  const names = Object.keys(expect);
  const width = Math.max(0, ...names.map((name) => name.length));
  const series = names.slice(0, MOST_SERIES).map((name) => {
    const values = expect[name]!;
    const last = times.length - 1;
    const at = (k: number) =>
      values instanceof Float64Array ? number(values[k]!) : complex(values.re[k]!, values.im[k]!);
    const path = last > 0 ? `${at(0)} → ${at(last)}` : at(0);
    return `  <${name}>${" ".repeat(width - name.length)}  ${path}${range(values)}`;
  });
  if (names.length > MOST_SERIES) series.push(`  and ${names.length - MOST_SERIES} more`);
  return series;
}

function range(values: Solution["expect"][string]): string {
  if (!(values instanceof Float64Array) || values.length < 3) return "";
  let [least, most] = [values[0]!, values[0]!];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return `  (${number(least)} … ${number(most)})`;
}

/** Six digits. */
export function number(value: number): string {
  return `${Number(value.toPrecision(6))}`;
}

function complex(re: number, im: number): string {
  return `${number(re)} ${im < 0 ? "-" : "+"} ${number(Math.abs(im))}i`;
}
