import type { Agent } from "../actions/agent.ts";
import { nodeFile, withFreshNode } from "../actions/agent.ts";
import type { Journal } from "../actions/journal.ts";
import type { NodeEntry } from "../actions/node/entries.ts";
import { NODE_PATH, nodeEntries } from "../actions/node/entries.ts";
import type { NodeAction } from "../actions/schedule/entries.ts";
import type { Schedule } from "../core/schedule/model.ts";
import { attachedFile } from "../state/compliance.ts";
import { nodeStateFolder } from "../state/folders.ts";
import type { Entry } from "./entries.ts";
import { freshDraw } from "./entries.ts";
import type { Timetable } from "./timetable.ts";

/** Unlike any look at a file. */
const UNKNOWN = "";
/** Services come first when many things are due at once. */
const PRIORITY = 1000;

/**
 * What the node does by itself, as `node.conf` and what is attached by command say it; a change of either is noticed as
 * one of a service.
 */
export class NodeDuties {
  readonly #agent: Agent;
  readonly #journal: Journal;
  readonly #timetable: Timetable;
  #look = UNKNOWN;
  #told = "";

  constructor(agent: Agent, journal: Journal, timetable: Timetable) {
    this.#agent = agent;
    this.#journal = journal;
    this.#timetable = timetable;
  }

  /** Puts what the node does into the timetable, when a file changed that it follows from; one that cannot be used changes nothing. */
  follow(isForced = false): void {
    const look = this.#lookAtFiles();
    if (!isForced && look === this.#look) return;
    this.#look = UNKNOWN;
    const agent = this.#readFile();
    if (!agent) return;
    const rows = nodeEntries(agent);
    this.#tell(rows.flatMap(problemsOf));
    const followed = rows.filter(isFollowed);
    const last = new Map(followed.map((row) => [row.action, row.last]));
    const now = Math.ceil(agent.system.clock.now() / 1000);
    const entries = followed.map((row) => entryOf(agent, row));
    this.#timetable.replace(NODE_PATH, entries, ({ action }) => last.get(action as NodeAction), now);
    this.#look = look;
  }

  #readFile(): Agent | undefined {
    try {
      return withFreshNode(this.#agent);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#tell([`${error.message}; what the node does by itself stays as it was`]);
      return undefined;
    }
  }

  /** Says what is wrong once, until it is something else. */
  #tell(problems: readonly string[]): void {
    const text = problems.join("\n");
    if (text === this.#told) return;
    this.#told = text;
    for (const problem of problems) this.#journal.error(`node: ${problem}`);
  }

  #lookAtFiles(): string {
    const { system: { files }, folders } = this.#agent;
    return [nodeFile(folders), attachedFile(nodeStateFolder(folders))].map((file) => {
      const facts = files.facts(file);
      if (!facts) return "gone";
      const { kind, modifiedAt, size, mode, uid, links } = facts;
      return [kind, modifiedAt, size, mode, uid, links].join(" ");
    }).join(", ");
  }
}

/** What is closed opens by a change of these files, which is a reason to look again. */
function isFollowed(row: NodeEntry): row is FollowedEntry {
  return row.isRunnable && row.schedule !== undefined && (!row.schedule.isNever || row.schedule.hasReboot);
}

type FollowedEntry = NodeEntry & { readonly schedule: Schedule };

function problemsOf({ configParameter, error, stampProblem }: NodeEntry): string[] {
  return [error, stampProblem].flatMap((problem) =>
    problem === undefined ? [] : [`${configParameter}: ${problem}`]
  );
}

function entryOf(agent: Agent, row: FollowedEntry): Entry {
  const folder = nodeStateFolder(agent.folders);
  return {
    key: `${row.path} ${row.action}`,
    path: row.path,
    action: row.action,
    rid: undefined,
    schedule: row.schedule,
    zone: row.zone,
    priority: PRIORITY,
    maxParallel: 1,
    lockGroups: [],
    fingerprint: row.fingerprint,
    settledFor: row.fingerprint,
    isCaughtUp: false,
    missedSince: undefined,
    ahead: row.ahead,
    hasSkipHook: false,
    memoryFolder: folder,
    stateFolder: folder,
    draw: row.draw ?? freshDraw(agent),
  };
}
