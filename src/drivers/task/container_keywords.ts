import type { Engine } from "../../core/container/engine.ts";
import { ENGINES } from "../../core/container/engine.ts";
import type { Keyword } from "../../core/config/keyword.ts";
import { containerRows } from "../container/keyword_rows.ts";

/** Keywords of tasks in containers, besides those of every task. */
export const CONTAINER_TASK_KEYWORDS: readonly Keyword[] = ENGINES.flatMap(rowsOf);

function rowsOf(engine: Engine): readonly Keyword[] {
  const section = `task.${engine}`;
  return [
    ...containerRows(section),
    {
      option: "configs_environment",
      section,
      converter: "shell words",
      isScopable: true,
      since: "2.1",
      example: "REGION=site/region limits/MAX_*",
      text:
        "Variables for the container from keys of cfg objects of the same namespace: NAME=object/key, or object/glob for a variable of each key that matches.",
    },
    {
      option: "secrets_environment",
      section,
      converter: "shell words",
      isScopable: true,
      since: "2.1",
      example: "MYSQL_PWD=db/password",
      text:
        "Variables for the container from keys of sec objects of the same namespace, as configs_environment; the values are masked in every log.",
    },
    {
      option: "tty",
      section,
      converter: "tristate",
      isScopable: true,
      since: "2.1",
      example: "true",
      text:
        "Whether the command gets a terminal in the container; it does when it is interactive, unless this says no.",
    },
    {
      option: "interactive",
      section,
      converter: "boolean",
      isScopable: true,
      default: "false",
      since: "2.1",
      text:
        "Whether the command gets the terminal of the operator: such a task runs by hand only, and nothing of its output is kept.",
    },
    {
      option: "detach",
      section,
      converter: "boolean",
      isScopable: true,
      unsupported: "the run of a task is the run of its container",
      since: "2.1",
      text: "Whether the run ends while the container goes on.",
    },
    ...(["group", "umask"] as const).map((option): Keyword => ({
      option,
      section,
      converter: option === "umask" ? "octal" : "string",
      isScopable: true,
      unsupported: "in a container, its image and user decide",
      since: "2.1",
      text: `The ${option} of the command.`,
    })),
  ];
}
