/** A mounted file system, from `/proc/self/mountinfo`. */
export interface Mount {
  readonly point: string;
  /** Such as `ext4`, `tmpfs`, `cgroup2`. */
  readonly type: string;
}

/** Reads `/proc/self/mountinfo`; lines that are none are left out. */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const words = line.split(" ");
    const separator = words.indexOf("-");
    const [point, type] = [words[4], words[separator + 1]];
    return separator < 0 || point === undefined || !type ? [] : [{ point: unescaped(point), type }];
  });
}

/** Blanks and the like are written as `\040`. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

/** The mount that holds a real path: of several at one point, the last one hides the others. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = mount.point === "/" || path === mount.point || path.startsWith(`${mount.point}/`);
    if (isAbove && mount.point.length >= (best?.point.length ?? 0)) best = mount;
  }
  return best;
}
