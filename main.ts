/**
 * The door: builds the real system, runs the command line, sets the exit code.
 *
 * @module
 */
import { createSystem } from "./src/adapters/system.ts";
import { reportError, runCli } from "./src/cli/run_cli.ts";
import { PROGRAM } from "./src/commands/index.ts";

/** Apart from its call, so that the build can have the compiled program cached without running it. */
function main(): Promise<number> {
  const system = createSystem();

  // What nobody awaited must end the agent with one line too, and not with a stack.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    Deno.exit(reportError(event.reason, system));
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    Deno.exit(reportError(event.error, system));
  });
  return runCli(Deno.args, system, PROGRAM);
}

if (import.meta.main) Deno.exit(await main());
