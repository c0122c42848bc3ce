import type { Configuration } from "../../core/config/configuration.ts";
import { defaultContainerName } from "../../core/container/name.ts";
import type { ContainerSpec } from "../../core/container/run_argv.ts";

/** A container and its image, converted. */
export interface ContainerSettings {
  readonly container: ContainerSpec;
  readonly isPulledAlways: boolean;
  /** Seconds. */
  readonly pullTimeout: number;
  /** `NAME=value` words. */
  readonly environment: readonly string[];
  readonly envInherit: readonly string[];
}

/** Reads one section of a container driver; throws `ConfigValueError` for the first value that cannot be used. */
export function readContainer(configuration: Configuration, rid: string): ContainerSettings {
  const text = (option: string) => configuration.string(rid, option) || undefined;
  return {
    container: {
      name: text("name") ?? defaultContainerName(configuration.path, rid),
      image: text("image") ?? "",
      entrypoint: configuration.shellWords(rid, "entrypoint"),
      command: configuration.shellWords(rid, "command"),
      runArgs: configuration.shellWords(rid, "run_args"),
      isRemoved: configuration.boolean(rid, "rm"),
      volumes: configuration.shellWords(rid, "volume_mounts"),
      devices: configuration.shellWords(rid, "devices"),
      user: text("user"),
      cwd: text("cwd"),
      hostname: text("hostname"),
      dnsSearch: configuration.words(rid, "dns_search"),
      netns: text("netns"),
      pidns: text("pidns"),
      ipcns: text("ipcns"),
      utsns: text("utsns"),
      userns: text("userns"),
      isPrivileged: configuration.boolean(rid, "privileged"),
      hasInit: configuration.tristate(rid, "init"),
    },
    isPulledAlways: configuration.string(rid, "image_pull_policy") === "always",
    pullTimeout: configuration.duration(rid, "pull_timeout") || 120,
    environment: configuration.shellWords(rid, "environment"),
    envInherit: configuration.words(rid, "env_inherit"),
  };
}
