import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkText } from "../../web/src/editor/check.ts";
import { decodeText, encodeModel, LinkError, MAX_FRAGMENT, MAX_JSON } from "../../web/src/share/link.ts";

/** A fragment that holds these bytes, made by another implementation of deflate and base64url. */
const fragmentOf = (content: string | Uint8Array) => `#m1=${deflateSync(content, { level: 9 }).toString("base64url")}`;

async function failure(action: Promise<unknown>): Promise<LinkError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LinkError);
  return error as LinkError;
}

const decodeData = async (fragment: string): Promise<unknown> => JSON.parse(await decodeText(fragment));

/** Data that JSON has. */
const data = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));

describe("a model in a link", () => {
  it("comes back as it was", async () => {
    await fc.assert(
      fc.asyncProperty(data, async (value) => {
        const fragment = await encodeModel(value);
        expect(fragment).toMatch(/^#m1=[A-Za-z0-9_-]*$/);
        expect(await decodeData(fragment)).toEqual(value);
        expect(await decodeData(fragment.slice(1))).toEqual(value);
      }),
      { seed: 1 },
    );
  });

  it.each(["two-qubits", "classical-pair", "driven-oscillator", "resonant-exchange"])(
    "holds examples/%s.json in less than a kilobyte",
    async (name) => {
      const file: unknown = JSON.parse(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), "utf8"));
      const fragment = await encodeModel(file);
      expect(fragment.length).toBeLessThan(1024);
      expect(await decodeData(fragment)).toEqual(file);
    },
  );

  it("reads what another implementation has packed", async () => {
    expect(await decodeData(fragmentOf('{"kind": "lindblad", "name": "Müller ⊗"}'))).toEqual({
      kind: "lindblad",
      name: "Müller ⊗",
    });
  });
});

describe("what does not fit into a link", () => {
  it("is refused with its size and the limit", async () => {
    let state = 1;
    // numbers that deflate cannot shorten much
    const noise = Array.from({ length: 10_000 }, () => (state = (state * 48_271) % 2_147_483_647));
    const error = await failure(encodeModel({ noise }));
    expect(error.code).toBe("large");
    expect(error.message).toMatch(
      new RegExp(`take \\d+ characters, and a link holds at most ${MAX_FRAGMENT}\\. Download`),
    );
  });

  it("is refused where it would be too large when unpacked", async () => {
    const error = await failure(encodeModel({ description: "x".repeat(MAX_JSON) }));
    expect(error.message).toContain(`at most ${MAX_JSON}`);
  });

  it.each([
    ["infinity", { beta: Number.POSITIVE_INFINITY }, "beta is Infinity"],
    ["nothing", undefined, "got undefined"],
    ["a bigint", { n: 1n }, "BigInt"],
  ])("is refused: %s", async (_what, file, words) => {
    const error = await failure(encodeModel(file));
    expect(error.code).toBe("data");
    expect(error.message).toContain(words);
  });

  it("is refused: an object that holds itself", async () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect((await failure(encodeModel(loop))).code).toBe("data");
  });
});

describe("a hostile link", () => {
  it.each([
    ["nothing", "", "foreign", "holds no model"],
    ["another fragment", "#section", "foreign", "holds no model"],
    ["a later version", "#m2=abcd", "version", '"m2"'],
    ["a version of 200 digits", `#m${"9".repeat(200)}=`, "version", "m99999999999"],
    ["no data", "#m1=", "damaged", "cut short"],
    ["a single character", "#m1=a", "damaged", "cut short"],
    ["a space", "#m1=ab cd", "damaged", '" " is no part'],
    ["padding", "#m1=ab=d", "damaged", '"=" is no part'],
    ["too long", `#m1=${"A".repeat(MAX_FRAGMENT)}`, "large", `at most ${MAX_FRAGMENT}`],
    ["not UTF-8", fragmentOf(Uint8Array.of(0x22, 0xff, 0x22)), "damaged", "UTF-8"],
  ])("is refused: %s", async (_what, fragment, code, words) => {
    const error = await failure(decodeData(fragment));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message.length).toBeLessThan(300);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ["not JSON", "{", "expected a key"],
    ["a key twice", '{"a": 1, "a": 2}', "stands twice"],
    ["__proto__", '{"__proto__": {"polluted": true}}', "__proto__"],
    ["constructor", '{"a": {"constructor": {"prototype": 1}}}', "constructor"],
    ["nested 22 deep", "[".repeat(22) + "]".repeat(22), "nested more than"],
    ["half a million brackets", "[".repeat(500_000), "not valid JSON"],
    ["and as many closed", "[".repeat(500_000) + "]".repeat(500_000), "nested more than"],
  ])("holds text that is refused as a model: %s", async (_what, content, words) => {
    const checked = checkText(await decodeText(fragmentOf(content)), "json");
    if (!("problems" in checked)) throw new Error("should be refused");
    expect(checked.problems[0]!.message).toContain(words);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("cut anywhere is damaged", async () => {
    const whole = await encodeModel({ kind: "lindblad", parameters: { g: 0.25 }, hamiltonian: "g * sigmax" });
    for (let length = 4; length < whole.length; length++) {
      expect((await failure(decodeData(whole.slice(0, length)))).code).toBe("damaged");
    }
  });

  it("with one character changed is refused, never another model", async () => {
    const file = { kind: "lindblad", parameters: { g: 0.25, beta: 1.5 }, hamiltonian: "g * sigmax" };
    const whole = await encodeModel(file);
    for (let at = 4; at < whole.length; at++) {
      const other = whole[at] === "A" ? "B" : "A";
      const changed = `${whole.slice(0, at)}${other}${whole.slice(at + 1)}`;
      const read = await decodeData(changed).catch((error: unknown) => error);
      // bits of the last character may fill up the last byte alone
      if (!(read instanceof LinkError)) expect([at, read]).toEqual([whole.length - 1, file]);
    }
  });

  it("of random characters gives the typed error or text, and nothing else", async () => {
    const characters = fc.string({ unit: fc.constantFrom(..."ABCDabcd0189-_"), maxLength: 400 });
    const bytes = fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all).toString("base64url"));
    const packed = fc.oneof(fc.string(), fc.json()).map((text) => fragmentOf(text).slice(4));
    await fc.assert(
      fc.asyncProperty(fc.oneof(characters, bytes, packed, fc.string()), async (text) => {
        await decodeText(`#m1=${text}`).catch((error: unknown) => expect(error).toBeInstanceOf(LinkError));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("that unpacks to gigabytes is stopped where the limit is", async () => {
    // 47 MiB in as many bytes as a fragment holds
    const bomb = fragmentOf(Buffer.alloc(47 * 2 ** 20, " "));
    expect(bomb.length).toBeLessThan(MAX_FRAGMENT);
    expect(bomb.length).toBeGreaterThan(0.95 * MAX_FRAGMENT);
    let made = 0;
    const Native = globalThis.DecompressionStream;
    class Counting extends Native {
      override readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
      constructor(format: CompressionFormat) {
        super(format);
        const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform(part, controller) {
            made += part.length;
            controller.enqueue(part);
          },
        });
        this.readable = super.readable.pipeThrough(count);
      }
    }
    globalThis.DecompressionStream = Counting;
    try {
      expect((await failure(decodeData(bomb))).code).toBe("large");
    } finally {
      globalThis.DecompressionStream = Native;
    }
    // 1032 bytes for each of a slice and of what the streams between hold back
    expect(made).toBeGreaterThan(MAX_JSON);
    expect(made).toBeLessThan(2 * MAX_JSON);
  });
});
