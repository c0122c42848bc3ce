import { formatFileLine } from "../core/log/format.ts";
import { parseObjectPath } from "../core/naming/object_path.ts";
import { logPath } from "../state/folders.ts";
import { LogFile } from "../state/log_file.ts";
import type { Agent } from "./agent.ts";
import type { Session, Sink } from "./journal.ts";
import { Journal } from "./journal.ts";

/** A journal of one session on one service: to its log file, to the console when there is one, and to `more`. */
export function journalFor(
  agent: Agent,
  session: Session & { readonly path: string },
  more: readonly Sink[] = [],
): Journal {
  const { clock, files } = agent.system;
  const zone = clock.timeZone();
  const file = new LogFile(files, {
    file: logPath(agent.folders, parseObjectPath(session.path)),
    format: (entry) => formatFileLine(entry, zone, agent.node.name),
  });
  const sinks: readonly Sink[] = [{ log: file, level: agent.node.logLevel }, ...more];
  return new Journal(
    clock,
    session,
    agent.console ? [{ ...agent.console, isConsole: true }, ...sinks] : sinks,
  );
}
