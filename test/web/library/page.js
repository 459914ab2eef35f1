/** Computes in the page, or with ?in=worker in a module worker; what comes of it is the promise `found`. */
import { run } from "./run.js";

globalThis.found = new URL(location.href).searchParams.get("in") === "worker" ? inWorker() : run(location.href);

function inWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(`./worker.js${location.search}`, import.meta.url), { type: "module" });
    worker.onmessage = ({ data: { error, result } }) => (error ? reject(new Error(error)) : resolve(result));
    worker.onerror = ({ message }) => reject(new Error(`the worker did not start: ${message}`));
  });
}
