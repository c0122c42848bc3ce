/** One step of the way to a file, as the file system describes it. */
export interface Step {
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly uid: number;
  readonly gid?: number;
  /** Permission and sticky bits. */
  readonly mode: number;
  /** How many names the file has; the names of a folder are not counted. */
  readonly links?: number;
}

const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;

/**
 * Says why a file must not be believed, or nothing when only root and the agent's user could have written it.
 *
 * `steps` go from the root folder down to the file. A sticky folder of root that everybody may write to, such as a
 * temporary one, is safe when the next step down belongs to the owner, because nobody else can rename that step.
 * A file with another name elsewhere may have come from there, and its other folder is not known.
 *
 * An access control list that lets somebody else write shows in the bits of the group (spec 2.5).
 *
 * @example
 * ```ts
 * const home = { path: "/srv", kind: "folder", uid: 1000, mode: 0o755 } as const;
 * distrust([home], 0); // "/srv belongs to uid 1000, expected uid 0"
 * ```
 */
export function distrust(steps: readonly Step[], selfUid: number): string | undefined {
  for (const [index, step] of steps.entries()) {
    const owner = distrustOwner(step, selfUid);
    if (owner) return owner;
    if (step.kind === "file" && (step.links ?? 1) > 1) {
      return `${step.path} has ${step.links} names (hard links), expected one: only one way to it was looked at`;
    }
    if (step.kind === "link" || (step.mode & OTHERS_MAY_WRITE) === 0) continue;
    const next = steps[index + 1];
    const isSafeTemporary = step.kind === "folder" && step.uid === 0 && (step.mode & STICKY) !== 0 &&
      next !== undefined && isOwner(next.uid, selfUid);
    if (!isSafeTemporary) {
      return `${step.path} may be written by others (mode ${
        step.mode.toString(8)
      }), expected its owner alone`;
    }
  }
  return undefined;
}

function distrustOwner(step: Step, selfUid: number): string | undefined {
  if (isOwner(step.uid, selfUid)) return undefined;
  const wanted = selfUid === 0 ? "uid 0" : `uid 0 or ${selfUid}`;
  return `${step.path} belongs to uid ${step.uid}, expected ${wanted}`;
}

function isOwner(uid: number, selfUid: number): boolean {
  return uid === 0 || uid === selfUid;
}

/**
 * Says who else could change a program, or put another one in its place, than root and the users given; nothing when
 * nobody could. What root's own group may write counts as root's. `steps` are those of `distrust`.
 */
export function otherWriter(steps: readonly Step[], uids: readonly number[]): string | undefined {
  const isTrusted = (uid: number) => uid === 0 || uids.includes(uid);
  for (const [index, step] of steps.entries()) {
    if (!isTrusted(step.uid)) return `${step.path} belongs to uid ${step.uid}`;
    if (step.kind === "link") continue;
    const next = steps[index + 1];
    // Nobody else can rename what belongs to another in a sticky folder.
    const isSticky = step.kind === "folder" && (step.mode & STICKY) !== 0 &&
      next !== undefined && isTrusted(next.uid);
    if (isSticky) continue;
    if ((step.mode & 0o002) !== 0) return `everybody may write ${step.path} (mode ${step.mode.toString(8)})`;
    if ((step.mode & 0o020) !== 0 && step.gid !== 0) {
      return `group ${step.gid} may write ${step.path} (mode ${step.mode.toString(8)})`;
    }
  }
  return undefined;
}

/** Says why a file must not hold secrets: somebody besides its owner, root or the agent's user, may read it. */
export function distrustSecrecy(
  { path, uid, mode }: Omit<Step, "kind">,
  selfUid: number,
): string | undefined {
  const owner = distrustOwner({ path, uid, mode, kind: "file" }, selfUid);
  if (owner !== undefined) return owner;
  if ((mode & 0o077) === 0) return undefined;
  return `${path} may be read by others (mode ${mode.toString(8)}), expected mode 600`;
}
