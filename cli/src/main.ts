/**
 * The command `lindblad`.
 * @module
 */
import { CommanderError } from "commander";
import { EXIT, OutputError, reportProblem, UsageError } from "./problem.ts";
import { program } from "./program.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // a reader that has seen enough (| head) is no failure
  if (error.code !== "EPIPE") process.exitCode = reportProblem(new OutputError(`stdout: ${error.message}`), false);
});
// there is nowhere left to say it
process.stderr.on("error", () => {});

try {
  await program.parseAsync();
} catch (error) {
  // help and version are thrown too, with exit code 0
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = EXIT.done;
  else process.exitCode = reportProblem(asUsageError(error), process.argv.includes("--json"));
}

function asUsageError(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.code === "commander.help") {
    const names = program.commands.map((command) => command.name()).join(", ");
    return new UsageError(`expected a command: ${names}; lindblad --help says more`);
  }
  // a suggestion stands on a line of its own
  return new UsageError(error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " "));
}
