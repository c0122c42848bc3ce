import { join } from "@std/path";
import type { Finding } from "../../core/doctor/finding.ts";
import { count, info, ok, warn } from "../../core/doctor/finding.ts";
import type { Agent } from "../agent.ts";
import type { Patient } from "./patient.ts";

/** How many files are looked at. */
const MAX_FILES = 20_000;
/** A draft that is younger may still be written by somebody, in milliseconds. */
const DRAFT_AGE_MS = 60_000;
const DRAFT_REGEXP = /\.[0-9a-f]{8}\.tmp$/;
const ASIDE_REGEXP = /\.corrupt(?:$|[.-])/;

/** What crashes and old versions leave behind: drafts of files, state that was set aside, unpacked runtimes. */
export function checkLeftovers({ agent }: Patient): Finding[] {
  const { files, isComplete } = filesBelow(agent, [agent.folders.var, agent.folders.etc]);
  const note = isComplete ? "" : `, of the first ${MAX_FILES} files`;
  const now = agent.system.clock.now();
  const isOld = (file: string) => (agent.system.files.facts(file)?.modifiedAt ?? now) < now - DRAFT_AGE_MS;
  const drafts = files.filter((file) => DRAFT_REGEXP.test(file) && isOld(file));
  const aside = files.filter((file) => ASIDE_REGEXP.test(file));
  return [
    drafts.length === 0 ? ok("drafts", `none${note}`) : info(
      "drafts",
      `${count(drafts.length, "draft")} of a crash${note}, such as ${drafts[0]}`,
      "remove them",
    ),
    aside.length === 0 ? ok("damaged state", `none${note}`) : warn(
      "damaged state",
      `${count(aside.length, "damaged file")} set aside${note}, such as ${aside[0]}`,
      "look whether the disk is well, then remove them",
    ),
    ...checkRuntimes(agent),
  ];
}

function filesBelow({ system }: Agent, folders: readonly string[]) {
  const found: string[] = [];
  const todo = [...folders];
  let seen = 0;
  for (let folder = todo.pop(); folder !== undefined && seen < MAX_FILES; folder = todo.pop()) {
    for (const { name, kind } of listed(system.files, folder)) {
      const path = join(folder, name);
      seen++;
      if (kind === "folder") todo.push(path);
      else if (kind === "file") found.push(path);
    }
  }
  return { files: found, isComplete: seen < MAX_FILES };
}

/** A folder that must not be read holds nothing that is ours to judge. */
function listed(files: Agent["system"]["files"], folder: string): ReturnType<typeof files.list> {
  try {
    return files.list(folder);
  } catch {
    return [];
  }
}

/** The self-extracting executable unpacks each version once; nobody removes the others. */
function checkRuntimes({ system: { files } }: Agent): Finding[] {
  const program = files.realPath("/proc/self/exe");
  if (program === undefined || !program.endsWith("/deno")) return [];
  const own = program.slice(0, -"/deno".length);
  if (files.facts(join(own, "at")) === undefined) return [];
  const base = own.slice(0, own.lastIndexOf("/"));
  const others = listed(files, base).filter(({ name, kind }) =>
    kind === "folder" && join(base, name) !== own && files.facts(join(base, name, "at")) !== undefined
  );
  if (others.length === 0) return [ok("runtimes", `${own}, no other one beside it`)];
  return [
    info(
      "runtimes",
      `${count(others.length, "other unpacked runtime")} in ${base}, such as ${others[0]!.name}`,
      "remove those of versions that nobody runs any more: 110 MB each",
    ),
  ];
}
