/** Values that no caller should pass, and the places in the arguments of a call where one is put. */

/** What a hostile getter throws: it may come out as it is. */
export class Sentinel extends Error {}

/** @returns a value, its name, and whether all numbers in it are finite */
export function hostileValue(L, random) {
  const entry = random.pick(VALUES);
  return { name: entry[0], finite: entry[2] !== "not finite", value: entry[1](L, random) };
}

const boom = () => {
  throw new Sentinel("a hostile getter");
};
const detached = () => {
  const array = new Float64Array([1, 2, 3]);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
};
const shrunk = () => {
  const buffer = new ArrayBuffer(32, { maxByteLength: 64 });
  const array = new Float64Array(buffer, 8, 2);
  buffer.resize(8);
  return array;
};
const shrinking = () => {
  const list = [0, 1, 2];
  Object.defineProperty(list, 0, {
    get() {
      list.length = 1;
      return 0;
    },
    configurable: false,
  });
  return list;
};
const growing = () => {
  let reads = 0;
  return new Proxy([0, 1, 2], {
    get: (target, key) => (key === "length" ? 3 + (reads++ % 2) : Reflect.get(target, key)),
  });
};
let sparse;
/** Made once: 65 536 elements. */
const large = (L) => {
  sparse ??= L.qeye(2 ** 16);
  return sparse;
};
const number = (value) => [String(value), () => value, Number.isFinite(value) ? "finite" : "not finite"];

const VALUES = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(number),
  ...[0, -0, -1, 1, 1.5, 2, 3, 7, 1e-320, 1e-12, 1e9, 1e15, 1e154, 1e308, -1e308].map(number),
  ...[2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 31)].map(number),
  ["undefined", () => undefined],
  ["null", () => null],
  ["empty text", () => ""],
  ["text", () => "x"],
  ["__proto__", () => "__proto__"],
  ["true", () => true],
  ["a symbol", () => Symbol("s")],
  ["5n", () => 5n],
  ["{}", () => ({})],
  ["[]", () => []],
  ["[[]]", () => [[]]],
  ["[NaN]", () => [Number.NaN], "not finite"],
  ["[0, Infinity]", () => [0, Number.POSITIVE_INFINITY], "not finite"],
  ["[1, 2, 3]", () => [1, 2, 3]],
  ["[-1]", () => [-1]],
  ["[1e9, 1e9]", () => [1e9, 1e9]],
  ["[0, 1e308]", () => [0, 1e308]],
  ["a sparse array", () => new Array(3)],
  ["[0, undefined]", () => [0, undefined]],
  ["['0', '1']", () => ["0", "1"]],
  ["no doubles", () => new Float64Array(0)],
  ["doubles", () => Float64Array.of(0, 0.5, 1)],
  ["big integers", () => BigInt64Array.of(0n, 1n)],
  ["bytes", () => Uint8Array.of(0, 1, 2)],
  ["a DataView", () => new DataView(new ArrayBuffer(8))],
  ["shared doubles", () => new Float64Array(new SharedArrayBuffer(24)).map((_, k) => k)],
  ["a detached array", detached],
  ["an array whose buffer has shrunk", shrunk],
  ["an array that shrinks", shrinking],
  ["an array whose length changes", growing],
  ["length 2^31", () => ({ length: 2 ** 31 })],
  ["length -1", () => ({ length: -1 })],
  ["length NaN", () => ({ length: Number.NaN }), "not finite"],
  ["length '2'", () => ({ length: "2", 0: 0, 1: 1 })],
  ["a throwing getter", () => Object.defineProperty({}, "length", { get: boom, enumerable: true })],
  ["throwing getters", () => new Proxy({}, { get: boom })],
  ["a proxy that throws at all", () => new Proxy({}, { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom })],
  ["a proxy of an operator", (L) => new Proxy(L.sigmax(), {})],
  ["valueOf", () => ({ valueOf: () => 2 })],
  ["an object of no prototype", () => Object.create(null)],
  ["a Map", () => new Map([["a", 1]])],
  ["a Date", () => new Date(0)],
  ["a promise", () => Promise.resolve(1)],
  ["a function", () => () => 1],
  ["a function that throws", () => boom],
  ["a function that gives NaN", () => () => Number.NaN, "not finite"],
  ["a function that gives nothing", () => () => undefined],
  ["an operator", (L) => L.sigmax()],
  ["an operator of three levels", (L) => L.num(3)],
  ["an operator of two parts", (L) => L.tensor(L.sigmax(), L.sigmay())],
  ["an operator that is not Hermitian", (L) => L.sigmam()],
  ["a zero operator", (L) => L.sigmax().scale(0)],
  ["a huge operator", (L) => L.sigmax().scale(1e300)],
  ["a tiny operator", (L) => L.sigmax().scale(1e-300)],
  ["a large sparse operator", large],
  ["a ket", (L) => L.basis(2, 1)],
  ["a ket of three levels", (L) => L.basis(3, 1)],
  ["a ket that is not normalised", (L) => L.basis(2, 1).scale(3)],
  ["a zero ket", (L) => L.basis(2, 1).scale(0)],
  ["a prototype", (L) => L.Operator.prototype],
  ["an object with an operator's prototype", (L) => Object.create(L.Operator.prototype)],
  ["an object with a ket's prototype", (L) => Object.create(L.Ket.prototype)],
  ["a coefficient", (L) => L.pulse.cosine({ omega: 1 })],
  ["{ re, im }", () => ({ re: 1, im: -1 })],
  ["{ re: NaN, im }", () => ({ re: Number.NaN, im: 0 }), "not finite"],
  ["{ op, rate: -1 }", (L) => ({ op: L.sigmam(), rate: -1 })],
  ["{ op, rate: NaN }", (L) => ({ op: L.sigmam(), rate: Number.NaN }), "not finite"],
  [
    "a list that holds itself",
    () => {
      const list = [];
      list.push(list);
      return list;
    },
  ],
];

/** Names of options, some of which any function has. */
const OPTIONS =
  "rtol atol dt maxStep maxSteps method picture storeStates stateTimes until signal onProgress args checkState eOps cOps ntraj seed order weights target timeout __proto__ constructor x".split(
    " ",
  );

/** Options that ask for as much work as their value says. */
const WORK = ["ntraj", "maxSteps", "order"];
const MOST_WORK = 1000;

/** Puts a hostile value somewhere into some arguments, but not into what was put there before. @returns what was put where */
export function spoil(L, args, random, put = new Set()) {
  const places = [];
  const visit = (value, path, depth) => {
    if (put.has(value)) return;
    const keys = Array.isArray(value) ? value.keys() : isPlain(value) ? Object.keys(value) : [];
    for (const key of keys) {
      places.push({ holder: value, key, path: `${path}.${String(key)}` });
      if (depth < 3) visit(value[key], `${path}.${String(key)}`, depth + 1);
    }
    if (isPlain(value) && random.next() < 0.5)
      places.push({ holder: value, key: random.pick(OPTIONS), path: `${path}.(option)` });
  };
  visit(args, "args", 0);
  if (args.length === 0 || random.next() < 0.03) places.push({ holder: args, key: args.length, path: "args.(more)" });
  const { holder, key, path } = random.pick(places);
  let { name, value, finite } = hostileValue(L, random);
  // A thousand million trajectories are no error: they would be computed.
  if (WORK.includes(key) && typeof value === "number" && value > MOST_WORK) [name, value] = ["1000", 1000];
  if (random.next() < 0.03 && Array.isArray(holder)) holder.length = 0;
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  if (typeof value === "object" || typeof value === "function") put.add(value);
  return { said: `${path}${path.endsWith(")") ? `[${String(key)}]` : ""} = ${name}`, finite };
}

function isPlain(value) {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
