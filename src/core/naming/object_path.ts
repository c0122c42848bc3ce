/** What an object can be; only `svc` has tasks, the others are named by references. */
export const KINDS = ["svc", "vol", "cfg", "sec", "usr", "ccfg", "nscfg"] as const;

export type Kind = typeof KINDS[number];

/** Names an object: a service, or a thing that services refer to. */
export interface ObjectPath {
  /** `root` unless the object lives in a namespace of its own. */
  readonly namespace: string;
  readonly kind: Kind;
  readonly name: string;
}

/**
 * First words of a command line that name a command of the agent and never a service: `create` refuses them as names.
 * An existing service of that name is reached by its longer path, such as `svc/daemon`.
 */
export const RESERVED_WORDS: readonly string[] = [
  "agent",
  "completion",
  "crontab",
  "daemon",
  "doctor",
  "help",
  "keywords",
  "ls",
  "node",
  "schedule",
  "version",
];

const MAX_NAME_LENGTH = 200;
const NAME_REGEXP = /^(?:\d+\.)?[a-z](?:[a-z\d.-]*[a-z\d])?$/i;
const NAMESPACE_REGEXP = /^[a-z](?:[a-z\d-]*[a-z\d])?$/i;

/** True for words such as `node` or `daemon`, which a new object must not be called. */
export function isReservedName(name: string): boolean {
  return isKind(name) || RESERVED_WORDS.includes(name);
}

export function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}

/**
 * Reads `name`, `kind/name` or `namespace/kind/name`; the kind is `svc` when it is not said.
 *
 * Throws `SyntaxError` for anything else.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseObjectPath("ns1/svc/web"), { namespace: "ns1", kind: "svc", name: "web" });
 * assertEquals(parseObjectPath("testmd"), { namespace: "root", kind: "svc", name: "testmd" });
 * ```
 */
export function parseObjectPath(text: string, defaultNamespace = "root"): ObjectPath {
  const parts = text.split("/");
  if (parts.length > 3) throw unreadable(text, "it has more than three parts, expected namespace/kind/name");
  const name = parts.at(-1)!;
  const kind = parts.at(-2) ?? "svc";
  const namespace = parts.at(-3) ?? defaultNamespace;
  if (!isKind(kind)) throw unreadable(text, `"${kind}" is no kind, expected ${KINDS.join(", ")}`);
  if (!isObjectPath({ namespace, kind, name: "x" })) {
    throw unreadable(text, `"${namespace}" is no namespace, expected letters, digits and hyphens`);
  }
  if (!isObjectPath({ namespace, kind, name })) {
    throw unreadable(
      text,
      `"${name}" is no name, expected letters, digits, hyphens and dots, a letter first`,
    );
  }
  return { namespace, kind, name };
}

function unreadable(text: string, problem: string): SyntaxError {
  return new SyntaxError(`Cannot read the object path "${text}": ${problem}`);
}

/** True when `formatObjectPath` gives a text that `parseObjectPath` can read; files may have any name. */
export function isObjectPath({ namespace, kind, name }: Readonly<Record<keyof ObjectPath, string>>): boolean {
  const isName = (text: string, form: RegExp) => text.length <= MAX_NAME_LENGTH && form.test(text);
  return isKind(kind) && isName(namespace, NAMESPACE_REGEXP) && isName(name, NAME_REGEXP);
}

/** Gives the short form: `testmd` for a service in root, `cfg/x` for other kinds there, else all three parts. */
export function formatObjectPath({ namespace, kind, name }: ObjectPath): string {
  if (namespace !== "root") return `${namespace}/${kind}/${name}`;
  return kind === "svc" ? name : `${kind}/${name}`;
}

/** Gives the configuration file, relative to the `etc` folder. */
export function configFileOf(path: ObjectPath): string {
  return `${folderOf(path)}${path.name}.conf`;
}

/** Gives the folder of the object's state, relative to the `var` folder. */
export function stateFolderOf({ namespace, kind, name }: ObjectPath): string {
  return namespace === "root" ? `${kind}/${name}` : `namespaces/${namespace}/${kind}/${name}`;
}

/** Gives the log file, relative to the `log` folder. */
export function logFileOf(path: ObjectPath): string {
  return `${folderOf(path)}${path.name}.log`;
}

function folderOf({ namespace, kind }: ObjectPath): string {
  if (namespace !== "root") return `namespaces/${namespace}/${kind}/`;
  return kind === "svc" ? "" : `${kind}/`;
}
