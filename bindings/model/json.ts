/**
 * Where a JSON text is wrong. JSON.parse names the place in some messages of some engines only, and keeps the last of two equal
 * keys without a word; this reads the text a second time, builds nothing, and says what is wrong first and where.
 * @module
 */
import { shorten } from "./error.ts";
import { MAX_DEFINITIONS, MAX_VALUES } from "./limits.ts";

/** What is wrong in a text, and at which offset. */
export interface JsonFault {
  readonly position: number;
  readonly detail: string;
  readonly isSyntax: boolean;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS = new Set(["true", "false", "null"]);
const ESCAPE = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/;
/** What a value that is not in quotes consists of, good or bad; of a number at most 1000 characters, of which 17 digits count. */
const BARE = /[\p{L}\p{N}_.+-]{0,1000}/uy;

/** Looks for the first fault: of the syntax, a key that stands twice in one object, or more of something than a file may have. */
export function findFault(text: string): JsonFault | undefined {
  return new Scanner(text).run();
}

/** What comes next: a value, a key, or what may follow a value. */
type State = "value" | "value or ]" | "key" | "key or }" | "after value";

/** Containers are kept on a stack of its own: a text of a million brackets must not overflow the engine's. */
class Scanner {
  #at = 0;
  /** The keys seen so far of each open object; undefined for a list. */
  readonly #open: (Set<string> | undefined)[] = [];
  #state: State = "value";
  #values = 0;

  constructor(readonly text: string) {}

  run(): JsonFault | undefined {
    for (;;) {
      this.#skipSpace();
      if (this.#at === this.text.length && this.#state === "after value" && this.#open.length === 0) return undefined;
      const fault = this.#step();
      if (fault !== undefined) return fault;
    }
  }

  #step(): JsonFault | undefined {
    const character = this.text[this.#at];
    switch (this.#state) {
      case "after value":
        return this.#afterValue(character);
      case "key or }":
        return character === "}" ? this.#close() : this.#key();
      case "key":
        return this.#key();
      case "value or ]":
        return character === "]" ? this.#close() : this.#value(character);
      default:
        return this.#value(character);
    }
  }

  #value(character: string | undefined): JsonFault | undefined {
    if (++this.#values > MAX_VALUES) return this.#refuse(`more than ${MAX_VALUES} values in all`);
    if (character === "{" || character === "[") {
      this.#at++;
      this.#open.push(character === "{" ? new Set() : undefined);
      this.#state = character === "{" ? "key or }" : "value or ]";
      return undefined;
    }
    if (character === '"') {
      const fault = this.#string();
      if (fault !== undefined) return fault;
    } else {
      const bare = this.#bare();
      if (!WORDS.has(bare) && !NUMBER.test(bare)) {
        return this.#unexpected("a value (a text in double quotes, a number, true, false, null, { or [)");
      }
      this.#at += bare.length;
    }
    this.#state = "after value";
    return undefined;
  }

  #key(): JsonFault | undefined {
    const start = this.#at;
    if (this.text[start] !== '"') return this.#unexpected("a key in double quotes");
    const fault = this.#string();
    if (fault !== undefined) return fault;
    const raw = this.text.slice(start, this.#at);
    const keys = this.#open.at(-1)!;
    // escapes may spell the same key in two ways
    const key = raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
    if (keys.has(key)) {
      const detail = `the key ${shorten(raw)} stands twice in one object`;
      return { position: start, detail, isSyntax: false };
    }
    keys.add(key);
    if (keys.size > MAX_DEFINITIONS) return this.#refuse(`more than ${MAX_DEFINITIONS} keys in one object`);
    this.#skipSpace();
    if (this.text[this.#at] !== ":") return this.#unexpected('":" after the key');
    this.#at++;
    this.#state = "value";
    return undefined;
  }

  #afterValue(character: string | undefined): JsonFault | undefined {
    if (this.#open.length === 0) return this.#unexpected("the end of the file");
    const inObject = this.#open.at(-1) !== undefined;
    const end = inObject ? "}" : "]";
    if (character === end) return this.#close();
    if (character !== ",") return this.#unexpected(`"," or "${end}"`);
    this.#at++;
    this.#state = inObject ? "key" : "value";
    return undefined;
  }

  #close(): undefined {
    this.#at++;
    this.#open.pop();
    this.#state = "after value";
  }

  /** Character by character: a pattern over a text of megabytes overflows the engine's stack. */
  #string(): JsonFault | undefined {
    for (this.#at++; this.#at < this.text.length; this.#at++) {
      const character = this.text[this.#at]!;
      if (character === '"') {
        this.#at++;
        return undefined;
      }
      if (character < " ") {
        return this.#fault(`expected the closing quote of a text on its line, got ${JSON.stringify(character)}`);
      }
      if (character !== "\\") continue;
      const sequence = ESCAPE.exec(this.text.slice(this.#at, this.#at + 6))?.[0];
      if (sequence === undefined) return this.#fault(`bad escape ${this.text.slice(this.#at, this.#at + 2)} in a text`);
      this.#at += sequence.length - 1;
    }
    return this.#fault("the file ends inside a text");
  }

  #skipSpace(): void {
    while (" \t\n\r".includes(this.text[this.#at] ?? "end")) this.#at++;
  }

  /** The word or number that stands here; empty for anything else. */
  #bare(): string {
    BARE.lastIndex = this.#at;
    return BARE.exec(this.text)?.[0] ?? "";
  }

  #unexpected(expected: string): JsonFault {
    const character = this.text.codePointAt(this.#at);
    const got = character === undefined ? "the end of the file" : this.#bare() || String.fromCodePoint(character);
    return this.#fault(`expected ${expected}, got ${shorten(got)}`);
  }

  #refuse(detail: string): JsonFault {
    return { position: this.#at, detail, isSyntax: false };
  }

  #fault(detail: string): JsonFault {
    return { position: this.#at, detail, isSyntax: true };
  }
}
