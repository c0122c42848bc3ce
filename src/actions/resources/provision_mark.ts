import { join } from "@std/path";
import type { Resource } from "../load.ts";
import type { ActionContext } from "./context.ts";

/** Remembers whether a resource is provisioned: the scheduler runs no task of a service that is not. */
export async function markProvisioned(
  { agent: { system: { files } }, journal }: ActionContext,
  { ridFolder, rid }: Resource,
  isProvisioned: boolean,
): Promise<void> {
  await files.replace(join(ridFolder, "provisioned"), `${isProvisioned}\n`);
  journal.info(isProvisioned ? "provisioned" : "not provisioned any more", rid);
}
