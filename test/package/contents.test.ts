/** What lies in the archives, and what the judges of npm packages say of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { PACKAGES, packed } from "../../scripts/packed.mjs";
import { root } from "../support/browser.ts";
import { consumer, INSTALL_MS, manifestOf, run, tool } from "./support.ts";

/** Every file is of one of these kinds, or does not belong there. */
const KINDS = {
  code: /^dist\/.*\.js$/,
  types: /^dist\/.*\.d\.ts$/,
  kernel: /^dist\/wasm\/(release|relaxed)\.wasm$/,
  schema: /^dist\/(model|sweep)\.schema\.json$/,
  command: /^bin\/lindblad\.mjs$/,
  text: /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|THIRD-PARTY-NOTICES\.md)$/,
};

/** The archive in kB, at most: a tenth above what was measured. */
const SIZES: Readonly<Record<string, number>> = {
  lindblad: 850,
  "@lindblad/plot": 60,
  "@lindblad/sweep": 70,
  "@lindblad/cli": 44,
};

let archives: Record<string, string>;
let folder: string;
beforeAll(async () => {
  archives = await packed();
  folder = await consumer(Object.keys(PACKAGES));
}, INSTALL_MS);
const at = (name: string) => join(folder, "node_modules", name);

describe.each(Object.keys(PACKAGES))("%s", (name) => {
  test("holds files of the kinds that users need, and is as small as it was", () => {
    const files = readdirSync(at(name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(at(name).length + 1));
    expect(files.filter((file) => !Object.values(KINDS).some((kind) => kind.test(file)))).toEqual([]);
    expect(readFileSync(archives[name]!).length / 1000).toBeLessThan(SIZES[name]!);
  });

  test("no module names a source map, which is not there", () => {
    const modules = readdirSync(join(at(name), "dist"), { recursive: true, encoding: "utf8" }).filter((file) =>
      /\.(js|d\.ts)$/.test(file),
    );
    const naming = modules.filter((file) =>
      /^\/\/# sourceMappingURL=/m.test(readFileSync(join(at(name), "dist", file), "utf8")),
    );
    expect(naming).toEqual([]);
  });

  test("brings the repository's licence, and a README", () => {
    expect(readFileSync(join(at(name), "LICENSE"), "utf8")).toBe(readFileSync(join(root, "LICENSE"), "utf8"));
    expect(existsSync(join(at(name), "README.md"))).toBe(true);
  });

  test("holds every file that its exports name", () => {
    const { exports = {} } = manifestOf(folder, name) as { exports?: Record<string, string | Record<string, string>> };
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target),
    );
    expect(targets.filter((target) => !existsSync(join(at(name), target.replace("/*", ""))))).toEqual([]);
  });

  test("is published for everybody, built, and its package.json can be imported", () => {
    const { publishConfig, scripts, exports } = manifestOf(folder, name);
    // npm takes a package with a scope for a private one.
    expect(publishConfig).toEqual(name === "lindblad" ? undefined : { access: "public" });
    expect(scripts.prepack).toMatch(/^node (\.\.\/)?scripts\/prepack\.mjs$/);
    expect(exports["./package.json"]).toBe("./package.json");
  });

  test("publint finds nothing, not even to suggest", async () => {
    const { publint } = await tool("publint");
    const { formatMessage } = await tool("publint/utils");
    const tarball = readFileSync(archives[name]!);
    const pack = { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) };
    const { messages, pkg } = await publint({ strict: true, pack });
    expect(messages.map((message: unknown) => formatMessage(message, pkg))).toEqual([]);
  });

  test("attw finds types in every entry that has some", async () => {
    const { checkPackage, createPackageFromTarballData } = await tool("@arethetypeswrong/core");
    const { problems = [], types } = await checkPackage(
      createPackageFromTarballData(new Uint8Array(readFileSync(archives[name]!))),
    );
    // The command exports nothing.
    expect(types).toEqual(name === "@lindblad/cli" ? false : { kind: "included" });
    expect(problems.filter((problem: Problem) => !isOfOtherWorlds(problem))).toEqual([]);
  });
});

interface Problem {
  readonly kind: string;
  readonly resolutionKind?: string;
  readonly entrypoint?: string;
}

/** The packages are ES modules with an exports map: TypeScript before 4.7 knows neither, and `require` gives an ES module from Node 20.19 on. */
function isOfOtherWorlds({ kind, resolutionKind }: Problem): boolean {
  return resolutionKind === "node10" || (resolutionKind === "node16-cjs" && kind === "CJSResolvesToESM");
}

test("none of the packages runs a script when it is installed, and of what they depend on only what is named in docs/packaging.md", () => {
  const { packages } = JSON.parse(readFileSync(join(folder, "node_modules", ".package-lock.json"), "utf8")) as {
    packages: Record<string, { readonly hasInstallScript?: boolean }>;
  };
  expect(Object.keys(packages)).toEqual(
    expect.arrayContaining(Object.keys(PACKAGES).map((name) => `node_modules/${name}`)),
  );
  const running = Object.keys(packages).filter((path) => packages[path]!.hasInstallScript);
  expect(running).toEqual(["node_modules/msgpackr-extract"]);
  expect(readFileSync(join(root, "docs", "packaging.md"), "utf8")).toContain("`msgpackr-extract`");
});

test("the third-party notices name files that are there, and what they are of", () => {
  const notices = readFileSync(join(at("lindblad"), "THIRD-PARTY-NOTICES.md"), "utf8");
  const named = [...notices.matchAll(/`(dist\/[^`]+)`/g)].map(([, file]) => file!);
  expect(named).toEqual(["dist/shared/core.js", "dist/shared/kernels.js"]);
  const [core, kernels] = named.map((file) => readFileSync(join(at("lindblad"), file), "utf8"));
  expect(core).toContain("/*! as-bind 0.8.2, MIT License");
  expect(kernels).toContain("node_modules/fflate/");
});

test("every entry of every package is imported with what npm has installed", async () => {
  const entries = Object.keys(PACKAGES).flatMap((name) => {
    const { exports } = manifestOf(folder, name) as { exports: Record<string, { types?: string }> };
    const typed = Object.entries(exports).filter(([, { types }]) => types !== undefined);
    return typed.map(([path]) => path.replace(".", name));
  });
  const code = `for (const entry of ${JSON.stringify(entries)}) console.log(entry, Object.keys(await import(entry)).length > 0);`;
  const said = await run(process.execPath, ["--input-type=module", "--eval", code], folder);
  expect(said).toBe(entries.map((entry) => `${entry} true\n`).join(""));
});

test(
  "lindblad alone installs no native code and runs no script",
  async () => {
    const alone = await consumer(["lindblad"]);
    const { packages } = JSON.parse(readFileSync(join(alone, "node_modules", ".package-lock.json"), "utf8")) as {
      packages: Record<string, Record<string, unknown>>;
    };
    expect(Object.keys(packages).sort()).toEqual(
      ["fflate", "jsep", "lindblad", "yaml", "zod"].map((name) => `node_modules/${name}`),
    );
    for (const [path, entry] of Object.entries(packages)) {
      expect(
        Object.keys(entry).filter((key) => ["hasInstallScript", "os", "cpu", "libc"].includes(key)),
        path,
      ).toEqual([]);
      const { scripts = {}, gypfile } = JSON.parse(readFileSync(join(alone, path, "package.json"), "utf8"));
      expect(
        Object.keys(scripts).filter((script) => /^(pre|post)?install$/.test(script)),
        path,
      ).toEqual([]);
      expect([gypfile, existsSync(join(alone, path, "binding.gyp"))], path).toEqual([undefined, false]);
    }
  },
  INSTALL_MS,
);
