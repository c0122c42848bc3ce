import type { Configuration } from "../../core/config/configuration.ts";

/** The commands that tell of a run while it goes on, and of one that did not happen. */
export const HOOKS = ["on_late", "on_long", "on_skip"] as const;

export type Hook = typeof HOOKS[number];

/** What a task wants to be told to whom. */
export interface HookSettings {
  readonly commands: Readonly<Record<Hook, string | undefined>>;
  /** Seconds behind its plan from which on a start is late. */
  readonly lateAfter: number;
  /** Seconds from which on a run is long; undefined for never. */
  readonly longAfter: number | undefined;
  /** Whether an unmet requirement counts as skipped. */
  readonly isUnmetSkipped: boolean;
  readonly pingUrl: URL | undefined;
  /** Seconds that a call may take; undefined when nothing is said. */
  readonly timeout: number | undefined;
  /** The least seconds between two calls of the same hook; undefined when nothing is said. */
  readonly interval: number | undefined;
}

/** How long a hook may take when `hook_timeout` is not set, in seconds. */
export const HOOK_TIMEOUT = 30;
/** The same for `on_error`, when the task has no timeout either: it is waited for. */
export const ON_ERROR_TIMEOUT = 600;
/** The time between two calls of a hook when `hook_interval` is not set, in seconds. */
export const HOOK_INTERVAL = 60;

/** Nobody is told of anything. */
export const NO_HOOKS: HookSettings = {
  commands: { on_late: undefined, on_long: undefined, on_skip: undefined },
  lateAfter: 300,
  longAfter: undefined,
  isUnmetSkipped: false,
  pingUrl: undefined,
  timeout: undefined,
  interval: undefined,
};

/** Reads the hooks of a task; throws `ConfigValueError` for the first value that cannot be used. */
export function readHooks(configuration: Configuration, rid: string): HookSettings {
  const text = (option: string) => configuration.string(rid, option) || undefined;
  return {
    commands: { on_late: text("on_late"), on_long: text("on_long"), on_skip: text("on_skip") },
    lateAfter: configuration.duration(rid, "late_after") ?? 300,
    longAfter: configuration.duration(rid, "long_after") || undefined,
    isUnmetSkipped: configuration.boolean(rid, "on_skip_unmet"),
    pingUrl: configuration.pingUrl(rid, "ping_url"),
    timeout: configuration.duration(rid, "hook_timeout") || undefined,
    interval: configuration.duration(rid, "hook_interval"),
  };
}
