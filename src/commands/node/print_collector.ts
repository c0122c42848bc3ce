import type { CollectorOverview, QueueReport } from "../../actions/collector/report.ts";
import { countLeft, reportCollector } from "../../actions/collector/report.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit_code.ts";
import type { View } from "../../cli/output.ts";
import { formatRows, writeRows, writeValue } from "../../cli/output.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";

const VIEW: View<QueueReport> = {
  fields: [
    ...["kind", "waiting", "bytes", "oldest_at", "aside", "delivered", "rejected", "last_code"] as const,
    ...["last_at", "last_error", "next_try_at", "last_rejected"] as const,
  ],
  columns: [
    { title: "kind", cell: ({ kind }) => kind },
    { title: "waiting", cell: ({ waiting }) => String(waiting) },
    { title: "bytes", cell: ({ bytes }) => String(bytes) },
    { title: "oldest", cell: ({ oldest_at }) => oldest_at ?? "-" },
    {
      title: "last answer",
      cell: ({ last_code, last_at }) => last_at ? `${last_code ?? "none"} ${last_at}` : "-",
    },
    { title: "next try", cell: ({ next_try_at }) => next_try_at ?? "-" },
    { title: "last error", cell: ({ last_error }) => last_error ?? "-" },
  ],
};

/** `agent node print collector` */
export const NODE_PRINT_COLLECTOR: CommandSpec = {
  words: ["node", "print", "collector"],
  scope: "node",
  summary: "show what waits for the collector, what it answered, and what failed",
  isData: true,
  flags: [],
  examples: [
    { command: "agent node print collector", text: "says where it is, and what waits, by kind" },
    { command: "agent node print collector --format json", text: "tells everything that is remembered" },
    { command: "agent node print collector --format csv", text: "lists the kinds only" },
  ],
  details:
    "Nothing is asked of the collector. A next try is known while the daemon runs, which makes it. A message that the " +
    "collector will never take is not tried again: the last one of each kind is shown.",
  run: print,
};

async function print(invocation: Invocation, system: System): Promise<number> {
  const { format } = invocation.flags;
  const agent = agentFor(invocation, system);
  const overview = await reportCollector(agent);
  if (format === "csv") writeRows(system.terminal, overview?.queues ?? [], VIEW, format);
  else if (overview) writeValue(system.terminal, overview, () => describe(overview), format);
  else {
    const left = countLeft(agent);
    writeValue(system.terminal, left > 0 ? { spool_count: left } : {}, () => describeNone(left), format);
  }
  return EXIT_CODES.done;
}

function describeNone(left: number): string {
  const waiting = left > 0 ? `; ${left} of what an earlier one was to be told still waits` : "";
  return `node.conf names no collector${waiting}`;
}

function describe(overview: CollectorOverview): string {
  const { queues, problems, spool_count, spool_bytes, spool_max, dropped, dropped_at } = overview;
  const lines = [
    ...(["feeder", "server", "compliance"] as const).flatMap((name) =>
      overview[name] === null ? [] : `${name}: ${overview[name]}`
    ),
    ...problems,
    overview.registered ? "registered" : "not registered: agent node register",
    overview.courier ? "the daemon sends what waits" : "no daemon runs that sends what waits",
    `${spool_count} waiting, ${spool_bytes} of ${spool_max} bytes` +
    (dropped > 0 ? `, ${dropped} dropped so far, the last at ${dropped_at}` : ""),
    ...queues.filter(({ aside }) => aside > 0).map(({ kind, aside }) =>
      `${kind}: ${aside} unusable, set aside`
    ),
    ...queues.flatMap(({ kind, rejected, last_rejected: last }) =>
      last ? `${kind}: ${rejected} refused, the last at ${last.at}: ${last.key}: ${last.reason}` : []
    ),
  ];
  return `${lines.join("\n")}\n\n${formatRows(queues, VIEW, "table")}`;
}
