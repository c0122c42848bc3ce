import type { Manager } from "../../actions/boot_system.ts";
import { bootFileOf, install, uninstall } from "../../actions/install.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit_code.ts";
import type { FlagSpec } from "../../cli/flag_spec.ts";
import { UsageError } from "../../cli/usage_error.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";

const SYSTEMD: FlagSpec = { name: "systemd", kind: "boolean", text: "the unit of systemd" };
const SYSV: FlagSpec = { name: "sysv", kind: "boolean", text: "the start script /etc/init.d/agent" };
const PREFIX: FlagSpec = {
  name: "prefix",
  kind: "string",
  valueName: "FOLDER",
  text: "below this folder, such as an image; the host itself is left alone",
};

/** `agent daemon install` */
export const DAEMON_INSTALL: CommandSpec = {
  words: ["daemon", "install"],
  scope: "daemon",
  summary: "have the system start the scheduler: by a unit of systemd, or by a start script",
  flags: [
    SYSTEMD,
    SYSV,
    { name: "now", kind: "boolean", text: "enable and start it, too" },
    PREFIX,
    { name: "dry-run", kind: "boolean", text: "print the file, write nothing" },
    { name: "force", kind: "boolean", text: "replace a file of somebody else, trust any executable" },
  ],
  examples: [
    { command: "agent daemon install --now", text: "as root: the daemon runs, and after each boot" },
    { command: "agent daemon install --systemd --dry-run", text: "shows the unit" },
    {
      command: "agent daemon install --sysv --prefix /mnt/image",
      text: "writes the start script into an image",
    },
  ],
  details:
    "Without --systemd and --sysv it is what the host was booted with. The daemon will have the folders that the agent " +
    "has now: --root, AGENT_ROOT and the like are written down. Without --now the commands are printed that enable and " +
    "start it.",
  run: runInstall,
};

async function runInstall(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const request = {
    ...placeOf(invocation, system),
    root: flags.string("root"),
    isForced: flags.boolean("force"),
    isStarted: flags.boolean("now"),
  };
  const agent = agentFor(invocation, system);
  const { path, text, boot } = bootFileOf(agent, request);
  if (flags.boolean("dry-run")) {
    system.terminal.write("stdout", text);
    return EXIT_CODES.done;
  }
  if (request.isStarted && request.prefix !== undefined) {
    throw new UsageError("Cannot use --now with --prefix: nothing can be started below a folder");
  }
  const left = await install(agent, request);
  system.terminal.write("stdout", `${path} is written\n`);
  if (left.length === 0) return EXIT_CODES.done;
  const place = boot.isBooted ? "" : `, on a host that runs ${boot.manager}`;
  system.terminal.write(
    "stdout",
    `To enable and start it${place}:\n${left.map((line) => `  ${line}\n`).join("")}`,
  );
  if (boot.manager === "sysv" && left.length === 1) system.terminal.write("stdout", WITHOUT_TOOL);
  return EXIT_CODES.done;
}

const WITHOUT_TOOL =
  "There is no update-rc.d and no chkconfig here: have the system call the script when it boots.\n";

/** `agent daemon uninstall` */
export const DAEMON_UNINSTALL: CommandSpec = {
  words: ["daemon", "uninstall"],
  scope: "daemon",
  summary: "remove what daemon install has written",
  flags: [
    SYSTEMD,
    SYSV,
    { name: "now", kind: "boolean", text: "stop the scheduler, too" },
    PREFIX,
    { name: "force", kind: "boolean", text: "remove a file of somebody else, too" },
  ],
  examples: [{ command: "agent daemon uninstall --now", text: "as root: stops it, and forgets about it" }],
  details: "Without --systemd and --sysv both are removed. It is no error when nothing is there.",
  async run(invocation, system) {
    const { flags } = invocation;
    const request = {
      ...placeOf(invocation, system),
      isForced: flags.boolean("force"),
      isStopped: flags.boolean("now"),
    };
    const removed = await uninstall(agentFor(invocation, system), request);
    const lines = removed.length === 0
      ? ["nothing is installed"]
      : removed.map((path) => `${path} is removed`);
    system.terminal.write("stdout", lines.map((line) => `${line}\n`).join(""));
    return EXIT_CODES.done;
  },
};

function placeOf(
  { flags }: Invocation,
  { files }: Pick<System, "files">,
): { readonly manager: Manager | undefined; readonly prefix: string | undefined } {
  const [isSystemd, isSysv] = [flags.boolean("systemd"), flags.boolean("sysv")];
  if (isSystemd && isSysv) throw new UsageError("Cannot use --systemd with --sysv: expected one of them");
  const manager = isSystemd ? "systemd" : isSysv ? "sysv" : undefined;
  const prefix = flags.string("prefix");
  if (prefix === undefined) return { manager, prefix };
  const real = prefix === "" ? undefined : files.realPath(prefix);
  if (real === undefined || files.facts(real)?.kind !== "folder") {
    throw new UsageError(`Cannot use --prefix "${prefix}": expected a folder that exists`);
  }
  return { manager, prefix: real };
}
