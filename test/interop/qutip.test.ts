/**
 * What docs/guide/coming-from-qutip.md says, in QuTiP and here: its programs, every row of its tables of functions, and the objects that
 * docs/guide/lindblad_qutip.py takes from one to the other.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as lindblad from "../../bindings/index.ts";
import { npz, operatorsNpz, readOperatorsNpz } from "../../bindings/io/index.ts";
import { buildModel, type LindbladModel, validateModel } from "../../bindings/model/index.ts";
import { blocksOf } from "../support/programs.ts";
import { makePython, PYTHON_TIMEOUT, type Python } from "../support/python.ts";

const { Ket, Operator } = lindblad;
const root = fileURLToPath(new URL("../..", import.meta.url));
const guide = join(root, "docs", "guide");
const page = readFileSync(join(guide, "coming-from-qutip.md"), "utf8");
const directory = mkdtempSync(join(tmpdir(), "lindblad-qutip-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let python: Python;
beforeAll(async () => {
  python = await makePython();
}, PYTHON_TIMEOUT);

const blocks = (text: string, language: string) =>
  blocksOf(text).flatMap((block) => (block.language === language ? block.text : []));

/** Runs programs of Python's in a folder with lindblad_qutip.py on the path. @returns the numbers that each printed */
const inPython = (programs: readonly string[]) =>
  python(
    `import contextlib, io, json, os, re, sys, warnings
warnings.simplefilter("ignore") # QuTiP evaluates strings where it has no compiler
sys.path.insert(0, sys.argv[1]); os.chdir(sys.argv[2])
out = []
for program in json.loads(sys.argv[3]):
    text = io.StringIO()
    with contextlib.redirect_stdout(text): exec(program, {})
    out.append([float(x) for x in re.findall(r"-?[0-9][0-9.]*(?:e[-+]?[0-9]+)?", text.getvalue())])
print(json.dumps(out))`,
    guide,
    directory,
    JSON.stringify(programs),
  ) as number[][];

const inNode = (program: string) =>
  execFileSync(process.execPath, ["--input-type=module", "-e", program], { cwd: root, encoding: "utf8" });
const numbersIn = (text: string) => (text.match(/-?\d[\d.]*(?:e[-+]?\d+)?/g) ?? []).map(Number);

describe("programs", () => {
  const [part] = page.split("## Solvers");
  const theirs = blocks(part!, "python");
  const ours = blocks(part!, "js");

  it("print the same numbers", { timeout: 120_000 }, () => {
    expect(theirs.length).toBe(ours.length);
    const printed = inPython(theirs);
    ours.forEach((program, k) => {
      // typed arrays print their length and name
      const found = numbersIn(inNode(program).replace(/Float64Array\(\d+\)/g, ""));
      const wanted = printed[k]!;
      expect(wanted.length, theirs[k]).toBeGreaterThan(1);
      expect(found.length, program).toBe(wanted.length);
      // QuTiP keeps 1e-6 a step, of numbers of order 1, for some tens of steps
      found.forEach((value, n) => {
        expect(Math.abs(value - wanted[n]!), `${program}\n${value} and ${wanted[n]}`).toBeLessThan(5e-5);
      });
    });
  });
});

describe("rows of the tables of functions", () => {
  const [, part] = page.split("## Functions, one by one");
  const rows = Array.from(
    part!.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm),
    ([, theirs, ours]) => [theirs!, ours!] as const,
  );
  const [prelude] = blocks(part!, "python");
  const [ourPrelude] = blocks(part!, "js");
  let found: number[][];
  let wanted: number[][];

  beforeAll(() => {
    wanted = python(
      `import json, sys
exec(sys.argv[1])
def numbers(x):
    x = np.asarray(x.full() if isinstance(x, Qobj) else x, dtype=complex).ravel()
    return [float(part) for z in x for part in (z.real, z.imag)]
print(json.dumps([numbers(eval(row)) for row in json.loads(sys.argv[2])]))`,
      prelude!,
      JSON.stringify(rows.map(([theirs]) => theirs)),
    ) as number[][];
    const names = Object.keys(lindblad).filter((name) => new RegExp(`\\b${name}\\b`).test(part!));
    found = JSON.parse(
      inNode(
        `import { ${names.join(", ")} } from "lindblad";
${ourPrelude!.replace(/^import .*\n/, "")}
const numbers = (x) => {
  if (typeof x === "number") return [x, 0];
  if (x instanceof lindblad.Operator) return Array.from(x.toDense());
  if (x instanceof lindblad.Ket) return Array.from(x.toArray());
  return typeof x.re === "number" ? [x.re, x.im] : Array.from(x).flatMap((y) => [y, 0]);
};
console.log(JSON.stringify([${rows.map(([, ours]) => `numbers(${ours})`).join(",\n")}]));`.replace(
          /^import \{/,
          'import * as lindblad from "lindblad";\nimport {',
        ),
      ),
    );
  }, PYTHON_TIMEOUT);

  it("there are many", () => {
    expect(rows.length).toBeGreaterThan(70);
  });

  it.each(rows.map(([theirs, ours], k) => [theirs, ours, k] as const))("%s is %s", (theirs, _, k) => {
    // That of QuTiP's integrator where it has one; else of the square roots of matrices in its fidelities: sqrt(2^-52)
    const limit = /propagator/.test(theirs) ? 1e-8 : /fidelity|bures|hellinger/.test(theirs) ? 2e-8 : 1e-12;
    expect(found[k]!.length).toBe(wanted[k]!.length);
    found[k]!.forEach((value, n) => {
      expect(Math.abs(value - wanted[k]![n]!)).toBeLessThan(limit);
    });
  });
});

describe("objects taken along", () => {
  it("QuTiP's operators, sparse and dense, superoperators and kets are read element by element", () => {
    python(
      `import json, sys
sys.path.insert(0, sys.argv[1])
from lindblad_qutip import *
from qutip import *
a = tensor(destroy(4), qeye(3))
numbers = lambda q: q.full().ravel().view(float).tolist()
objects = dict(a=a, H=a + a.dag(), dm=rand_dm([2, 3], seed=7), psi=tensor(basis(2, 1), basis(3, 2)) * 1j, L=liouvillian(sigmax(), [sigmam()]))
save_operators(sys.argv[2], **objects)
json.dump({name: numbers(q) for name, q in objects.items()}, open(sys.argv[2] + ".json", "w"))
print("true")`,
      guide,
      join(directory, "objects.npz"),
    );
    const read = readOperatorsNpz(readFileSync(join(directory, "objects.npz")));
    const wanted = JSON.parse(readFileSync(join(directory, "objects.npz.json"), "utf8"));
    const dims = { a: [4, 3], H: [4, 3], dm: [2, 3], psi: [2, 3], L: [2, 2] };
    expect(Object.fromEntries(Object.entries(read).map(([name, one]) => [name, one.dims]))).toEqual(dims);
    const dense = (one: lindblad.Operator | lindblad.Ket) =>
      Array.from(one instanceof Ket ? one.toArray() : one.toDense());
    expect(Object.fromEntries(Object.entries(read).map(([name, one]) => [name, dense(one)]))).toEqual(wanted);
    const storage = (name: string) => (read[name] as lindblad.Operator).storage;
    expect([storage("a"), storage("H"), storage("L"), storage("dm")]).toEqual(["csr", "csr", "csr", "dense"]);
    expect(dense(lindblad.liouvillian(lindblad.sigmax(), [lindblad.sigmam()]))).toEqual(wanted.L);
  });

  it("ours are read by QuTiP element by element", () => {
    const a = lindblad.tensor(lindblad.destroy(4), lindblad.qeye(3));
    const psi = lindblad.coherent(5, { re: 0.3, im: 0.4 });
    const objects = {
      a,
      psi,
      rho: lindblad.ket2dm(psi),
      full: Operator.dense(2, [1, 2, 3, 4, 5, 6, 7, 8]),
      none: a.sub(a),
    };
    writeFileSync(join(directory, "ours.npz"), operatorsNpz(objects));
    const read = python(
      `import json, sys
sys.path.insert(0, sys.argv[1])
from lindblad_qutip import *
print(json.dumps({name: [q.type, q.dims, q.full().ravel().view(float).tolist()] for name, q in load_operators(sys.argv[2]).items()}))`,
      guide,
      join(directory, "ours.npz"),
    );
    const operator = (one: lindblad.Operator) => [
      "oper",
      [one.dims, one.dims],
      Array.from(one.toDense(), (x) => x + 0),
    ];
    expect(read).toEqual({
      a: operator(a),
      psi: ["ket", [[5], [1]], Array.from(psi.toArray())],
      rho: operator(objects.rho),
      full: operator(objects.full),
      none: operator(objects.none),
    });
    expect(readOperatorsNpz(operatorsNpz(objects))).toEqual(objects);
  });

  it("a superoperator becomes one again, and a model file has QuTiP's matrices", () => {
    const L = lindblad.liouvillian(lindblad.sigmax(), [lindblad.sigmam()]);
    writeFileSync(join(directory, "L.npz"), operatorsNpz({ L }));
    const { defect, ...model } = python(
      `import json, sys
sys.path.insert(0, sys.argv[1])
from lindblad_qutip import *
from qutip import *
L = as_super(load_operators(sys.argv[2])["L"])
a = destroy(3)
print(json.dumps({"defect": (L - liouvillian(sigmax(), [sigmam()])).norm(), "version": 1, "kind": "lindblad", "dims": [3],
  "hamiltonian": model_operator(Qobj((a + a.dag()).full())), "jumps": [model_operator(a)], "initial": model_operator(basis(3, 2)),
  "times": [0, 1], "observables": {"n": model_operator(num(3))}}))`,
      guide,
      join(directory, "L.npz"),
    ) as LindbladModel & { defect: number };
    expect(defect).toBe(0);
    const built = buildModel(validateModel(model));
    if (built.kind !== "lindblad") throw new Error("a model of the other kind");
    const a = lindblad.destroy(3);
    expect(built.jumps[0]!.op.toDense()).toEqual(a.toDense());
    expect(built.H.toDense()).toEqual(a.add(a.dag()).toDense());
    expect(built.rho0.toDense()).toEqual(lindblad.ket2dm(lindblad.basis(3, 2)).toDense());
  });

  it("what has no form here is refused by name, and a matrix of one element is one", () => {
    const found = python(
      `import json, sys
sys.path.insert(0, sys.argv[1])
from lindblad_qutip import *
from qutip import *
odd = {
  "bra": basis(2, 0).dag(), "vector": operator_to_vector(sigmax()), "oblong": Qobj([[1, 2, 3], [4, 5, 6]]), "list": [sigmax()],
  "choi": to_choi(to_super(sigmax())), "chi": to_chi(to_super(sigmax())), "restricted": enr_destroy([2, 2], 1)[0],
  "changing": QobjEvo([sigmax(), [sigmaz(), lambda t: t]]), "H.dims": sigmax(),
}
def refusal(run):
    try: run()
    except (TypeError, ValueError) as error: return str(error)
save_operators(sys.argv[2], one=Qobj([[3]]), path=sigmax())
with np.load(sys.argv[2]) as file: shape = file["one"].shape
print(json.dumps({"refused": [[name, refusal(lambda: save_operators(sys.argv[2] + ".odd", **{name: q}))] for name, q in odd.items()],
  "as_super": refusal(lambda: as_super(sigmax())), "shape": shape, "model": model_operator(Qobj([[3]]))}))`,
      guide,
      join(directory, "odd.npz"),
    ) as { refused: [string, string | null][]; as_super: string; shape: number[]; model: unknown };
    expect(found.refused.length).toBe(9);
    for (const [name, message] of found.refused) expect(message).toContain(`${name}: a`);
    expect(found.as_super).toContain("[...dims, ...dims]");
    expect(found.shape).toEqual([1, 1]);
    expect(found.model).toEqual({ dims: [1], re: [[3]], im: [[0]] });
    expect(Object.keys(readOperatorsNpz(readFileSync(join(directory, "odd.npz"))))).toEqual(["one", "path"]);
  });

  it("the guide's files go from one to the other", { timeout: 60_000 }, () => {
    const [, part] = page.split("## Taking objects along");
    const [saving, loading] = blocks(part!, "python");
    inPython([saving!]);
    const [ours] = blocks(part!, "js");
    const result = inNode(
      `process.chdir(${JSON.stringify(directory)});\n${ours!}
import { writeFileSync } from "node:fs";
import { solutionNpz } from "lindblad/io";
writeFileSync("result.npz", solutionNpz(result));
console.log(JSON.stringify([H.dims, H.storage, Array.from(result.expect.n)]));`,
    );
    const [dims, storage, n] = JSON.parse(result);
    expect([dims, storage]).toEqual([[6, 2], "csr"]);
    // half a Rabi period of 2·0.3, nearly
    expect(n[1]).toBeGreaterThan(0.9);
    const [numbers] = inPython([
      `${loading!}\nprint(final.tr().real, final.dims[0][0], final.dims[1][1], len(states), n.sum())`,
    ]);
    expect(numbers![0]).toBeCloseTo(1, 12);
    expect(numbers!.slice(1)).toEqual([6, 2, 0, n[1]]);
  });
});

describe("a file that holds no operators", () => {
  const vector = (data: number[]) => ({
    dtype: "float64" as const,
    shape: [data.length],
    data: Float64Array.from(data),
  });
  it.each([
    ["a matrix that is not square", { x: { ...vector([1, 2]), shape: [1, 2] } }, "a square matrix"],
    ["parts of one alone", { "x.data": vector([1]), "x.indptr": vector([0, 1]) }, "no .dims, .indices"],
    ["dims of another space", { x: vector([1, 2]), "x.dims": vector([3]) }, "for dims [3]"],
    [
      "an index outside",
      { "x.data": vector([1]), "x.indices": vector([5]), "x.indptr": vector([0, 1]), "x.dims": vector([1]) },
      "columns[0]",
    ],
    ["NaN", { x: vector([Number.NaN, 0]) }, "not finite"],
  ])("%s", (_, arrays, message) => {
    expect(() => readOperatorsNpz(npz(arrays))).toThrow(message);
  });

  it("names and values are checked when writing", () => {
    expect(() => operatorsNpz({ "H.dims": lindblad.sigmax() })).toThrow("does not end in");
    expect(() => operatorsNpz({ H: 3 as unknown as lindblad.Operator })).toThrow("operatorsNpz: H");
  });
});
