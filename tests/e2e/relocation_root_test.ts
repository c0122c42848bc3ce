/**
 * A failover service that moves between two nodes, which share nothing but its storage: two roots on this host, each
 * with a daemon of its own.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Box, Variables } from "./box.ts";
import { AGENT, exec, exists, sleep, until } from "./box.ts";
import { makeFolder, mountTest } from "./mounts.ts";

const MOVES = 20;

/** One of the two nodes; where the storage is mounted tells them apart. */
class Node {
  readonly env: Variables;
  readonly storage: string;

  constructor(readonly box: Box, readonly name: string) {
    const root = join(box.root, name);
    Deno.mkdirSync(join(root, "etc"), { recursive: true });
    this.env = { ...box.env, AGENT_ROOT: root, AGENT_NODENAME: name };
    this.storage = join(box.path, `storage-${name}`);
  }

  agent(...args: string[]) {
    return exec([AGENT, ...args], { env: this.env });
  }

  config(text: string): void {
    Deno.writeTextFileSync(join(this.env.AGENT_ROOT!, "etc/shop.conf"), text, { mode: 0o600 });
  }

  async start(): Promise<void> {
    const { code, stderr } = await this.agent("shop", "start");
    assertEquals(code, 0, stderr);
  }

  async stop(): Promise<void> {
    const { code, stderr } = await this.agent("shop", "stop");
    assertEquals(code, 0, stderr);
  }
}

/** The same file on both nodes; only what is below the box differs, by scope. */
function configOf(box: Box): string {
  const folder = (name: string) => join(box.path, `storage-${name}`);
  const command = (what: string) =>
    `command = /bin/sh -c 'echo "$OPENSVC_RID {nodename} $OPENSVC_PLANNED_AT ${what}" >>"${box.path}/runs"'`;
  return [
    "[DEFAULT]",
    "nodes = n1 n2",
    `state_dir@n1 = ${folder("n1")}/state`,
    `state_dir@n2 = ${folder("n2")}/state`,
    "[fs#1]",
    "type = bind",
    `dev = ${box.path}/shared`,
    `mnt@n1 = ${folder("n1")}`,
    `mnt@n2 = ${folder("n2")}`,
    "[task#period]",
    command("period"),
    "schedule = @1s",
    "run_on = active",
    "[task#crontab]",
    command("crontab"),
    "schedule = * * * * * *",
    "run_requires = fs#1(up)",
    "[task#second]",
    command("only on the second node"),
    "schedule@n2 = @1s",
    "run_requires = fs#1(up)",
    "[task#nowhere]",
    command("never"),
    "schedule@drpnodes = @1s",
    "[task#everywhere]",
    command("everywhere"),
    "schedule@nodes = @2s",
    "",
  ].join("\n");
}

interface Run {
  readonly rid: string;
  readonly node: string;
  /** Seconds since the epoch. */
  readonly plannedAt: number;
}

function runsOf(box: Box): Run[] {
  if (!exists(join(box.path, "runs"))) return [];
  return box.read(join(box.path, "runs")).trimEnd().split("\n").map((line) => {
    const [rid = "", node = "", at = ""] = line.split(" ");
    return { rid, node, plannedAt: Number(at) };
  });
}

/** When which node was active, in seconds: for sure from the end of its start to the beginning of its stop. */
interface Stay {
  readonly node: string;
  readonly begin: number;
  readonly from: number;
  readonly until: number;
  readonly end: number;
}

/** Makes the service stay on each of the nodes in turn. */
async function move(nodes: readonly Node[]): Promise<Stay[]> {
  const stays: Stay[] = [];
  for (let number = 0; number < MOVES; number++) {
    const node = nodes[number % nodes.length]!;
    const begin = Date.now() / 1000;
    await node.start();
    const from = Date.now() / 1000;
    await sleep(2_600);
    const until = Date.now() / 1000;
    await node.stop();
    stays.push({ node: node.name, begin, from, until, end: Date.now() / 1000 });
  }
  return stays;
}

mountTest(
  `through ${MOVES} moves between two nodes, each instant runs once, on the active one`,
  async (box) => {
    const nodes = [new Node(box, "n1"), new Node(box, "n2")];
    makeFolder(join(box.path, "shared/state"));
    for (const node of nodes) node.config(configOf(box));
    try {
      for (const node of nodes) assertEquals((await node.agent("daemon", "start")).code, 0);
      for (const node of nodes) {
        await until(`the daemon of ${node.name} follows the service`, async () => {
          const { stdout } = await node.agent("daemon", "status", "--format", "json");
          return /"services": *1/.test(stdout);
        });
      }
      const stays = await move(nodes);
      for (const node of nodes) {
        await node.agent("daemon", "stop", "--runs", "wait");
      }
      checkRuns(runsOf(box), stays);
    } finally {
      for (const node of nodes) {
        await node.agent("daemon", "stop", "--runs", "end");
        await exec(["umount", "-l", node.storage]);
      }
    }
  },
);

function checkRuns(runs: readonly Run[], stays: readonly Stay[]): void {
  const of = (rid: string) => runs.filter((run) => run.rid === rid);
  for (const rid of ["task#period", "task#crontab"]) {
    const planned = of(rid).map(({ plannedAt }) => plannedAt);
    assert(planned.every(Number.isFinite), `${rid}: a run without its instant`);
    assertEquals(planned.length, new Set(planned).size, `${rid}: an instant ran twice`);
    for (const { node, plannedAt } of of(rid)) {
      // An instant is a whole second: the one in which the start began.
      const isThere = stays.some((stay) =>
        stay.node === node && plannedAt >= Math.floor(stay.begin) && plannedAt <= stay.end
      );
      assert(
        isThere,
        `${rid} ran on ${node} at ${plannedAt}, where the service was not active: ${JSON.stringify(stays)}`,
      );
    }
  }
  const ran = new Set(of("task#crontab").map(({ plannedAt }) => plannedAt));
  for (const { node, from, until } of stays) {
    // The second after the start is the first one that a daemon can be sure of.
    for (let at = Math.ceil(from) + 1; at <= Math.floor(until) - 1; at++) {
      assert(ran.has(at), `task#crontab: ${at} was missed on ${node}, active from ${from} until ${until}`);
    }
    const count = of("task#period").filter((run) =>
      run.node === node && run.plannedAt >= from - 1 && run.plannedAt <= until + 1
    ).length;
    assert(count > 0, `task#period: nothing ran on ${node} from ${from} until ${until}`);
  }
  assertEquals(new Set(of("task#second").map(({ node }) => node)), new Set(["n2"]));
  assertEquals(of("task#nowhere"), []);
  assertEquals(new Set(of("task#everywhere").map(({ node }) => node)), new Set(["n1", "n2"]));
}
