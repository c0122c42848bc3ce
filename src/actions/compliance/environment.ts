import { join } from "@std/path";
import type { Rule } from "../../core/compliance/definitions.ts";
import { ruleVariables } from "../../core/compliance/variables.ts";
import { DEFAULT_PATH } from "../../core/process/environment.ts";
import type { Identity } from "../../core/process/identity.ts";
import type { Agent } from "../agent.ts";
import type { Subject } from "./subject.ts";
import { rulesOf } from "./subject.ts";
import { toolsFolder } from "./tools.ts";

/** Where OpenSVC keeps the libraries that modules import. */
const SHARED_FOLDER = "/usr/share/opensvc/compliance";

export interface ModuleEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Rules that cannot be handed on. */
  readonly problems: readonly string[];
}

/** Everything that modules find in their environment. */
export function moduleEnvironment(
  agent: Agent,
  subject: Subject,
  { rules, identity, sessionId }: {
    readonly rules: readonly Rule[];
    readonly identity: Pick<Identity, "name" | "home" | "shell">;
    readonly sessionId: string;
  },
): ModuleEnvironment {
  const { variables, problems } = ruleVariables([...rules, ...rulesOf(subject)]);
  const path = agent.node.path ?? DEFAULT_PATH;
  const tools = toolsFolder(agent);
  const { host, files } = agent.system;
  const python = host.findProgram("python3", path) ?? host.findProgram("python", path);
  const zone = host.environment["TZ"];
  return {
    env: {
      ...variables,
      PATH: `${tools}:${path}`,
      HOME: identity.home,
      USER: identity.name,
      LOGNAME: identity.name,
      SHELL: identity.shell,
      LANG: "C.UTF-8",
      LC_NUMERIC: "C",
      LC_TIME: "C",
      PYTHONIOENCODING: "utf-8",
      ...(zone === undefined ? {} : { TZ: zone }),
      OSVC_PATH_ETC: agent.folders.etc,
      OSVC_PATH_VAR: agent.folders.var,
      OSVC_PATH_COMP: files.realPath(SHARED_FOLDER) === undefined
        ? join(agent.folders.var, "compliance")
        : SHARED_FOLDER,
      OSVC_PATH_TMP: temporaryFolder(agent),
      OSVC_PATH_LOG: agent.folders.log,
      OSVC_NODEMGR: join(tools, "nodemgr"),
      OSVC_SVCMGR: join(tools, "svcmgr"),
      OSVC_SESSION_UUID: sessionId,
      ...(python === undefined ? {} : { OSVC_PYTHON: python }),
    },
    problems,
  };
}

/** A folder of the agent's own, where modules may leave what they need for a while. */
export function temporaryFolder({ folders }: Pick<Agent, "folders">): string {
  return join(folders.var, "tmp");
}
