import { needServer, registerNode } from "../../actions/collector/register.ts";
import type { Agent } from "../../actions/agent.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit_code.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { RefusedError } from "../../core/errors.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";

/** How long a password is waited for, in milliseconds. */
const PASSWORD_WAIT_MS = 120_000;
const MAX_PASSWORD_BYTES = 4_096;

/** `agent node register` */
export const NODE_REGISTER: CommandSpec = {
  words: ["node", "register"],
  scope: "node",
  summary: "get a password for this node from the collector, and keep it in node.conf",
  flags: [
    {
      name: "user",
      kind: "string",
      valueName: "USER",
      text: "a user of the collector who may register nodes; without it the collector must let anybody",
    },
    {
      name: "password-file",
      kind: "string",
      valueName: "FILE",
      text: "read the password of the user from the first line of a file, - is standard input",
    },
    {
      name: "password",
      kind: "string",
      valueName: "PASSWORD",
      text: "refused: everybody on the host sees arguments; see --password-file",
    },
    {
      name: "app",
      kind: "string",
      valueName: "APP",
      text: "the application code that the node shall belong to; else that of node.conf",
    },
  ],
  examples: [
    { command: "agent node register --user joe@example.com", text: "asks for the password of joe" },
    { command: "agent node register --app shop", text: "where the collector lets anybody register nodes" },
    {
      command: "agent node register --user joe@example.com --password-file -",
      text: "reads the password from a pipe",
    },
  ],
  details:
    "Makes [cluster] id in cluster.conf when there is none, asks at /api/auth/node of the collector's server, and writes " +
    "[node] uuid; all other lines of node.conf stay, and only its owner may read it from then on. A node that is " +
    "registered already gets the same password. The password of the user is never kept, and is no argument: others see " +
    "those. On a terminal it is asked for, and not shown.",
  run: register,
};

async function register(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  if (flags.string("password") !== undefined) {
    throw new UsageError(
      "Cannot use --password: everybody on the host sees arguments; expected --password-file FILE, a pipe, or a " +
        "terminal to ask on",
    );
  }
  const agent = agentFor(invocation, system);
  needServer(agent);
  const user = flags.string("user");
  const app = flags.string("app");
  if (user === undefined && flags.string("password-file") !== undefined) {
    throw new UsageError("Cannot use --password-file without --user: it is the password of that user");
  }
  if (user === undefined && (app ?? agent.node.collector?.app) === undefined) {
    throw new UsageError("Cannot register without --user and --app: expected one of them, or [node] app");
  }
  if (user?.includes(":")) throw new UsageError("Cannot use --user: it holds a colon, expected none");
  const login = user === undefined
    ? undefined
    : { user, password: await passwordOf(agent, user, flags.string("password-file")) };
  const { file, system: told } = await registerNode(agent, { app, ...(login ? { login } : {}) });
  if (!flags.boolean("quiet")) {
    system.terminal.write("stdout", `${agent.node.name} is registered; its password is in ${file}\n`);
  }
  if (told && told.outcome !== "delivered") {
    system.terminal.write("stderr", `agent: the collector is told of the node later: ${told.reason}\n`);
  }
  return EXIT_CODES.done;
}

async function passwordOf(agent: Agent, user: string, file: string | undefined): Promise<string> {
  const password = await readPassword(agent, user, file);
  if (password === "") throw new RefusedError("Cannot register: there is no password, expected one");
  return password;
}

async function readPassword({ system }: Agent, user: string, file: string | undefined): Promise<string> {
  const { terminal, prompt, files } = system;
  if (file === "-" || (file === undefined && !terminal.isTerminal.stdin)) {
    return firstLine(await terminal.readInput());
  }
  if (file !== undefined) {
    const bytes = files.readBytes(file, MAX_PASSWORD_BYTES);
    if (bytes === undefined) throw new RefusedError(`Cannot read ${file}: there is no such file`);
    return firstLine(new TextDecoder().decode(bytes));
  }
  const answer = await prompt.askSecretly(`Password of ${user}: `, PASSWORD_WAIT_MS, "stderr");
  if (answer.kind === "line") return answer.text;
  throw new RefusedError(`Cannot register: no password was typed (${answer.kind})`);
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? "";
}
