/** Programs that the tests start: what brings them, and on Debian where nobody needs to be asked their installation. Node built-ins only. */
import { capture } from "./process.mjs";

/** By what is installed; `find` is a command that succeeds where it is there. */
const TOOLS = [
  // Debian's python3 comes without the module that makes virtual environments
  { packages: ["python3", "python3-venv"], find: ["python3", "-c", "import ensurepip, venv"] },
  { packages: ["chromium"], find: ["chromium", "--version"], unless: () => process.env.CHROMIUM !== undefined },
  { packages: ["redis-server"], find: ["redis-server", "--version"] },
  { packages: ["openssl"], find: ["openssl", "version"] },
  { packages: ["slurmctld", "slurmd", "slurm-client", "munge"], find: ["slurmctld", "-V"] },
];

/**
 * Installs what is missing where that takes no password: as root, by apt-get. Elsewhere nothing is done, and the tests that need something say what.
 * What cannot be installed is told, and left to them too.
 */
export async function ensureTools() {
  if (process.platform !== "linux" || process.getuid() !== 0 || !(await succeeds(["apt-get", "--version"]))) return;
  const missing = [];
  for (const { packages, find, unless } of TOOLS) {
    if (!unless?.() && !(await succeeds(find))) missing.push(...packages);
  }
  if (missing.length === 0) return;
  console.error(`installing what the tests start (apt-get install ${missing.join(" ")})…`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const update = await capture("apt-get", ["update", "-qq"], { env });
  const install = await capture("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env });
  if (install.code !== 0) console.error(`apt-get failed:\n${update.output}\n${install.output}`);
}

async function succeeds([command, ...args]) {
  return (await capture(command, args)).code === 0;
}
