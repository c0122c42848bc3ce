import type { Keyword } from "../../core/config/keyword.ts";

type Row = Omit<Keyword, "section">;

/** What every driver of containers takes, whether it runs a task or a service. */
const ROWS: readonly Row[] = [
  {
    option: "image",
    converter: "string",
    isScopable: true,
    isRequired: true,
    inheritance: "leaf",
    alias: "run_image",
    since: "2.1",
    example: "docker.io/library/mariadb:11",
    text: "The image of the container.",
  },
  {
    option: "image_pull_policy",
    converter: "string",
    default: "once",
    isScopable: true,
    candidates: ["once", "always"],
    since: "2.1",
    text: "When the image is pulled: once, when the engine does not have it, or always, before each start.",
  },
  {
    option: "pull_timeout",
    converter: "duration",
    default: "2m",
    isScopable: true,
    since: "2.1",
    text: "How long a pull may take; it does not count against other time limits.",
  },
  {
    option: "command",
    converter: "shell words",
    isScopable: true,
    inheritance: "leaf",
    alias: "run_command",
    since: "2.1",
    example: "mariadb-dump --host db --all-databases",
    text:
      "The words of the command in the container, split as a shell does; no shell sees them. The image decides when it is not set.",
  },
  {
    option: "entrypoint",
    converter: "shell words",
    isScopable: true,
    inheritance: "leaf",
    since: "2.1",
    example: "/bin/sh -c",
    text:
      "The program that is started instead of the one of the image; its further words stand before the command.",
  },
  {
    option: "name",
    converter: "string",
    isScopable: true,
    inheritance: "leaf",
    since: "2.1",
    example: "shop-db",
    text:
      "The name of the container: else the service, the group and the index with dots between, such as shop.task.0, after the namespace and two dots.",
  },
  {
    option: "hostname",
    converter: "string",
    isScopable: true,
    inheritance: "leaf",
    since: "2.1",
    example: "db",
    text: "The host name in the container.",
  },
  {
    option: "dns_search",
    converter: "words",
    isScopable: true,
    since: "2.1",
    example: "example.com",
    text: "Domains in which the container looks host names up.",
  },
  {
    option: "volume_mounts",
    converter: "shell words",
    isScopable: true,
    since: "2.1",
    example: "/srv/dump:/dump:rw",
    text: "Folders and volumes of the host in the container, source:path or source:path:options each.",
  },
  {
    option: "devices",
    converter: "shell words",
    isScopable: true,
    since: "2.1",
    example: "/dev/sda:/dev/sda:r",
    text: "Devices of the host in the container.",
  },
  {
    option: "run_args",
    converter: "shell words",
    isScopable: true,
    since: "2.1",
    example: "--network none --memory 512m",
    text: "Words for the run of the engine as they are, after those that other keywords give.",
  },
  {
    option: "rm",
    converter: "boolean",
    default: "false",
    isScopable: true,
    since: "2.1",
    text: "Whether the container is removed when it has ended; else it stays, stopped, for looking into it.",
  },
  {
    option: "init",
    converter: "tristate",
    isScopable: true,
    since: "3",
    example: "true",
    text:
      "Whether a small first process in the container passes signals on; the engine decides when it is not set.",
  },
  {
    option: "privileged",
    converter: "boolean",
    default: "false",
    isScopable: true,
    since: "2.1",
    text: "Whether the container may do nearly all that root of the host may.",
  },
  ...(["netns:network", "pidns:process", "ipcns:ipc", "utsns:host name", "userns:user"] as const).map(
    (pair): Row => {
      const [option = "", what = ""] = pair.split(":");
      return {
        option,
        converter: "string",
        isScopable: true,
        since: "2.1",
        example: "host",
        ...(option === "netns" ? { alias: "net" } : {}),
        text: `The ${what} namespace of the container, such as host or container:NAME.`,
      };
    },
  ),
  {
    option: "user",
    converter: "string",
    isScopable: true,
    inheritance: "leaf",
    since: "2.1",
    example: "999:999",
    text: "The user in the container, by name or uid, or user:group; the image decides when it is not set.",
  },
  {
    option: "cwd",
    converter: "string",
    isScopable: true,
    inheritance: "leaf",
    since: "3",
    example: "/dump",
    text: "The folder in the container that the command starts in.",
  },
  {
    option: "environment",
    converter: "shell words",
    isScopable: true,
    since: "2.1",
    example: "MARIADB_DATABASE=shop",
    text:
      "Variables for the container, NAME=value each. They go through the environment of the engine's program: no command line shows them.",
  },
  {
    option: "env_inherit",
    converter: "words",
    isScopable: true,
    since: "0.1",
    example: "DOCKER_HOST",
    text: "Names of the agent's own variables that the engine's program gets; the container does not.",
  },
  {
    option: "registry_creds",
    converter: "string",
    isScopable: true,
    unsupported: "log in once with the engine's own login, as the user of the agent",
    since: "2.1",
    text: "The account for pulling the image.",
  },
];

/** The rows that every driver of containers has, for a section such as `task.docker`. */
export function containerRows(section: string): readonly Keyword[] {
  return ROWS.map((row) => ({ ...row, section }));
}
