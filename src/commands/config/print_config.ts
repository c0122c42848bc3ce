import type { Agent } from "../../actions/agent.ts";
import { openConfig } from "../../actions/config/open.ts";
import { evaluateSections } from "../../actions/config/print.ts";
import { readConfig } from "../../actions/config/store.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit_code.ts";
import { type View, writeRows, writeValue } from "../../cli/output.ts";
import { type ConfigSections, formatSections, METADATA, sectionsOf } from "../../core/config/sections.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { forEachPath } from "./each.ts";
import { IMPERSONATE_FLAG } from "./keyword_flags.ts";

/** `agent SELECTOR print config` */
export const PRINT_CONFIG: CommandSpec = {
  words: ["print", "config"],
  aliases: [["config", "show"]],
  scope: "service",
  summary: "print configurations, as they are or as this node sees them",
  isData: true,
  flags: [
    { name: "eval", kind: "boolean", text: "replace references, and choose among scopes" },
    { ...IMPERSONATE_FLAG, text: "evaluate as this node would (with --eval)" },
  ],
  examples: [
    { command: "agent testmd print config", text: "prints the file as it is" },
    { command: "agent testmd print config --format json", text: "prints sections and keywords as JSON" },
    { command: "agent testmd print config --eval --impersonate n2", text: "prints what n2 sees" },
  ],
  details:
    "JSON is an object of sections with their keywords, and metadata that names the service; for a selector of " +
    "several services a list of such objects; CSV is one keyword a line. A value that cannot be evaluated is shown as it is written, with a line " +
    "on standard error and exit code 3.",
  run: print,
};

/** A configuration ready to be shown. */
interface Shown {
  readonly name: string;
  readonly text: () => string;
  readonly data: ConfigSections;
  readonly problems: readonly string[];
}

/** One line of CSV. */
interface ConfigRow {
  readonly path: string;
  readonly section: string;
  readonly keyword: string;
  readonly value: string;
}

const VIEW: View<ConfigRow> = { fields: ["path", "section", "keyword", "value"], columns: [] };

function print(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const { results, exitCode, isSingle } = forEachPath(
    agent,
    invocation,
    system,
    (path) =>
      flags.boolean("eval")
        ? evaluated(agent, path, flags.string("impersonate"))
        : written(agent, path, flags.format),
  );
  const [only] = results;
  if (flags.format === "csv") writeRows(system.terminal, results.flatMap(rowsOf), VIEW, "csv");
  else if (isSingle && only) writeValue(system.terminal, only.data, only.text, flags.format);
  else writeValue(system.terminal, results.map(({ data }) => data), () => titled(results), flags.format);
  const problems = results.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  for (const problem of problems) system.terminal.write("stderr", `agent: ${problem}\n`);
  return Promise.resolve(exitCode || (problems.length > 0 ? EXIT_CODES.unreadable : EXIT_CODES.done));
}

/** The file as it is, also one that cannot be read as a configuration. */
function written(agent: Agent, path: ObjectPath, format: string): Shown {
  const name = formatObjectPath(path);
  if (format === "table") {
    const text = readConfig(agent, path);
    return { name, text: () => text, data: {}, problems: [] };
  }
  const { text, configuration } = openConfig(agent, path);
  return { name, text: () => text, data: dataOf(path, sectionsOf(configuration.document)), problems: [] };
}

function evaluated(agent: Agent, path: ObjectPath, nodeName: string | undefined): Shown {
  const { name, configuration } = openConfig(agent, path, nodeName === undefined ? {} : { nodeName });
  const { sections, problems } = evaluateSections(configuration);
  return { name, text: () => formatSections(sections), data: dataOf(path, sections), problems };
}

function dataOf(path: ObjectPath, sections: ConfigSections): ConfigSections {
  const { name, namespace, kind } = path;
  return { ...sections, [METADATA]: { name, namespace, kind } };
}

function rowsOf({ name, data }: Shown): ConfigRow[] {
  const sections = Object.entries(data).filter(([section]) => section !== METADATA);
  return sections.flatMap(([section, options]) =>
    Object.entries(options).map(([keyword, value]) => ({ path: name, section, keyword, value }))
  );
}

/** Several texts, each below a comment that names its service. */
function titled(all: readonly Shown[]): string {
  return all.map(({ name, text }) => `# ${name}\n${text().trimEnd()}\n`).join("\n");
}
