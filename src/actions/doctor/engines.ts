import { type Engine, engineOf, ENGINES } from "../../core/container/engine.ts";
import type { Finding } from "../../core/doctor/finding.ts";
import { count, error, ok, warn } from "../../core/doctor/finding.ts";
import { DEFAULT_PATH } from "../../core/process/environment.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";
import { askProgram, type Patient } from "./patient.ts";

/** The groups whose drivers may need an engine. */
const GROUPS: ReadonlySet<string> = new Set(["container", "task"]);
/** What `timeout` exits with. */
const TIMED_OUT = 124;

/** Each engine of containers that some resource of this node needs: whether it is there, and answers. */
export function checkEngines({ agent, instances }: Patient): Finding[] {
  return ENGINES.flatMap((engine) => {
    const users = instances.flatMap((instance) => usersOf(instance, engine));
    return users.length === 0 ? [] : [judge(agent, engine, users)];
  });
}

/** Such as `shop container#db`. */
function usersOf({ name, isMember, isDisabled, resources }: Instance, engine: Engine): string[] {
  if (!isMember || isDisabled) return [];
  return resources
    .filter((each) => GROUPS.has(each.group) && !each.isDisabled && engineOf(each.driverName) === engine)
    .map(({ rid }) => `${name} ${rid}`);
}

function judge(agent: Agent, engine: Engine, users: readonly string[]): Finding {
  const check = `engine ${engine}`;
  const who = `${users[0]}${users.length > 1 ? ` and ${count(users.length - 1, "other resource")}` : ""}`;
  const path = agent.node.path ?? DEFAULT_PATH;
  const program = agent.system.host.findProgram(engine, path);
  if (program === undefined) {
    const advice =
      "install it, or name its folder in path of [node] in node.conf; what needs it cannot be started";
    return error(check, `not installed, expected in ${path}; for ${who}`, advice);
  }
  const { code, stdout } = askProgram(agent, [program, "version"]) ?? { code: 127, stdout: "" };
  if (code !== 0) {
    const problem = code === TIMED_OUT ? "no answer within 2 s" : `it does not answer, exit code ${code}`;
    const advice =
      `look what \`${engine} version\` says; start its daemon, unless env_inherit names another one`;
    return warn(check, `${program}: ${problem}; for ${who}`, advice);
  }
  const version = /^\s*Version:\s*(\S+)/m.exec(stdout)?.[1];
  return ok(check, `${program}${version === undefined ? "" : `, ${version}`}; for ${who}`);
}
