import { join } from "@std/path";
import type { Configuration } from "../core/config/configuration.ts";
import { createConfiguration } from "../core/config/configuration.ts";
import { refusedKeywords } from "../core/config/checks/refused.ts";
import { parseIni } from "../core/config/ini.ts";
import { formatObjectPath } from "../core/naming/object_path.ts";
import type { ObjectPath } from "../core/naming/object_path.ts";
import { findDriver } from "../drivers/registry.ts";
import { KEYWORDS } from "../drivers/keywords.ts";
import type { Driver, ResourceView } from "../drivers/driver.ts";
import type { FolderIndex } from "../state/folder_index.ts";
import { runtimePath, statePath } from "../state/folders.ts";
import type { Agent } from "./agent.ts";

/** One configured part of an instance, ready for its driver. */
export interface Resource extends ResourceView {
  readonly group: string;
  /** Group and type, such as `task.host`. */
  readonly driverName: string;
  /** Absent when this version does not have the driver, or when the section cannot be read. */
  readonly driver: Driver | undefined;
  readonly subset: string;
  readonly tags: ReadonlySet<string>;
  readonly isDisabled: boolean;
  /** The `optional` keyword, unset included. */
  readonly optional: boolean | undefined;
  readonly isMonitored: boolean;
  readonly isStandby: boolean;
  /** Why the section cannot be used. */
  readonly problem: string | undefined;
}

/** A service as this node has it. */
export interface Instance {
  readonly path: ObjectPath;
  /** As people write it. */
  readonly name: string;
  readonly configuration: Configuration;
  readonly resources: readonly Resource[];
  /** The private state folder. */
  readonly stateFolder: string;
  /** Where the memory of its tasks is: `state_dir`, else the private state folder. */
  readonly memoryFolder: string;
  readonly runtimeFolder: string;
  /** Whether this node is in `nodes` or `drpnodes`. */
  readonly isMember: boolean;
  /** `DEFAULT.disable`. */
  readonly isDisabled: boolean;
  readonly isFrozen: boolean;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Whether there was a private state folder at all when the service was read. */
  readonly hadState: boolean;
}

/** An instance, or why there is none. */
export type Loaded =
  | { readonly kind: "loaded"; readonly instance: Instance }
  /** The configuration exists and must not be used: not trusted, or not readable. */
  | {
    readonly kind: "refused" | "broken";
    readonly path: ObjectPath;
    readonly name: string;
    readonly reason: string;
  }
  | { readonly kind: "missing"; readonly path: ObjectPath; readonly name: string };

export interface LoadOptions {
  /** `--env`, which overrides `{env.x}`. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Shared by services that are read at once; without it each is asked for its own state folder. */
  readonly folders?: FolderIndex;
}

/** Reads one service; a configuration that is not trusted or cannot be read is told, not thrown. */
export function loadInstance(agent: Agent, path: ObjectPath, options: LoadOptions = {}): Loaded {
  const name = formatObjectPath(path);
  const content = agent.configs.read(path);
  if (content.kind === "missing") return { kind: "missing", path, name };
  if (content.kind !== "text") return { kind: content.kind, path, name, reason: content.reason };
  try {
    const configuration = configure(agent, path, content.text, options);
    return { kind: "loaded", instance: buildInstance(agent, configuration, content.modifiedAt, options) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: "broken", path, name, reason: error.message };
  }
}

/** Puts a configuration text into the context of this node; throws `ConfigSyntaxError` when it cannot be read. */
export function configure(
  agent: Agent,
  path: ObjectPath,
  text: string,
  options: LoadOptions & { readonly nodeName?: string } = {},
): Configuration {
  return createConfiguration(parseIni(text), KEYWORDS, {
    path,
    nodeName: options.nodeName?.toLowerCase() ?? agent.node.name,
    osEnvironment: agent.system.host.environment,
    node: agent.node.document,
    folders: agent.folders,
    ...(options.overrides ? { overrides: options.overrides } : {}),
  });
}

function buildInstance(
  agent: Agent,
  configuration: Configuration,
  modifiedAt: number,
  options: LoadOptions,
): Instance {
  const { path } = configuration;
  const stateFolder = statePath(agent.folders, path);
  const hadState = options.folders?.has(stateFolder) ?? true;
  const folders = {
    stateFolder,
    memoryFolder: memoryFolderOf(configuration) ?? stateFolder,
    runtimeFolder: runtimePath(agent.folders, path),
  };
  return {
    path,
    name: formatObjectPath(path),
    configuration,
    resources: configuration.rids.map((rid) => buildResource(configuration, rid, folders)),
    ...folders,
    isMember: configuration.isMember,
    isDisabled: configuration.boolean("DEFAULT", "disable"),
    isFrozen: hadState && agent.system.files.facts(join(stateFolder, "frozen")) !== undefined,
    modifiedAt,
    hadState,
  };
}

/** Without a slash at its end. */
function memoryFolderOf(configuration: Configuration): string | undefined {
  const folder = configuration.string("DEFAULT", "state_dir");
  return folder ? join(folder, ".") : undefined;
}

function buildResource(
  configuration: Configuration,
  rid: string,
  folders: { readonly stateFolder: string; readonly memoryFolder: string; readonly runtimeFolder: string },
): Resource {
  const driverName = configuration.driverOf(rid);
  const driver = configuration.registry.hasDriver(driverName) ? findDriver(driverName) : undefined;
  const base = {
    rid,
    path: formatObjectPath(configuration.path),
    group: rid.slice(0, rid.indexOf("#")),
    driverName,
    driver,
    configuration,
    ridFolder: `${folders.stateFolder}/${rid}`,
    memoryFolder: `${folders.memoryFolder}/${rid}`,
    runtimeFolder: folders.runtimeFolder,
  };
  try {
    return { ...base, ...readGeneric(configuration, rid), problem: problemOf(configuration, rid, driver) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ...base, ...NO_GENERIC, driver: undefined, problem: error.message };
  }
}

/** What declares a keyword that this version refuses must not run as if the keyword were not there. */
function problemOf(
  configuration: Configuration,
  rid: string,
  driver: Driver | undefined,
): string | undefined {
  if (!driver) return `this version has no driver ${configuration.driverOf(rid)}`;
  return refusedKeywords(configuration, rid)[0]?.message;
}

/** What every section of a resource may say. */
type Generic = Pick<Resource, "subset" | "tags" | "isDisabled" | "optional" | "isMonitored" | "isStandby">;

const NO_GENERIC: Generic = {
  subset: "",
  tags: new Set<string>(),
  isDisabled: false,
  optional: undefined,
  isMonitored: false,
  isStandby: false,
};

function readGeneric(
  configuration: Configuration,
  rid: string,
): Generic {
  return {
    subset: configuration.string(rid, "subset") ?? "",
    tags: new Set(configuration.words(rid, "tags")),
    isDisabled: configuration.boolean(rid, "disable"),
    optional: configuration.tristate(rid, "optional"),
    isMonitored: configuration.boolean(rid, "monitor"),
    isStandby: configuration.tristate(rid, "standby") ?? false,
  };
}
