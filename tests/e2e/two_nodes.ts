/**
 * Two nodes of services on this host, and one of disaster recovery: roots, daemons and networks of their own, and storage
 * that one of them mounts at a time.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { AGENT, type Box, exec, exists, type Outcome, until, type Variables } from "./box.ts";
import { Network } from "./network.ts";

/** One node: everything that it does goes on in its own root and network. */
export class Node {
  readonly #env: Variables;

  constructor(readonly box: Box, readonly name: string, readonly network: Network) {
    const root = join(box.root, name);
    Deno.mkdirSync(join(root, "etc"), { recursive: true });
    this.#env = { ...box.env, AGENT_ROOT: root, AGENT_NODENAME: name };
  }

  /** Where this node mounts the storage. */
  get storage(): string {
    return join(this.box.path, `storage-${this.name}`);
  }

  agent(...args: readonly string[]): Promise<Outcome> {
    return exec(this.network.wrap([AGENT, ...args]), { env: this.#env });
  }

  /** The same, which must do well. */
  async does(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.agent(...args);
    assertEquals(outcome.code, 0, `${this.name}: ${args.join(" ")}: ${outcome.stderr}`);
    return outcome;
  }

  config(service: string, text: string): void {
    Deno.writeTextFileSync(join(this.#env.AGENT_ROOT!, `etc/${service}.conf`), text, { mode: 0o600 });
  }

  /** Starts the daemon, and waits until it follows so many services. */
  async follow(services: number): Promise<void> {
    await this.does("daemon", "start");
    await until(`the daemon of ${this.name} follows the services`, async () => {
      const { stdout } = await this.agent("daemon", "status", "--format", "json");
      return JSON.parse(stdout || "{}").services === services;
    });
  }
}

/** Calls the body with nodes of these names; their daemons, mounts and networks are gone afterwards. */
export async function withNodes(
  box: Box,
  names: readonly string[],
  body: (nodes: readonly Node[]) => Promise<void>,
): Promise<void> {
  await using networks = new AsyncDisposableStack();
  const nodes: Node[] = [];
  for (const name of names) nodes.push(new Node(box, name, networks.use(await Network.open())));
  try {
    await body(nodes);
  } finally {
    for (const node of nodes) {
      await node.agent("daemon", "stop", "--runs", "end");
      await exec(["umount", "-l", node.storage]);
    }
  }
}

/** A run, as its command wrote it down. */
export interface Run {
  /** Such as `shop task#0`. */
  readonly task: string;
  readonly node: string;
  /** Seconds since the epoch. */
  readonly plannedAt: number;
  readonly word: string;
}

/** The command of a task that writes its run down, with a word. */
export function noting(box: Box, word: string): string {
  const words = `$OPENSVC_SVCNAME $OPENSVC_RID {nodename} $OPENSVC_PLANNED_AT ${word}`;
  return `/bin/sh -c 'echo "${words}" >>"${box.path}/runs"'`;
}

export function runsOf(box: Box): Run[] {
  if (!exists(join(box.path, "runs"))) return [];
  return box.read(join(box.path, "runs")).trimEnd().split("\n").map((line) => {
    const [service = "", rid = "", node = "", at = "", word = ""] = line.split(" ");
    return { task: `${service} ${rid}`, node, plannedAt: Number(at), word };
  });
}

/** When which node was active, in seconds: for sure from the end of its start to the beginning of its stop. */
export interface Stay {
  readonly node: string;
  readonly begin: number;
  readonly from: number;
  readonly until: number;
  readonly end: number;
}
