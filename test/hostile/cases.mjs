/**
 * Hostile input: model files, sweep files, links, arrays. Each case makes its input and gives it to what takes it from strangers. `groups.warm` is run
 * first in every process. Only what is built is imported: a case runs in a process of its own.
 */
import { deflateSync } from "node:zlib";
import { zipSync } from "fflate";
import * as lindblad from "lindblad";
import { npy, readNpy, readNpz, readOperatorsNpz } from "lindblad/io";
import { buildModel, loadModel, validateModel } from "lindblad/model";
import { loadSweep } from "../../sweep/dist/index.js";

const list = (count, entry) => Array.from({ length: count }, (_, k) => entry(k));
const named = (count, entry, letter = "k") => Object.fromEntries(list(count, (k) => [`${letter}${k}`, entry(k)]));

const LINDBLAD = {
  version: 1,
  kind: "lindblad",
  dims: [2],
  hamiltonian: "sigmaz",
  initial: "basis(2)",
  times: { to: 1, count: 3 },
  observables: { z: "sigmaz" },
};
const PART = { dim: 2, hamiltonian: "sigmaz", bath: { beta: 1 } };
const BIPARTITE = {
  ...{ version: 1, kind: "bipartite", A: PART, B: PART, V: "tensor(sigmax, sigmax)" },
  ...{ initial: "tensor(piA, piB)", times: { to: 1, count: 3 } },
};

const model =
  (change, base = LINDBLAD) =>
  () =>
    JSON.stringify({ ...base, ...(typeof change === "function" ? change() : change) });
const sweep =
  (parameters, more = {}, outputs = { scalars: ["z_end"] }) =>
  () =>
    JSON.stringify({ ...LINDBLAD, parameters: { g: 1, h: 1 }, sweep: { parameters: parameters(), outputs, ...more } });
const onLevels = (n, more) =>
  model(
    () => ({
      ...{ A: { dim: n, hamiltonian: `num(${n})*num(${n})/1000`, bath: { beta: 1 } }, V: `tensor(num(${n}), sigmax)` },
      ...(typeof more === "function" ? more() : more),
    }),
    BIPARTITE,
  );

const json = (text) => buildModel(loadModel(text));
const yaml = (text) => buildModel(loadModel(text, "yaml"));
const data = (value) => buildModel(validateModel(value));
const cases = (take, makes) => Object.entries(makes).map(([name, make]) => ({ name, make, take }));

/** Dense and square of so many levels, as few characters. */
const DENSE_KET = (qubits) => `tensor(${list(qubits, () => "(basis(2, 0) + basis(2, 1))").join(", ")})`;
const PLUS = (qubits) => `tensor(${list(qubits, () => "(sigmax + sigmaz)").join(", ")})`;

const nested = (open, count, close = "") => `${open.repeat(count)}${close.repeat(close === "" ? 0 : count)}`;
const DEEP = 100_000;

const text = cases(json, {
  "100 000 brackets": () => nested("[", DEEP),
  "100 000 brackets, closed": () => nested("[", DEEP, "]"),
  "100 000 objects": () => `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`,
  "100 MB of newlines": () => "\n".repeat(100e6),
  "60 MB of newlines": () => "\n".repeat(60e6),
  "a text of 100 MB": model(() => ({ description: "x".repeat(100e6) })),
  "a key of 20 MB": () => JSON.stringify({ ["k".repeat(20e6)]: 1 }),
  "a number of 20 MB": () => "1".repeat(20e6),
  "10 000 000 entries": model(() => ({ times: list(1e7, () => 1) })),
  "2 000 000 texts for times": model(() => ({ times: list(2e6, () => "a") })),
  "100 000 jumps that are none": model(() => ({ jumps: list(1e5, () => 3) })),
  "10 000 jumps that are none": model(() => ({ jumps: list(1e4, () => ({ op: 3 })) })),
  "2 000 000 indices that are none": model(() => ({
    initial: { dims: [2], rowPointers: [0], columns: list(2e6, () => 0.5), values: [] },
  })),
  "a row of 2 000 000 texts": model(() => ({ initial: { dims: [2], re: [list(2e6, () => "x")] } })),
  "100 000 keys": model(() => named(1e5, () => 1)),
  "10 000 unknown keys": model(() => named(9000, () => 1)),
  "100 000 bad parameters": model(() => ({ parameters: named(1e5, () => null) })),
  "10 000 bad parameters": model(() => ({ parameters: named(9999, () => null) })),
  "a key twice": () => '{"kind": "lindblad", "kind": "bipartite"}',
  "a key twice, spelt otherwise": () => '{"kind": "lindblad", "\\u006bind": "bipartite"}',
  "NaN in a matrix": () => '{"operators": {"x": {"dims": [1], "re": [[NaN]]}}}',
  "1e999 in a matrix": () => model({ operators: { x: { dims: [1], re: [[1]] } } })().replace("[[1]]", "[[1e999]]"),
  "1e999 for a parameter": () => model({ parameters: { g: 0 } })().replace('"g":0', '"g":1e999'),
  "UTF-16 read as Latin-1": () => Buffer.from(JSON.stringify(LINDBLAD), "utf16le").toString("latin1"),
  "characters of no text": () => Buffer.from([0xff, 0xfe, 0x80, 0x81]).toString("utf8"),
  "half of a pair of surrogates for a name": model(() => ({ parameters: { "\ud800": 1 } })),
});

const notation = cases(yaml, {
  "100 000 brackets": () => nested("[", DEEP),
  "40 000 brackets": () => nested("[", 40_000),
  "100 000 brackets, closed": () => nested("[", DEEP, "]"),
  "100 000 braces": () => nested("{a: ", DEEP),
  "100 000 lists on a line": () => nested("- ", DEEP),
  "100 000 keys of keys": () => nested("? ", DEEP),
  "800 levels of indentation": () => list(800, (k) => `${" ".repeat(k)}a:`).join("\n"),
  "400 000 ends without a beginning": () => "}".repeat(4e5),
  "60 000 anchors on one value": () => "&a ".repeat(6e4),
  "60 000 tags": () => "!a ".repeat(6e4),
  "60 000 directives": () => "%a b\n".repeat(60_000),
  "25 000 errors": () => "a: b: c\n".repeat(25e3),
  "33 000 keys": () => list(33_000, (k) => `k${k}: 1`).join("\n"),
  "190 000 numbers": () => `a: [${"1,".repeat(1.9e5)}1]`,
  "a thousand million items by aliases": () =>
    [..."abcdefghi"]
      .map((name, k, all) => `${name}: &${name} [${list(10, () => (k === 0 ? "x" : `*${all[k - 1]}`))}]`)
      .join("\n"),
  "9000 aliases": () => `a: &a [1]\n${list(9000, (k) => `k${k}: *a`).join("\n")}`,
  "an anchor inside of itself": () => "a: &a [*a]",
  "an anchor inside of itself, merged": () => "<<: &a { b: *a }",
  "an alias to nothing": () => "a: *nothing",
  "a tag of JavaScript's": () => "a: !!js/function 'function () {}'",
  "a key twice": () => "a: 1\na: 2",
  "4 MB": () => `# ${"x".repeat(4e6)}`,
});

/** Keys that reach into prototypes, at every level; names that every object has. */
const INHERITED = [
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "__defineGetter__",
  "__lookupSetter__",
];
const POLLUTING = ["__proto__", "constructor", "prototype"];
const prototypes = [
  ...POLLUTING.flatMap((key) =>
    ["", "parameters", "operators", "observables", "compare", "solver", "times", "initial"].flatMap((place) => {
      const inner = `{"${key}": {"polluted": 1, "toString": 1}}`;
      const whole = place === "" ? inner : `{"version": 1, "kind": "lindblad", "${place}": ${inner}}`;
      const name = `${key} ${place === "" ? "on top" : `in ${place}`}`;
      return [
        { name, make: () => whole, take: json },
        { name: `${name}, YAML`, make: () => whole, take: yaml },
        { name: `${name}, data`, make: () => JSON.parse(whole), take: data },
      ];
    }),
  ),
  ...INHERITED.flatMap((name) => [
    ...cases(json, {
      [`${name} for a parameter`]: model(() => ({ hamiltonian: `${name} * sigmaz` })),
      [`${name} for a function`]: model(() => ({ hamiltonian: `${name}(2)` })),
      [`${name} for a series`]: model(() => ({ compare: { [name]: "1" } })),
      [`${name} for a kind`]: model(() => ({ kind: name })),
      [`${name} for a measure`]: model(() => ({ measures: [name] }), BIPARTITE),
      [`${name} for a method`]: model(() => ({ solver: { method: name } })),
      [`${name} for rates`]: model(() => ({ A: { ...PART, bath: { beta: 1, rates: name } } }), BIPARTITE),
    }),
    { name: `${name} for what is swept`, make: sweep(() => ({ [name]: [1] })), take: loadSweep },
    { name: `${name} for a mode`, make: sweep(() => ({ g: [1] }), { mode: name }), take: loadSweep },
    { name: `${name} for an output`, make: sweep(() => ({ g: [1] }), {}, { scalars: [name] }), take: loadSweep },
  ]),
];

const expressions = cases(json, {
  "9**9**9**9": model(() => ({ parameters: { g: "9**9**9**9" } })),
  "2^(2^(2^...))": model(() => ({ parameters: { g: `${"2^(".repeat(20)}2${")".repeat(20)}` } })),
  "10^^5": model(() => ({ parameters: { g: "10^^5" } })),
  "1e999": model(() => ({ parameters: { g: "1e999" } })),
  "1e308 * 10": model(() => ({ parameters: { g: "1e308 * 10" } })),
  "5000 brackets": model(() => ({ parameters: { g: nested("(", 4990, ")") } })),
  "5000 signs": model(() => ({ parameters: { g: `${"-".repeat(5000)}1` } })),
  "100 000 brackets": model(() => ({ parameters: { g: nested("(", DEEP, ")") } })),
  "nested calls": model(() => ({ parameters: { g: `${"sin(".repeat(1900)}1${")".repeat(1900)}` } })),
  "a power of 1e15": model(() => ({ operators: { p: `(${PLUS(8)}) ** 1e15` } })),
  "a circle": model(() => ({ parameters: { a: "b", b: "c", c: "a" } })),
  "a circle of one": model(() => ({ operators: { a: "a * sigmaz" } })),
  "a circle of 10 000": model(() => ({ parameters: named(1e4, (k) => `k${(k + 1) % 1e4}`) })),
  "a chain of 10 000, backwards": model(() => ({ parameters: named(1e4, (k) => (k < 9999 ? `k${k + 1}` : 1)) })),
  "doubled 2000 times": model(() => ({ parameters: named(2000, (k) => (k === 0 ? 1 : `k${k - 1} + k${k - 1}`)) })),
  "2000 expressions of 10 000 characters": model(() => ({ parameters: named(2000, () => `1${"+1".repeat(4999)}`) })),
  "a formula at a million times": model(() => ({
    times: { to: 1, count: 1e6 },
    compare: { z: `exp(-t)${"+sin(t)".repeat(25)}` },
  })),
  "10 000 misspelt names": model(() => ({ parameters: named(1e4, () => "b".repeat(50), "a".repeat(50)) })),
  "16 million elements by a product": model(() => ({ hamiltonian: PLUS(12) })),
  "a hundred dense operators": model(() => ({
    operators: { u: DENSE_KET(11), p: "ket2dm(u)", ...named(100, (k) => `p * ${k + 2}`) },
  })),
  "a thousand dense products": model(() => ({ operators: named(1000, () => PLUS(11)) })),
  "10 000 sparse operators of 4096 levels": model(() => ({ operators: named(9999, () => "qeye(4096)") })),
  "parts of one level, multiplied": model({
    operators: { k: "qeye(1)", ...named(9, (k) => `tensor(${list(1000, () => (k === 0 ? "k" : `k${k - 1}`))})`) },
  }),
  "text for JavaScript": model(() => ({ hamiltonian: "(() => { while (true) {} })()" })),
  "a property": model(() => ({ hamiltonian: "sigmaz.constructor.constructor('return process')()" })),
});

const sizes = cases(json, {
  "2^32 levels": model(() => ({ dims: [65_536, 65_536] })),
  "levels beyond 2^53": model(() => ({ dims: list(20, () => 4096), hamiltonian: "1" })),
  "100 000 parts": model(() => ({ dims: list(1e5, () => 4096) })),
  "a million parts of one level": model(() => ({ dims: list(1e6, () => 1) })),
  "parts of 2^32 levels": model(() => ({ A: { ...PART, dim: [65_536, 65_536] } }), BIPARTITE),
  "qeye(2^31)": model(() => ({ hamiltonian: "qeye(2147483648)" })),
  "qeye(65536, 65536)": model(() => ({ hamiltonian: "qeye(65536, 65536)" })),
  "destroy(9e15)": model(() => ({ hamiltonian: "destroy(9007199254740993)" })),
  "10^9 output times": model(() => ({ times: { to: 1, count: 1e9 } })),
  "output times closer than numbers": model(() => ({ times: { from: 1e300, to: "1e300 + 1", count: 1e6 } })),
  "a bath of 256 levels": onLevels(256, {}),
  "a bath of 2048 levels": onLevels(2048, {}),
  "a bath of 60 levels that mix": onLevels(60, {
    A: { dim: 60, hamiltonian: "num(60) + create(60) + destroy(60)", bath: { beta: 1 } },
  }),
  "a million global baths that are none": model(() => ({ globalBaths: list(1e6, () => 3) }), BIPARTITE),
  "10 000 baths of 400 jumps that are none": model(
    () => ({ A: { ...PART, baths: list(9999, () => ({ jumps: list(400, () => 3) })) } }),
    BIPARTITE,
  ),
  "10 000 operators of 64 bad dimensions": model(() => ({
    operators: named(9999, () => ({ dims: list(64, () => null), re: [[1]] })),
  })),
  "200 000 global baths": model(() => ({ globalBaths: list(2e5, (k) => ({ name: `g${k}`, jumps: [] })) }), BIPARTITE),
  "10 000 baths": onLevels(16, () => ({
    A: { dim: 16, hamiltonian: "num(16)", baths: list(1e4, (k) => ({ beta: 1, name: `b${k}` })) },
  })),
  "a Davies bath of 1024 levels": onLevels(512, {
    A: { dim: 512, hamiltonian: "num(512)" },
    B: { dim: 2, hamiltonian: "sigmaz" },
    initial: "tensor(ket2dm(basis(512)), ket2dm(basis(2)))",
    globalBaths: [{ name: "g", beta: 1, couplings: ["tensor(create(512) + destroy(512), sigmax)"] }],
  }),
  "a mixed state of 2048 levels": model(() => ({
    dims: list(11, () => 2),
    hamiltonian: `0 * ${PLUS(1)}`,
    initial: `ket2dm(${DENSE_KET(11)}) / 2048`,
  })),
  "a dense operator too many, of two parts": model(
    () => ({ ...denseParts(), observables: { v: PLUS(11) } }),
    BIPARTITE,
  ),
  "a dense operator too many": model(() => ({
    ...{ dims: list(11, () => 2), hamiltonian: PLUS(11), initial: `${DENSE_KET(11)} / sqrt(2048)` },
    observables: { z: PLUS(11) },
  })),
});

/** 2048 levels, of which each acts on each. */
function denseParts() {
  const on = (qubits) => ({ dim: list(qubits, () => 2), hamiltonian: PLUS(qubits) });
  return { A: on(5), B: on(6), V: PLUS(11), initial: `tensor(${list(11, () => "basis(2)").join(", ")})` };
}

/** Nothing is wrong with these. */
const largest = cases(json, {
  "two parts": model(denseParts, BIPARTITE),
  "two parts in a state of all levels": model(
    () => ({ ...denseParts(), initial: `${DENSE_KET(11)} / sqrt(2048)` }),
    BIPARTITE,
  ),
});

const sweeps = cases(loadSweep, {
  "10^9 by 10^9 points": sweep(() => ({ g: { from: 0, to: 1, count: 1e9 }, h: { from: 0, to: 1, count: 1e9 } })),
  "10^16 points": sweep(() => ({ g: { from: 0, to: 1, count: 1e16 } })),
  "10^9 adaptive points": sweep(() => ({ g: { from: 0, to: 1, count: 5 } }), {
    adaptive: { scalar: "z_end", points: 1e9 },
  }),
  "10^9 points a chunk": sweep(() => ({ g: { from: 0, to: 1, count: 1e9 } }), { chunk: 1e9 }),
  "2 000 000 texts": sweep(() => ({ g: list(2e6, () => "x") })),
  "500 000 expressions": sweep(() => ({ g: list(5e5, () => "1+1") })),
  "300 000 values that are none": sweep(() => ({ g: list(3e5, () => null) })),
  "100 000 outputs": sweep(() => ({ g: [1] }), {}, { scalars: list(1e5, (k) => `z${k}`) }),
  "9000 outputs, one twice": sweep(() => ({ g: [1] }), {}, { scalars: [...list(9000, (k) => `z${k}`), "z0"] }),
  "10 000 parameters": () => {
    const parameters = named(9999, () => 1);
    const varied = named(9999, () => [1, 2]);
    return JSON.stringify({ ...LINDBLAD, parameters, sweep: { parameters: varied, mode: "zip", outputs: {} } });
  },
  "lists of other lengths": sweep(() => ({ g: list(1e5, (k) => k), h: [1] }), { mode: "zip" }),
  "a range from 1e308": sweep(() => ({ g: { from: -1.7e308, to: 1.7e308, count: 9 } })),
});

/** The bytes of an array whose header says what it likes. */
function array(header, bytes = 0) {
  const text = `${header}\n`;
  const out = Buffer.alloc(12 + text.length + bytes);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0]);
  out.writeUInt32LE(text.length, 8);
  out.write(text, 12, "latin1");
  return new Uint8Array(out);
}
const header = (shape, { descr = "<f8", fortran = "False" } = {}) =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;

/** An archive whose directory says something else than its files do: `change(view, entry, end)` gets where both begin. */
function lying(files, change) {
  const bytes = zipSync(files);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 22;
  change(view, view.getUint32(end + 16, true), end);
  return bytes;
}
const zeros = (count) => array(header(`${count},`), 8 * count);
const QUICK = { level: 1 };
const MOST = { maxBytes: 64 * 2 ** 20 };
const npz = (bytes) => readNpz(bytes, MOST);

const arrays = [
  ...cases(readNpy, {
    "a shape of 2^64": () => array(header("4294967296, 4294967296")),
    "a shape beyond numbers": () => array(header(`${"9".repeat(400)},`)),
    "a shape of nothing and everything": () => array(header(`0, ${"9".repeat(400)}`)),
    "30 000 axes in Fortran order": () => array(header(`100000, ${"1, ".repeat(30_000)}`, { fortran: "True" }), 8e5),
    "a header of 20 MB": () => array(header("1,") + " ".repeat(20e6)),
    "20 MB of beginnings of headers": () => array("'shape': (1,".repeat(1.7e6)),
    "a header longer than the file": () => array(header("1,")).slice(0, 40),
    objects: () => array(header("1,", { descr: "|O" }), 8),
  }),
  ...cases(npz, {
    "80 MB of zeros in 80 kB": () => zipSync({ "x.npy": zeros(1e7) }, QUICK),
    "a size that is declared too small": () =>
      lying({ "x.npy": zeros(1e5) }, (view, entry) => view.setUint32(entry + 24, 200, true)),
    "a size of 4 GB that is declared": () =>
      lying({ "x.npy": zeros(1) }, (view, entry) => view.setUint32(entry + 24, 2 ** 32 - 2, true)),
    "65 535 files that are not there": () =>
      lying({ "x.npy": zeros(1) }, (view, _entry, end) => view.setUint16(end + 10, 65_535, true)),
    "a directory outside of the file": () =>
      lying({ "x.npy": zeros(1) }, (view, _entry, end) => view.setUint32(end + 16, 2 ** 32 - 2, true)),
    "files that overlap": () => {
      const files = Object.fromEntries(
        list(1000, (k) => [`a${String(k).padStart(4, "0")}.npy`, zeros(k === 0 ? 1e5 : 1)]),
      );
      return lying(files, (view, entry) => {
        for (let k = 1; k < 1000; k++) {
          view.setUint32(entry + k * 55 + 42, 0, true);
          view.setUint32(entry + k * 55 + 24, 8e5, true);
        }
      });
    },
    "an archive in an archive": () => zipSync({ "x.npz": zipSync({ "x.npy": zeros(1e5) }) }),
    "names of other folders": () => zipSync({ "../../x.txt": zeros(1) }),
    "100 files of a megabyte": () =>
      zipSync(Object.fromEntries(list(100, (k) => [`a${k}.npy`, zeros(131_072)])), QUICK),
    "bytes that become doubles": () => zipSync({ "x.npy": array(header("10000000,", { descr: "|i1" }), 10e6) }, QUICK),
  }),
  ...cases((bytes) => readOperatorsNpz(bytes, MOST), {
    "an operator of 2^31 levels": () =>
      zipSync({
        "H.npy": zeros(4),
        "H.dims.npy": npy({ dtype: "float64", shape: [2], data: Float64Array.of(65_536, 32_768) }),
      }),
    "NaN in an operator": () =>
      zipSync({ "H.npy": npy({ dtype: "float64", shape: [2, 2], data: Float64Array.of(1, Number.NaN, 0, 1) }) }),
    "an operator of a million rows, sparse": () => {
      const vector = (values) => npy({ dtype: "float64", shape: [values.length], data: Float64Array.from(values) });
      return zipSync({
        "H.dims.npy": vector([2 ** 30]),
        "H.data.npy": vector([1]),
        "H.indices.npy": vector([0]),
        "H.indptr.npy": vector([0, 1]),
      });
    },
  }),
  ...cases((make) => make(), {
    "NaN in a Hamiltonian": () => () => lindblad.Operator.dense(2, [1, 0, Number.NaN, 0, 0, 0, 1, 0]),
    "infinity in a ket": () => () => new lindblad.Ket([2], [Number.POSITIVE_INFINITY, 0, 0, 0]),
    "levels beyond 2^53": () => () => lindblad.qeye([94_906_267, 94_906_267]),
    "a product beyond 2^31 levels": () => () => lindblad.tensor(...list(4, () => lindblad.qeye(1024))),
  }),
];

/** Data with no text, as a server's framework parses it. */
const objects = cases(data, {
  "an object inside of itself": () => {
    const loop = { ...LINDBLAD };
    loop.operators = { x: loop };
    return loop;
  },
  "a list twenty deep, each ten times": () => ({
    ...LINDBLAD,
    times: list(19, () => 0).reduce((inner) => list(10, () => inner), [1]),
  }),
  getters: () => ({
    ...LINDBLAD,
    get dims() {
      return list(1e5, () => 1);
    },
  }),
  "a million values that are none": () => ({ ...LINDBLAD, times: list(1e6, () => Number.NaN) }),
  "numbers that are texts of a megabyte": () => ({ ...LINDBLAD, dims: ["9".repeat(1e6)] }),
});

/** Fragments of links, and what the page makes of their text; `link` and `check` come bundled from web/. */
export function linkCases({ decodeText, checkText }) {
  const fragment = (content) => `#m1=${deflateSync(content, { level: 9 }).toString("base64url")}`;
  const take = async (link) => {
    const text = await decodeText(link).catch((error) => {
      // What is wrong with a link is wrong with all of it.
      throw Object.assign(error, { path: "link" });
    });
    const checked = checkText(text, "json");
    if ("problems" in checked)
      throw Object.assign(new Error(checked.problems[0].message), { code: "PROBLEM", path: checked.problems[0].path });
  };
  return cases(take, {
    "4 MB of anything": () => `#m1=${"eJ".padEnd(4e6, "A")}`,
    "47 MB of deflated spaces": () => fragment(Buffer.alloc(47e6, " ")),
    "a link of 100 MB": () => `#m1=${"A".repeat(100e6)}`,
    "a million brackets": () => fragment(nested("[", 5e5, "]")),
    "90 000 brackets": () => fragment(nested("[", 9e4, "]")),
    "brackets behind a text of brackets": () => fragment(`{"a": "${"]".repeat(5e4)}", "b": ${nested("[", 5e4, "]")}}`),
    "a key __proto__": () => fragment('{"__proto__": {"polluted": true}}'),
    "10 000 unknown keys": () => fragment(JSON.stringify({ ...LINDBLAD, ...named(9000, () => 1) })),
    "a thousand dense operators": () =>
      fragment(
        model(() => ({ operators: { u: DENSE_KET(11), p: "ket2dm(u)", ...named(1000, (k) => `p * ${k + 2}`) } }))(),
      ),
    "a bath of 2048 levels": () => fragment(onLevels(2048, {})()),
  });
}

export const groups = {
  warm: [
    ...cases(json, { a: model({}), b: model({}, BIPARTITE), c: () => "[" }),
    ...cases(yaml, { d: () => JSON.stringify(LINDBLAD) }),
    ...cases(loadSweep, { e: sweep(() => ({ g: [1] })) }),
    ...cases(npz, { f: () => zipSync({ "x.npy": zeros(4) }) }),
  ],
  text,
  notation,
  prototypes,
  expressions,
  sizes,
  largest,
  sweeps,
  arrays,
  objects,
};
