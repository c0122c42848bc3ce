import { createConfig } from "../../actions/config/create.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { RefusedError } from "../../core/errors.ts";
import { formatObjectPath, parseObjectPath } from "../../core/naming/object_path.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { readVariables } from "../variables.ts";
import { keywordFlag } from "./keyword_flags.ts";
import { readingWords, tellingErrors, tellRemarks } from "./remarks.ts";
import { parseAssignment } from "../../core/config/assignment.ts";

/** `agent NAME create` */
export const CREATE: CommandSpec = {
  words: ["create"],
  aliases: [["instance", "create"]],
  scope: "service",
  summary: "create a service from a file, from standard input or from keywords",
  usage: "NAME create [FLAGS]",
  flags: [
    {
      name: "config",
      kind: "string",
      valueName: "FILE",
      text: "a configuration, as text or JSON; - is standard input",
    },
    keywordFlag("SECTION.KEYWORD=VALUE", "a keyword to set, after the file is read"),
    { name: "env", kind: "strings", valueName: "NAME=VALUE", text: "a value for the section env" },
  ],
  examples: [
    { command: "agent testmd create --config testmd.conf", text: "creates testmd from a file" },
    {
      command: "agent testmd create --kw 'task#0.command=/bin/true' --kw 'task#0.schedule=@10'",
      text: "creates testmd with one task, which runs every 10 minutes",
    },
    {
      command: "agent testmd print config --format json | agent copy create --config -",
      text: "creates a copy of testmd",
    },
  ],
  details:
    "The configuration is validated first: with errors nothing is written, and the exit code is 3. A daemon takes " +
    "the new service up at once: it does not start frozen, unlike in OpenSVC. Copying a file into the folder of the " +
    "configurations does the same, without the validation.",
  run: create,
};

async function create(invocation: Invocation, system: System): Promise<number> {
  const { flags, selector = "" } = invocation;
  const agent = agentFor(invocation, system);
  const path = readingWords(() => parseObjectPath(selector));
  const assignments = flags.strings("kw");
  readingWords(() => assignments.map(parseAssignment));
  const environment = readVariables(flags.strings("env"));
  const source = await readSource(flags.string("config"), system);
  const name = formatObjectPath(path);
  const remarks = await tellingErrors(
    system,
    () => createConfig(agent, path, { source, assignments, environment }),
  );
  tellRemarks(invocation, system, [{ name, remarks }]);
  system.terminal.write("stdout", `create ${name}\n`);
  return 0;
}

async function readSource(
  file: string | undefined,
  { files, terminal }: System,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  if (file === "") throw new UsageError("Cannot use --config: the name is empty, expected a file or -");
  if (file === "-" || file === "/dev/stdin") return await terminal.readInput();
  const text = files.read(file);
  if (text === undefined) throw new RefusedError(`Cannot read "${file}": there is no such file`);
  return text;
}
