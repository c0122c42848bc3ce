/**
 * A small program, for tests of the command line that must not depend on the real commands.
 *
 * @module
 */
import type { CommandSpec } from "../../src/cli/command.ts";

type Words = readonly [string, ...string[]];

function command(words: Words, more: Partial<CommandSpec> = {}): CommandSpec {
  return {
    words,
    scope: "service",
    summary: `does ${words.join(" ")}`,
    flags: [],
    examples: [{ command: `agent svc1 ${words.join(" ")}`, text: "shows how" }],
    run: () => Promise.resolve(0),
    ...more,
  };
}

/** Makes the sample with other effects for `run`. */
export function sampleWith(run: CommandSpec["run"]): CommandSpec[] {
  return [
    command(["run"], {
      run,
      aliases: [["instance", "run"]],
      passthrough: true,
      details: "Runs tasks.\n  as they are",
      flags: [
        { name: "rid", kind: "string", valueName: "RID", text: "only these" },
        { name: "tags", aliases: ["tag"], kind: "string", text: "only those with tags" },
        { name: "env", kind: "strings", valueName: "K=V", text: "a variable" },
      ],
    }),
    command(["print", "schedule"], { aliases: [["schedule", "list"]], isData: true }),
    command(["print", "status"], { isData: true }),
    command(["status"]),
    command(["stop"]),
    command(["sync", "all"]),
    command(["ls"], { isSelectorOptional: true, isData: true }),
    command(["daemon", "start"], { scope: "daemon" }),
    command(["daemon", "status"], { scope: "daemon" }),
    command(["schedule", "next"], {
      scope: "schedule",
      isData: true,
      positional: { name: "EXPRESSION", text: "an expression" },
      flags: [
        { name: "n", kind: "integer", default: "10", valueName: "COUNT", text: "how many" },
        { name: "wait", kind: "duration", text: "how long" },
      ],
    }),
    command(["completion"], {
      scope: "agent",
      positional: { name: "SHELL", text: "the shell", choices: ["bash", "zsh"] },
    }),
  ];
}

/** A program that does nothing, well documented. */
export const SAMPLE = sampleWith(() => Promise.resolve(0));
