import type { Finding } from "../../core/doctor/finding.ts";
import { atMost, count, error, ok } from "../../core/doctor/finding.ts";
import type { Identity } from "../../core/process/identity.ts";
import { resolveIdentity } from "../../core/process/identity.ts";
import type { ChosenWrapper, Wrapper } from "../../core/process/wrapper.ts";
import { chooseWrapper, sudoersLine, sudoProbe } from "../../core/process/wrapper.ts";
import { readTask } from "../../drivers/task/settings.ts";
import type { Agent } from "../agent.ts";
import { findPtyPrograms, findWrappers } from "../run/preparation/wrappers.ts";
import type { Patient } from "./patient.ts";

const MAX_ROWS = 50;

interface Wanted {
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly impersonate: string | undefined;
  readonly isInteractive: boolean;
  /** Such as `testmd task#0`. */
  readonly tasks: string[];
}

/** Every user and group that a task of any service runs as: whether it exists, and can be become. */
export function checkIdentities(patient: Patient): Finding[] {
  const rows = wantedBy(patient).map((wanted) => judge(patient.agent, wanted));
  return atMost(
    MAX_ROWS,
    "user",
    [...rows].sort((a, b) => Number(a.status === "ok") - Number(b.status === "ok")),
  );
}

function wantedBy({ instances }: Patient): Wanted[] {
  const byKey = new Map<string, Wanted>();
  for (const { name, configuration, resources } of instances) {
    for (const { rid, group, isDisabled, problem } of resources) {
      if (group !== "task" || isDisabled || problem !== undefined) continue;
      const settings = readOr(() => readTask(configuration, rid));
      if (settings?.user === undefined && settings?.group === undefined) continue;
      const { user, impersonate, isInteractive } = settings;
      const key = JSON.stringify([user, settings.group, impersonate, isInteractive]);
      const wanted = byKey.get(key) ?? { user, group: settings.group, impersonate, isInteractive, tasks: [] };
      wanted.tasks.push(`${name} ${rid}`);
      byKey.set(key, wanted);
    }
  }
  return [...byKey.values()];
}

function judge(agent: Agent, wanted: Wanted): Finding {
  const { users } = agent.system;
  const names = [wanted.user ?? "", wanted.group === undefined ? "" : `group ${wanted.group}`].filter((it) =>
    it !== ""
  );
  const check = wanted.user === undefined ? names.join() : `user ${names.join(", ") || '""'}`;
  const who = `${wanted.tasks[0]}${
    wanted.tasks.length > 1 ? ` and ${count(wanted.tasks.length - 1, "other task")}` : ""
  }`;
  const resolved = resolveIdentity(wanted, users);
  if (resolved.kind === "refused") {
    return error(
      check,
      `${resolved.reason}; ${who} is refused`,
      "create it, or change the keyword of the task",
    );
  }
  const { identity } = resolved;
  const chosen = chooseWrapper({
    wanted: (wanted.impersonate ?? agent.node.impersonate) as "auto" | Wrapper,
    ownUid: users.self.uid,
    identity,
    programs: findWrappers(agent.system),
    pty: wanted.isInteractive ? findPtyPrograms(agent.system, identity) : undefined,
  });
  if (chosen.kind === "refused") {
    return error(
      check,
      `${chosen.reason}; ${who} is refused`,
      "install such a program, or set impersonate = auto",
    );
  }
  return judgeRule(agent, identity, chosen, { check, who });
}

/** An agent that is not root needs a rule in sudoers. */
function judgeRule(
  { system: { users, processes } }: Agent,
  identity: Identity,
  chosen: ChosenWrapper,
  { check, who }: { readonly check: string; readonly who: string },
): Finding {
  const isProbed = chosen.kind === "sudo" && users.self.uid !== 0;
  if (isProbed && processes.output(sudoProbe(chosen, identity)).code !== 0) {
    const own = users.findUser(String(users.self.uid))?.name ?? `#${users.self.uid}`;
    const found = `sudo does not allow it; ${who} is refused`;
    return error(check, found, `add to sudoers, with visudo: ${sudoersLine(own, identity)}`);
  }
  const way = chosen.kind === "none" ? "the agent's own" : `through ${chosen.kind}`;
  return ok(check, `uid ${identity.uid}, gid ${identity.gid}, ${way}; ${who}`);
}

/** What cannot be read is told with the configurations. */
function readOr<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
