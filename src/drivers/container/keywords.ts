import { ENGINES } from "../../core/container/engine.ts";
import type { Keyword } from "../../core/config/keyword.ts";
import { containerRows } from "./keyword_rows.ts";

/** Keywords of containers that are started and stopped with their service. */
export const CONTAINER_KEYWORDS: readonly Keyword[] = [
  {
    option: "type",
    section: "container",
    converter: "string",
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "docker",
    text: "The engine: docker or podman, a program of this node that starts and stops the container.",
  },
  ...containerRows("container"),
  {
    option: "detach",
    section: "container",
    converter: "boolean",
    default: "true",
    isScopable: true,
    candidates: ["true"],
    since: "2.1",
    text:
      "Whether start returns while the container runs: it always does. A container that runs to its end is a task.",
  },
  {
    option: "start_timeout",
    section: "container",
    converter: "duration",
    default: "2m",
    isScopable: true,
    since: "2.1",
    text: "How long the engine may take to start the container, besides a pull.",
  },
  {
    option: "stop_timeout",
    section: "container",
    converter: "duration",
    default: "10s",
    isScopable: true,
    since: "2.1",
    example: "1m",
    text: "How long the container may take to end politely before it is ended by force.",
  },
  {
    option: "configs_environment",
    section: "container",
    converter: "shell words",
    isScopable: true,
    since: "2.1",
    example: "REGION=site/region",
    text: "Variables for the container from keys of cfg objects of the same namespace, as for tasks.",
  },
  {
    option: "secrets_environment",
    section: "container",
    converter: "shell words",
    isScopable: true,
    since: "2.1",
    example: "MYSQL_ROOT_PASSWORD=db/password",
    text: "Variables for the container from keys of sec objects of the same namespace, as for tasks.",
  },
  ...(["interactive", "tty"] as const).map((option): Keyword => ({
    option,
    section: "container",
    converter: "boolean",
    isScopable: true,
    unsupported: "a container that is started with its service has no terminal, expected a task",
    since: "2.1",
    text: "Whether the container gets a terminal.",
  })),
  ...ENGINES.map((engine): Keyword => ({
    option: "type",
    section: `container.${engine}`,
    converter: "string",
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: engine,
    text:
      `The driver of the resource: ${engine} is a container that the program ${engine} of this node starts and stops.`,
  })),
];
