/** A custom section of a WebAssembly module, to be put behind all others; name and content are short, and ASCII. */
export function customSection(name, content) {
  const bytes = Buffer.from(`${String.fromCharCode(name.length)}${name}${content}`, "latin1");
  return Buffer.concat([Buffer.of(0, bytes.length), bytes]);
}
