/**
 * What is written on a container, for whoever finds it.
 *
 * @module
 */
import type { ContainerState } from "./state.ts";

const PATH = "com.opensvc.path";
const RID = "com.opensvc.rid";
/** The image in the words of the configuration: engines may give it another name. */
const IMAGE = "com.opensvc.image";
const SESSION = "com.opensvc.session";

/** Whose a container is, what it was asked to run, and of a task, by which run. */
export function containerLabels(
  { path, rid, image, sessionId }: {
    readonly path: string;
    readonly rid: string;
    readonly image: string;
    readonly sessionId?: string;
  },
): Record<string, string> {
  const labels = { [PATH]: path, [RID]: rid, [IMAGE]: image };
  return sessionId === undefined ? labels : { ...labels, [SESSION]: sessionId };
}

type Found = Pick<ContainerState, "image" | "labels">;

/** The image that a container was made from, as the configuration named it then where that is known. */
export function imageOf({ image, labels }: Found): string | null {
  return labels[IMAGE] ?? image;
}

/** Whether a container was made by this run. */
export function isOfSession({ labels }: Pick<Found, "labels">, sessionId: string): boolean {
  return labels[SESSION] === sessionId;
}

/** Whether a container was made for a service; one that people made is of none. */
export function isOfService({ labels }: Pick<Found, "labels">, path: string): boolean {
  return labels[PATH] === path;
}

/** Names the other service that a container was made for; undefined for this service's own and those of people. */
export function otherOwner({ labels }: Pick<Found, "labels">, path: string): string | undefined {
  const owner = labels[PATH];
  return owner === undefined || owner === path ? undefined : `${owner} ${labels[RID] ?? ""}`.trim();
}
