import type { Finding } from "../../core/doctor/finding.ts";
import { info } from "../../core/doctor/finding.ts";
import type { Room } from "../../core/doctor/room.ts";
import { judgeInodes, judgeRoom, parseDf } from "../../core/doctor/room.ts";
import type { Agent } from "../agent.ts";
import { ROOTS } from "./folders.ts";
import type { Patient } from "./patient.ts";
import { askProgram, existingFolder } from "./patient.ts";

/** Room and inodes of the file systems of the four roots, and of the state folders that services have of their own. */
export function checkRoom({ agent, instances }: Patient): Finding[] {
  const uses = new Map<string, string>();
  for (const root of ROOTS) {
    const folder = existingFolder(agent, agent.folders[root]);
    uses.set(folder, [...(uses.has(folder) ? [uses.get(folder)] : []), root].join(", "));
  }
  for (const { memoryFolder, stateFolder, name } of instances) {
    const real = memoryFolder === stateFolder ? undefined : agent.system.files.realPath(memoryFolder);
    if (real !== undefined && !uses.has(real)) uses.set(real, `state_dir of ${name}`);
  }
  const rooms = ask(agent, "-Pk", [...uses.keys()]);
  if (rooms.length === 0) return [info("room", "not known: there is no df")];
  const inodes = ask(agent, "-Pi", [...uses.keys()]);
  return [
    ...byMount(rooms, uses).flatMap(([room, use]) => judgeRoom(room, use) ?? []),
    ...byMount(inodes, uses).flatMap(([room, use]) => judgeInodes(room, use) ?? []),
  ];
}

/** `df` gives a line for each path, in order. */
function ask(agent: Agent, flag: string, paths: readonly string[]): Room[] {
  return parseDf(askProgram(agent, ["df", flag, "--", ...paths])?.stdout ?? "");
}

/** Each file system once, with all that it is for. */
function byMount(rooms: readonly Room[], uses: ReadonlyMap<string, string>): [Room, string][] {
  const names = [...uses.values()];
  const isWhole = rooms.length === names.length;
  const groups = Map.groupBy(rooms.map((room, i) => ({ room, use: names[i]! })), ({ room }) => room.mount);
  return [...groups.values()].map((group) => [
    group[0]!.room,
    isWhole ? group.map(({ use }) => use).join(", ") : "the agent",
  ]);
}
