/** Runs the server of examples/service as a process of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../support/browser.ts";

export interface Service {
  readonly url: string;
  /** Posts a model; the answer's body parsed as JSON. */
  solve(body: string | Uint8Array | object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Of the metrics, one without labels. */
  metric(name: string): Promise<number>;
  /** Sends a signal and waits for the end; the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: JSON
  readonly body: any;
}

export async function startService(environment: Readonly<Record<string, string | number>> = {}): Promise<Service> {
  const limits = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
  const child = spawn(process.execPath, [join(root, "examples", "service", "src", "main.mjs")], {
    env: { ...process.env, PORT: "0", LOG: "silent", ...limits },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        said += chunk;
        const found = /listening on (\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    child.on("close", (code) => reject(new Error(`the service ended with ${code}: ${said}`)));
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    url,
    async solve(body, headers = {}) {
      const content = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
      const response = await fetch(`${url}/solve`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: content as BodyInit,
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)![1]);
    },
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
  };
}
