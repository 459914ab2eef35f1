/**
 * The worker's side, whatever kind of worker it is.
 * @module
 */
import { type InitOptions, init } from "../kernel/load.ts";
import type { Progress } from "../solvers/options.ts";
import { pack, unpack } from "./pack.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { FUNCTIONS } from "./registry.ts";

export interface Port {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
}

/** Does what a message asks for and answers it; never rejects. */
export async function serve(message: ToWorker, port: Port): Promise<void> {
  const { job } = message;
  try {
    const result = message.type === "init" ? await init(initOptions(message.options)) : await call(message, port);
    const { transfer, ...value } = pack(result, `${message.type}: result`);
    port.postMessage({ type: "done", job, value }, transfer);
  } catch (reason) {
    const { transfer, ...error } = pack(reason, "error");
    port.postMessage({ type: "failed", job, error }, transfer);
  }
}

/** A URL comes as text. */
function initOptions(options: (ToWorker & { type: "init" })["options"]): InitOptions {
  const { wasm, ...others } = options;
  if (wasm === undefined) return others;
  return { ...others, wasm: typeof wasm === "string" ? new URL(wasm) : (wasm as ArrayBuffer) };
}

function call({ job, name, args, progress }: ToWorker & { type: "run" }, port: Port): Promise<unknown> {
  const values = unpack(args) as unknown[];
  if (progress) {
    const onProgress = (now: Progress) => port.postMessage({ type: "progress", job, progress: now }, []);
    values.push({ ...(values.pop() as object), onProgress });
  }
  return (FUNCTIONS[name] as (...values: unknown[]) => Promise<unknown>)(...values);
}
