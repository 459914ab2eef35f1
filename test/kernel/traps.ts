/** Ways to make the kernel fail. */
import { getKernel } from "../../bindings/kernel/load.ts";

/** Traps: what lies there is beyond the kernel's memory. @throws {@link KernelTrapError} */
export function trap(): never {
  const { functions } = getKernel();
  functions.norm(2 ** 32 - 64, 8);
  throw new Error("the kernel read beyond its memory");
}

/** The kernel with a smaller limit on its memory, as an engine has that grants no more. */
export function withMostPages(module: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  const read = (at: number): { value: number; next: number } => {
    let value = 0;
    for (let factor = 1, k = at; ; factor *= 128, k++) {
      value += factor * (module[k]! & 127);
      if (module[k]! < 128) return { value, next: k + 1 };
    }
  };
  const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
  for (let at = 8; at < module.length; ) {
    const id = module[at]!;
    const { value: size, next } = read(at + 1);
    if (id === 5) {
      // One memory, with a limit: 1, 1, least, most.
      const least = read(next + 2);
      const content = [1, 1, ...leb(least.value), ...leb(pages)];
      return Uint8Array.from([
        ...module.subarray(0, at + 1),
        ...leb(content.length),
        ...content,
        ...module.subarray(next + size),
      ]);
    }
    at = next + size;
  }
  throw new Error("the module has no memory of its own");
}
