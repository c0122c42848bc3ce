import type { ObjectPath } from "../naming/object_path.ts";

/** What engines take as a name. */
const NAME_REGEXP = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/**
 * The name of the container of a resource that does not choose one, as OpenSVC 2.1 has it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultContainerName({ namespace: "ns1", kind: "svc", name: "shop" }, "task#db"), "ns1..shop.task.db");
 * assertEquals(defaultContainerName({ namespace: "root", kind: "svc", name: "shop" }, "task#0"), "shop.task.0");
 * ```
 */
export function defaultContainerName({ namespace, name }: ObjectPath, rid: string): string {
  const prefix = namespace === "root" ? "" : `${namespace}..`;
  return `${prefix}${name}.${rid.replace("#", ".")}`;
}

/** Says why an engine would not take the name; undefined when it would. */
export function problemOfContainerName(name: string): string | undefined {
  if (NAME_REGEXP.test(name)) return undefined;
  return `Cannot name a container "${name}": expected letters, digits and . _ - after a letter or digit`;
}
