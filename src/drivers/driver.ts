import type { Configuration } from "../core/config/configuration.ts";
import type { Status } from "../core/status.ts";
import type { Files } from "../ports.ts";

/** What a driver is told of the resource that it works on. */
export interface ResourceView {
  readonly rid: string;
  /** Where the memory of this resource is (last run, history); it may follow the service. */
  readonly memoryFolder: string;
  /** Where the instance keeps what a reboot must forget. */
  readonly runtimeFolder: string;
  readonly configuration: Configuration;
}

export interface StatusMessage {
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

export interface DriverStatus {
  readonly status: Status;
  readonly messages: readonly StatusMessage[];
}

/** What a driver may touch. */
export interface DriverPorts {
  readonly files: Files;
  readonly journal: { info(message: string, rid?: string): void };
}

/** The code behind one kind of resource; actions that it does not have are absent. */
export interface Driver {
  /** Group and type, such as `fs.flag`. */
  readonly id: string;
  /** What the resource is, in a word or two, for the status. */
  label(resource: ResourceView): string;
  status(ports: Pick<DriverPorts, "files">, resource: ResourceView): DriverStatus;
  start?(ports: DriverPorts, resource: ResourceView): Promise<void>;
  stop?(ports: DriverPorts, resource: ResourceView): Promise<void>;
}
