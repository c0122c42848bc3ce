import { join } from "@std/path";
import { formatFileLine } from "../../core/log/format.ts";
import { LogFile } from "../../state/log_file.ts";
import type { Agent } from "../agent.ts";
import type { Session } from "../journal.ts";
import { Journal } from "../journal.ts";

/** A journal of what the node does by itself: to `node.log`, and to the console when there is one. */
export function nodeJournal(agent: Agent, session: Session = {}): Journal {
  const { system: { clock, files }, folders, node } = agent;
  const zone = clock.timeZone();
  const file = new LogFile(files, {
    file: join(folders.log, "node.log"),
    format: (entry) => formatFileLine(entry, zone, node.name),
  });
  const shown = agent.console ? [{ ...agent.console, isConsole: true }] : [];
  return new Journal(clock, session, [...shown, { log: file, level: node.logLevel }]);
}
