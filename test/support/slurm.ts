/**
 * A Slurm cluster of one node in a temporary folder: munge, slurmctld and slurmd, on free ports; stopped by their process ids.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./redis.ts";

const run = promisify(execFile);
/** Milliseconds until a cluster that has no idle node counts as one that cannot start. */
const START = 20_000;

/** A cluster that runs. */
export interface Slurm {
  /** Submits an array and waits until all its tasks have ended. @param path before PATH */
  sbatch(args: readonly string[], folder: string, path: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cluster of so many processors, whatever the machine has. */
export async function slurmCluster(processors: number): Promise<Slurm> {
  const folder = mkdtempSync(join(tmpdir(), "lindblad-slurm-"));
  const at = (name: string) => join(folder, name);
  const [controller, node] = [await freePort(), await freePort()];
  const [host, user] = [hostname().split(".")[0]!, userInfo().username];
  for (const name of ["state", "spool"]) mkdirSync(at(name));
  writeFileSync(at("key"), randomBytes(1024), { mode: 0o400 });
  const settings = {
    ...{ ClusterName: "test", SlurmctldHost: `${host}(127.0.0.1)`, SlurmUser: user, SlurmdUser: user },
    ...{ AuthType: "auth/munge", AuthInfo: `socket=${at("socket")}`, CredType: "cred/munge" },
    ...{ SlurmctldPort: controller, SlurmdPort: node, StateSaveLocation: at("state"), SlurmdSpoolDir: at("spool") },
    ...{ SlurmctldPidFile: at("ctld.pid"), SlurmdPidFile: at("slurmd.pid") },
    ...{ ProctrackType: "proctrack/linuxproc", TaskPlugin: "task/none", MpiDefault: "none" },
    ...{ SelectType: "select/cons_tres", SelectTypeParameters: "CR_CPU", SlurmdParameters: "config_overrides" },
    ...{ SchedulerParameters: "sched_interval=1,batch_sched_delay=0", ReturnToService: "2" },
  };
  const lines = Object.entries(settings).map((pair) => pair.join("="));
  lines.push(`NodeName=${host} NodeAddr=127.0.0.1 CPUs=${processors} State=UNKNOWN`);
  lines.push(`PartitionName=all Nodes=${host} Default=YES State=UP`);
  writeFileSync(at("slurm.conf"), `${lines.join("\n")}\n`);
  const env = { ...process.env, SLURM_CONF: at("slurm.conf") };
  const children: ChildProcess[] = [];
  let said = "";
  const start = (command: string, ...args: string[]) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (text) => (said += text));
    child.on("error", (error) => {
      said += `${error.message}: apt-get install slurmctld slurmd slurm-client munge\n`;
    });
    children.push(child);
  };
  const stop = async () => {
    for (const child of children.reverse()) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const files = [`--key-file=${at("key")}`, `--socket=${at("socket")}`, `--pid-file=${at("munge.pid")}`];
  start("munged", "--foreground", "--force", ...files, `--log-file=${at("munge.log")}`, `--seed-file=${at("seed")}`);
  start("slurmctld", "-D", "-f", at("slurm.conf"));
  start("slurmd", "-D", "-f", at("slurm.conf"));
  const until = performance.now() + START;
  for (;;) {
    const state = await run("sinfo", ["--noheader", "--format=%t"], { env }).catch((error: Error) => {
      return { stdout: error.message };
    });
    if (/^idle/.test(state.stdout)) break;
    if (performance.now() > until) {
      await stop();
      throw new Error(`Slurm does not start: ${state.stdout}\n${said}`);
    }
    await new Promise((next) => setTimeout(next, 200));
  }
  return {
    async sbatch(args, cwd, path) {
      const own = { ...env, PATH: `${path}:${process.env.PATH}` };
      await run("sbatch", ["--wait", ...args], { env: own, cwd, timeout: 60_000 });
    },
    stop,
  };
}
