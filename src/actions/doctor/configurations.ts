import { join } from "@std/path";
import { splitKey } from "../../core/config/scope.ts";
import type { Finding } from "../../core/doctor/finding.ts";
import { atMost, count, error, info, ok, warn } from "../../core/doctor/finding.ts";
import { formatObjectPath } from "../../core/naming/object_path.ts";
import type { ObjectPath } from "../../core/naming/object_path.ts";
import { distrustSecrecy } from "../../core/trust.ts";
import { NODE_REGISTRY } from "../../drivers/keywords.ts";
import { configPath } from "../../state/folders.ts";
import { listObjects, NODE_FILES } from "../../state/objects.ts";
import type { Agent } from "../agent.ts";
import { CommandDoubts } from "../command_doubts.ts";
import { problemsOf } from "../config/problems.ts";
import type { Instance } from "../load.ts";
import type { Patient } from "./patient.ts";

const MAX_ROWS = 20;
const FREE_SECTIONS: ReadonlySet<string> = new Set(["env", "labels"]);

/** `node.conf`, and of every configuration whether it is believed, and what is wrong in it. */
export function checkConfigurations(patient: Patient): Finding[] {
  const { agent, instances, unusable } = patient;
  const refused = unusable.map(({ kind, name, reason }) =>
    error(`service ${name}`, reason, kind === "refused" ? ADVICE_TRUST : `agent ${name} edit config`)
  );
  const judged = instances.map((instance) => judge(agent, instance));
  const others = listObjects(agent.system.files, agent.folders).filter(({ kind }) => kind !== "svc")
    .flatMap((path) => judgeOther(agent, path));
  const rows = [...refused, ...judged.flatMap(({ findings }) => findings), ...others];
  const worstFirst = rows.sort((a, b) => Number(b.status === "error") - Number(a.status === "error"));
  return [
    judgeNode(patient),
    summary(instances.length + unusable.length, judged.filter(({ warnings }) => warnings > 0).length, rows),
    ...judgeNames(agent),
    ...atMost(MAX_ROWS, "configurations", worstFirst, "agent '**' validate config shows all problems"),
  ];
}

const ADVICE_TRUST =
  "chown it and the folders above to root, chmod go-w; a link or a second name: put a copy in its place";

function summary(services: number, warned: number, rows: readonly Finding[]): Finding {
  const bad = rows.filter(({ status }) => status === "error").length;
  const parts = [
    count(services, "service"),
    ...(bad > 0 ? [`${bad} with errors`] : []),
    ...(warned > 0 ? [`${warned} with warnings`] : []),
  ];
  const found = parts.join(", ");
  if (bad > 0) return error("configurations", found, "the rows below say which");
  if (warned > 0) return info("configurations", found, "agent '**' validate config shows them");
  return ok("configurations", found);
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly warnings: number;
}

function judge(agent: Agent, { path, name, configuration }: Instance): Judged {
  const check = `service ${name}`;
  const problems = problemsOf(agent, path, configuration.document.text);
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity === "warning").length;
  const findings: Finding[] = [];
  const [first] = errors;
  if (first) {
    const line = first.line === undefined ? "" : ` at line ${first.line}`;
    findings.push(
      error(
        check,
        `${count(errors.length, "error")}, the first${line}: ${first.message}`,
        `agent ${name} validate config`,
      ),
    );
  }
  const sections = ["DEFAULT", ...configuration.rids.filter((rid) => rid.startsWith("task#"))];
  const doubts = new CommandDoubts(agent);
  const [doubt] = sections.flatMap((section) => doubts.of(configuration, section));
  if (doubt) {
    findings.push(
      warn(check, doubt.text, "let only root, or the user of the task, write the program and its folders"),
    );
  }
  return { findings, warnings };
}

/** Secrets and other objects that services name. */
function judgeOther(agent: Agent, path: ObjectPath): Finding[] {
  const name = formatObjectPath(path);
  const content = agent.configs.read(path);
  if (content.kind === "refused") return [error(`object ${name}`, content.reason, ADVICE_TRUST)];
  if (content.kind === "broken") return [error(`object ${name}`, content.reason, "mend it with an editor")];
  if (content.kind !== "text" || path.kind !== "sec") return [];
  const file = configPath(agent.folders, path);
  const open = distrustSecrecy({ path: file, ...content.facts }, agent.system.users.self.uid);
  return open === undefined
    ? []
    : [error(`object ${name}`, open, `chmod 600 ${file}, and change the secrets`)];
}

/** What is called `x.conf` and is read by nobody: a folder, or a file whose name no service can have. */
function judgeNames({ system: { files }, folders }: Agent): Finding[] {
  const { etc } = folders;
  const known = new Set(listObjects(files, folders).map((path) => configPath(folders, path)));
  const left = files.list(etc).filter(({ name }) =>
    name.endsWith(".conf") && !name.startsWith(".") && !NODE_FILES.has(name.slice(0, -".conf".length)) &&
    !known.has(`${etc}/${name}`)
  );
  const [first] = left;
  if (!first) return [];
  const found = `${
    count(left.length, "thing")
  } in ${etc} that no service can be called, such as ${first.name}`;
  return [
    info(
      "names",
      found,
      "names are letters, digits, hyphens and dots, a letter first; a folder is no service",
    ),
  ];
}

/** Whether `node.conf` may hold it; only some keywords may be for one node (`kw@node`). */
function isNodeKeyword(section: string, key: string): boolean {
  const { option, scope } = splitKey(key);
  const row = NODE_REGISTRY.tableOf(section).get(option);
  return row !== undefined && (scope === undefined || row.isScopable === true);
}

function judgeNode({ agent, nodeProblem }: Patient): Finding {
  const file = join(agent.folders.etc, "node.conf");
  if (nodeProblem !== undefined) {
    return error("node.conf", nodeProblem, "mend it: every other command refuses to work");
  }
  const { document, name } = agent.node;
  if (document === undefined) return ok("node.conf", `not there; this node is ${name}`);
  const unknown = [...document.sections.values()].filter((section) => !FREE_SECTIONS.has(section.name))
    .flatMap(({ name: section, options }) => options.filter(({ key }) => !isNodeKeyword(section, key)));
  const [first] = unknown;
  if (!first) return ok("node.conf", `${file}; this node is ${name}`);
  return info(
    "node.conf",
    `${count(unknown.length, "unknown keyword")}, the first at line ${first.line}: ${first.key}`,
  );
}
