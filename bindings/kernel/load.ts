/**
 * Which build of the kernel runs, and when it is compiled: synchronously at first use, or ahead of it by {@link init}.
 * @module
 */
import { InvalidArgumentError, KernelUnavailableError } from "../errors.ts";
import { checkKeys } from "../operators/checks.ts";
import { hostFunctions } from "./callables.ts";
import { carriedBuild, type Isa } from "./carried.ts";
import { installConverters } from "./converters.ts";
import { checkFingerprint } from "./fingerprint.ts";
import { Kernel } from "./kernel.ts";
import { chooseTiles } from "./tiles.ts";
import { instantiate, instantiateSync } from "./vendor/as-bind.js";

/** As `BufferSource`, a name that TypeScript has for browsers alone. */
type Bytes = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** Options of {@link init}. */
export interface InitOptions {
  /** Which of the inlined builds; default: relaxed where the engine has it. */
  isa?: Isa;
  /**
   * The kernel's bytes, or where to get them, instead of an inlined build: `lindblad/wasm/release.wasm` (plain SIMD), or
   * `lindblad/wasm/relaxed.wasm`, which only engines with relaxed SIMD take, as {@link supports} tells; of the same version as the library.
   * `lindblad/slim` needs it.
   */
  wasm?: ArrayBuffer | ArrayBufferView<ArrayBuffer> | Response | URL;
  /**
   * Whether dense products may use register blocks of twice the height, should a timing of some 20 ms find them faster: they are
   * where V8 (from 13 on, Node 24) was started with `--experimental-wasm-revectorize`, by 1.6 times, and half as fast elsewhere.
   * An experimental flag: call {@link selfTest} afterwards. Default: false.
   */
  wideTiles?: boolean;
}

/** Smallest modules that use one instruction of each set. */
const PROBES: Record<Isa, readonly number[]> = {
  simd: [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
  relaxed: [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
    253, 128, 2, 11,
  ],
};

/** The one instance that the functions of the library share… */
let current: Kernel | undefined;
/** …and how it is made, or made again. */
let source: { readonly bytes: () => Uint8Array<ArrayBuffer>; readonly wideTiles: boolean } = {
  bytes: () => inlined(chooseIsa()),
  wideTiles: false,
};

/** The kernel in use; compiled now if it is not yet, or if the last one has trapped.
 * @throws {@link KernelUnavailableError} when the engine lacks WebAssembly SIMD, or the program carries no kernel */
export function getKernel(): Kernel {
  if (current === undefined || current.isBroken) current = start();
  return current;
}

function start(): Kernel {
  const bytes = prepare(source.bytes());
  let kernel: Kernel;
  try {
    kernel = new Kernel(instantiateSync(bytes, imports()));
  } catch (cause) {
    throw unavailable(cause);
  }
  if (source.wideTiles) kernel.functions.useWideTiles(1);
  return kernel;
}

/**
 * Compiles the kernel ahead of its first use, or replaces it: another build, or bytes from elsewhere. Optional: without it
 * the inlined build is compiled at first use.
 * @throws {@link KernelUnavailableError} when the engine cannot run what was asked for, or the bytes are not the kernel
 * @example
 * await init({ isa: "simd" }); // a kernel that computes the same bits on every machine
 */
export async function init(options: InitOptions = {}): Promise<void> {
  checkKeys(options, ["isa", "wasm", "wideTiles"], "init");
  const { isa, wasm, wideTiles = false } = options;
  if (isa !== undefined && wasm !== undefined) {
    throw new InvalidArgumentError("init: isa", isa, "no isa together with wasm: the bytes decide");
  }
  if (isa !== undefined) checkIsa("init: isa", isa);
  if (typeof wideTiles !== "boolean") throw new InvalidArgumentError("init: wideTiles", wideTiles, "true or false");
  // A copy: the caller's may change before the kernel has to be made again.
  const given = wasm === undefined ? undefined : copyOf(await fetchBytes(wasm));
  const bytes = given ?? inlined(isa ?? chooseIsa());
  const kernel = await instantiate(prepare(bytes), imports())
    .then((instance) => new Kernel(instance))
    .catch((cause) => {
      throw unavailable(cause);
    });
  if (wideTiles) chooseTiles(kernel);
  current = kernel;
  source = {
    bytes: () => given ?? inlined(isa ?? chooseIsa()),
    wideTiles: kernel.functions.hasWideTiles() !== 0,
  };
}

/**
 * Whether this engine runs an instruction set: "simd" is what `lindblad/wasm/release.wasm` needs, "relaxed" what
 * `lindblad/wasm/relaxed.wasm` needs besides.
 * @throws {@link InvalidArgumentError} for any other name
 */
export function supports(isa: Isa): boolean {
  checkIsa("supports: isa", isa);
  return typeof WebAssembly === "object" && WebAssembly.validate(Uint8Array.from(PROBES[isa]));
}

function checkIsa(where: string, isa: unknown): void {
  if (isa !== "simd" && isa !== "relaxed") throw new InvalidArgumentError(where, isa, '"simd" or "relaxed"');
}

function chooseIsa(): Isa {
  return supports("relaxed") ? "relaxed" : "simd";
}

function inlined(isa: Isa): Uint8Array<ArrayBuffer> {
  if (!supports(isa)) {
    throw new KernelUnavailableError(
      `this JavaScript engine lacks WebAssembly ${isa === "simd" ? "SIMD" : "relaxed SIMD"}, which the kernel's build "${isa}" needs`,
    );
  }
  const build = carriedBuild(isa);
  if (build === undefined) {
    throw new KernelUnavailableError(
      'lindblad/slim carries no kernel: call await init({ wasm }) first, with the bytes, the URL or a Response of lindblad/wasm/release.wasm, or of relaxed.wasm where supports("relaxed") is true; or import lindblad, which carries both',
    );
  }
  return build;
}

async function fetchBytes(wasm: Bytes | Response | URL): Promise<Bytes> {
  if (wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm)) return wasm;
  if (!(wasm instanceof URL) && !(wasm instanceof Response)) {
    throw new InvalidArgumentError("init: wasm", wasm, "an ArrayBuffer or a view of one, a Response or a URL");
  }
  try {
    const response = wasm instanceof URL ? await fetch(wasm) : wasm;
    if (!response.ok) throw new Error(`HTTP status ${response.status} of ${response.url || "the response"}`);
    return await response.arrayBuffer();
  } catch (cause) {
    throw unavailable(cause);
  }
}

function copyOf(bytes: Bytes): Uint8Array<ArrayBuffer> {
  try {
    const view = ArrayBuffer.isView(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes);
    return view.slice();
  } catch (cause) {
    // They have been transferred to somebody else.
    throw unavailable(cause);
  }
}

/** Checks what can be told from the bytes, and puts our converters in place before as-bind builds its wrappers.
 * @throws {@link KernelUnavailableError} */
function prepare(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const head = String.fromCharCode(...bytes.subarray(0, 4));
  if (head !== "\0asm") {
    throw new KernelUnavailableError(
      `the bytes given are not WebAssembly: expected them to begin with "\\0asm", got ${JSON.stringify(head)}`,
    );
  }
  checkFingerprint(bytes);
  installConverters();
  return bytes;
}

/** Engines, networks and as-bind have errors of their own for bytes that are damaged, or another module. */
function unavailable(cause: unknown): KernelUnavailableError {
  return new KernelUnavailableError(
    `the kernel could not be loaded from what was given, or this engine cannot run it: ${cause instanceof Error ? cause.message : cause}`,
  );
}

/** as-bind adds `env.abort`, which throws with the place of a failed assertion. */
function imports() {
  return { host: hostFunctions };
}
