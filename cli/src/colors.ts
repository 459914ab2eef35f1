/**
 * Colours for the terminal, none elsewhere. picocolors alone also colours pipes when the variable CI is set.
 * @module
 */
import pc from "picocolors";

const colorsFor = (stream: NodeJS.WriteStream) => pc.createColors(pc.isColorSupported && stream.isTTY === true);

export const onStdout = colorsFor(process.stdout);
export const onStderr = colorsFor(process.stderr);
