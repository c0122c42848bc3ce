/** One line of the kernel's table of mounts, as this process sees them. */
export interface Mount {
  readonly id: string;
  /** The mount that it was mounted in. */
  readonly parent: string;
  /** Major and minor number of the file system, such as `8:1`. */
  readonly device: string;
  /** The folder of the file system that is shown: `/` unless it is a bind mount. */
  readonly root: string;
  readonly mountPoint: string;
  /** Of this mount. */
  readonly options: readonly string[];
  /** Of the file system, wherever it is mounted. */
  readonly superOptions: readonly string[];
  readonly type: string;
  /** What was mounted: a device, `host:/path`, or a word. */
  readonly source: string;
}

/** `\040` and the like: the kernel writes blanks, tabs, line breaks and backslashes in octal. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/**
 * Reads `/proc/self/mountinfo`, in the order of mounting; lines that cannot be read are left out.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const [mount] = parseMountInfo("36 35 98:0 / /a\\040b rw,noatime master:1 - ext4 /dev/sda1 rw\n");
 * assertEquals(mount?.mountPoint, "/a b");
 * ```
 */
export function parseMountInfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [head = "", tail] = line.split(" - ", 2);
    const [id = "", parent = "", device, root, mountPoint, options] = head.split(" ");
    const [type, source, superOptions] = tail?.split(" ") ?? [];
    if (device === undefined || mountPoint === undefined || type === undefined) return [];
    return [{
      ...{ id, parent },
      device,
      root: unescape(root ?? "/"),
      mountPoint: unescape(mountPoint),
      options: (options ?? "").split(","),
      type,
      source: unescape(source ?? ""),
      superOptions: (superOptions ?? "").split(","),
    }];
  });
}

/** What is on a folder: the last one that was mounted there hides the others. */
export function mountOn(mounts: readonly Mount[], folder: string): Mount | undefined {
  return mounts.findLast(({ mountPoint }) => mountPoint === folder);
}

/** A mount above that was made later: what is on the point is not reached by its path. Undefined when there is none. */
export function coverOf(mounts: readonly Mount[], mount: Mount): Mount | undefined {
  const chain = new Set<Mount>();
  let above: Mount | undefined = mount;
  while (above !== undefined && !chain.has(above)) {
    chain.add(above);
    const { parent }: Mount = above;
    above = mounts.find(({ id }) => id === parent);
  }
  return mounts.findLast((each) =>
    !chain.has(each) && each.mountPoint !== mount.mountPoint && isWithin(mount.mountPoint, each.mountPoint)
  );
}

/** The mount that a path lies in; the path itself counts. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    if (!isWithin(path, mount.mountPoint)) continue;
    if (found === undefined || mount.mountPoint.length >= found.mountPoint.length) found = mount;
  }
  return found;
}

/** Mount points below a folder, the deepest last. */
export function mountsBelow(mounts: readonly Mount[], folder: string): string[] {
  const below = mounts.map(({ mountPoint }) => mountPoint)
    .filter((point) => point !== folder && isWithin(point, folder));
  return [...new Set(below)].sort();
}

/** Whether a path is the folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** Where a path lies in its file system: the root of the mount, and the rest. */
export function placeIn({ root, mountPoint }: Mount, path: string): string {
  const rest = mountPoint === "/" ? path : path.slice(mountPoint.length);
  const place = `${root === "/" ? "" : root}${rest === "/" ? "" : rest}`;
  return place === "" ? "/" : place;
}
