/**
 * The licences of what workers contain: Vite lists those of the page's own scripts, and no others.
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** Of what lindblad and its kernel contain: no package tells. */
const NOTICES = readFileSync(new URL("../THIRD-PARTY-NOTICES.md", import.meta.url), "utf8");
const OURS = NOTICES.trim().replace(/^#/gm, "##").replace("Third-party notices", "lindblad, and what it contains");

/** Folders of packages that workers are made of. */
const folders = new Set<string>();

/** In `worker.plugins`: notes what a worker is made of. */
export const noteWorkers = (): Plugin => ({
  name: "lindblad-worker-packages",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      for (const id of chunk.moduleIds) {
        const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll("\\", "/"))?.[0];
        if (folder !== undefined) folders.add(folder);
      }
    }
  },
});

/** In `plugins`: writes them down. */
export const workerLicences = (fileName: string): Plugin => ({
  name: "lindblad-worker-licences",
  apply: "build",
  generateBundle() {
    const parts = [...[...folders].sort().map(licenceOf), OURS];
    const source = `# Licences of what the workers contain\n\n${parts.join("\n\n")}\n`;
    this.emitFile({ type: "asset", fileName, source });
  },
});

/** @throws Error for a package without a licence */
function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (license === undefined || file === undefined) throw new Error(`${dirname(folder)}: ${name} has no licence`);
  const text = readFileSync(join(folder, file), "utf8").trim();
  const notice = existsSync(join(folder, "NOTICE")) ? `\n\n${readFileSync(join(folder, "NOTICE"), "utf8").trim()}` : "";
  return `## ${name} - ${version} (${license})\n\n${text}${notice}`;
}
