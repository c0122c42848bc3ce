import type { Engine } from "../../core/container/engine.ts";
import type { Driver } from "../driver.ts";
import { statusOfLastRun } from "./host.ts";

/** `task.docker` and `task.podman`: a command in a container; its status is that of its last run, as of `task.host`. */
function containerTask(engine: Engine): Driver {
  return {
    id: `task.${engine}`,
    infoOptions: ["image", "command", "on_error", "user"],
    label: ({ configuration, rid }) => {
      const words = configuration.shellWords(rid, "command");
      return [configuration.string(rid, "image") ?? engine, ...words].join(" ").split("\n")[0]!;
    },
    status: ({ files }, resource) => statusOfLastRun(files, resource),
  };
}

export const TASK_DOCKER = containerTask("docker");
export const TASK_PODMAN = containerTask("podman");
