import type { ResourceView } from "./driver.ts";

type Place = Pick<ResourceView, "configuration" | "rid">;

/** A keyword that a resource cannot do without. Throws `SyntaxError` when it is missing or empty. */
export function requiredText({ configuration, rid }: Place, option: string): string {
  const text = configuration.string(rid, option);
  if (text) return text;
  throw new SyntaxError(`Cannot use ${rid}.${option}: it is missing, expected a value`);
}

/** Such a keyword that names a place on this node. Throws `SyntaxError` for anything but an absolute path. */
export function absolutePath(place: Place, option: string): string {
  const path = requiredText(place, option);
  if (path.startsWith("/")) return path;
  throw new SyntaxError(
    `Cannot use ${place.rid}.${option}: "${path}" is no absolute path, expected one such as /srv/shop`,
  );
}
