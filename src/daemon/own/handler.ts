import type { Agent } from "../../actions/agent.ts";
import type { InstanceStatus } from "../../actions/status/instance_status.ts";
import type { Instance } from "../../actions/load.ts";
import type { Due } from "../timetable.ts";

/** What an own action is done with. */
export interface OwnContext {
  readonly agent: Agent;
  /** Aborted when the daemon ends: what takes long is then given up. */
  readonly stopping: AbortSignal;
  /** The service as its file is now; undefined when it is gone or cannot be used. */
  load(path: string): Instance | undefined;
  /** Something of the service may be another thing now: what waits for it is looked at again. */
  onChange(path: string): void;
  /** The status of a service was found out. */
  onStatus(instance: Instance, status: InstanceStatus): void;
}

/** Who wants to know what the own actions find out. */
export interface SchedulerEvents extends Pick<OwnContext, "onStatus"> {
  /** Something became possible; of the service, when it is named. */
  onChange(path?: string): void;
}

/** How the daemon does one of the actions that it does by itself, in this process. */
export interface OwnHandler {
  /** Work of the same lane is done one after the other; lanes go on side by side. */
  lane(item: Due): string;
  /** Whether it is left out while its lane is taken, because it comes again soon enough; else it waits. */
  readonly isSkippedWhenBusy?: boolean;
  /** Whether it may not be done as things are; then a period or a window waits, and an instant is lost. */
  isClosed?(context: Omit<OwnContext, "stopping">, item: Due): boolean;
  /** Does it; what it throws is told once, and stops nothing else. */
  run(context: OwnContext, item: Due): Promise<void>;
}
