import { formatFileLine } from "../core/log/format.ts";
import { parseObjectPath } from "../core/naming/object_path.ts";
import { logPath } from "../state/folders.ts";
import { LogFile } from "../state/log_file.ts";
import type { Agent } from "./agent.ts";
import type { Session } from "./journal.ts";
import { Journal } from "./journal.ts";

/** A journal of one session on one service: to its log file, and to the console when there is one. */
export function journalFor(agent: Agent, session: Session & { readonly path: string }): Journal {
  const { clock, files } = agent.system;
  const zone = clock.timeZone();
  const file = new LogFile(files, {
    file: logPath(agent.folders, parseObjectPath(session.path)),
    format: (entry) => formatFileLine(entry, zone, agent.node.name),
  });
  const sinks = [{ log: file, level: agent.node.logLevel }];
  return new Journal(
    clock,
    session,
    agent.console ? [{ ...agent.console, isConsole: true }, ...sinks] : sinks,
  );
}
