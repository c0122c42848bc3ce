/** Failover services that move between two nodes, which share nothing but storage, while three daemons run. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { type Box, needs, sleep } from "./box.ts";
import { makeFolder, mountTest } from "./mounts.ts";
import { NETWORK_PROGRAMS } from "./network.ts";
import { type Node, noting, type Run, runsOf, type Stay, withNodes } from "./two_nodes.ts";

const MOVES = 20;
/** How long a service stays on a node, in milliseconds: long enough for an instant or two in the midst of it. */
const STAY_MS = 3_600;
/** How many lone times there are, one every other second: more than the moves take. */
const LONE_TIMES = 450;

/** Lone times from a little ahead of now. */
function loneTimes(): number[] {
  const first = Math.ceil(Date.now() / 2_000) * 2 + 2;
  return Array.from({ length: LONE_TIMES }, (_, i) => first + 2 * i);
}

/** A service with storage, an address, and its memory on the storage: the same file on all nodes. */
function shopConfig(box: Box, lone: readonly number[]): string {
  const times = lone.map((at) => new Date(at * 1000).toISOString().slice(11, 19));
  const storage = (name: string) => join(box.path, `storage-${name}`);
  const task = (name: string, ...lines: readonly string[]) => [`[task#${name}]`, ...lines];
  const note = (word: string) => `command = ${noting(box, word)}`;
  return [
    ...["[DEFAULT]", "nodes = n1 n2", "drpnodes = n3", "status_schedule = @0"],
    ...["n1", "n2"].map((name) => `state_dir@${name} = ${storage(name)}/state`),
    `state_dir@drpnodes = ${box.path}/state-n3`,
    ...["[fs#1]", "type = bind", `dev = ${box.path}/shared`],
    ...["n1", "n2", "n3"].map((name) => `mnt@${name} = ${storage(name)}`),
    ...["[ip#0]", "ipname = 192.0.2.10", "ipdev = lo", "netmask = 25"],
    ...task("period", note("period"), "schedule = @1s", "run_on = active"),
    ...task("crontab", note("crontab"), "schedule = * * * * * *", "run_requires = fs#1(up)"),
    ...task("lone", note("lone"), `schedule = ${JSON.stringify(times)}`, "run_requires = fs#1(up) ip#0(up)"),
    ...task("address", note("address"), "schedule = */2 * * * * *", "run_requires = ip#0(up)"),
    ...task("first", note("first"), "schedule@n1 = @1s", "run_requires = fs#1(up)"),
    ...task("second", note("second"), "schedule = @0", "schedule@n2 = @1s", "run_requires = fs#1(up)"),
    ...task("words", note("elsewhere"), `command@nodes = ${noting(box, "nodes")}`, "schedule = @2s"),
    ...task("drp", note("drp"), "schedule@drpnodes = @2s"),
    ...task("here", note("here"), "schedule@nodes = @2s"),
    ...task("disabled", note("disabled"), "schedule = @2s", "disable@drpnodes = true"),
    "",
  ].join("\n");
}

/** A service of an address alone, whose memory stays on each node. */
function frontConfig(box: Box): string {
  return [
    ...["[DEFAULT]", "nodes = n1 n2", "status_schedule = @0"],
    ...["[ip#0]", "ipname = 192.0.2.11", "ipdev = lo", "netmask = 25"],
    ...["[task#0]", `command = ${noting(box, "front")}`, "schedule = * * * * * *", "run_on = active"],
    "",
  ].join("\n");
}

/** What `print schedule` says on each node of the tasks with scopes. */
const SCHEDULES: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  n1: { first: "@1s", second: "@0", words: "@2s", drp: null, here: "@2s", disabled: "@2s" },
  n2: { first: null, second: "@1s", words: "@2s", drp: null, here: "@2s", disabled: "@2s" },
  n3: { first: null, second: "@0", words: "@2s", drp: "@2s", here: null, disabled: "@2s" },
};

async function checkSchedules(nodes: readonly Node[]): Promise<void> {
  for (const node of nodes) {
    const { stdout } = await node.does("shop", "print", "schedule", "--rid", "task", "--format", "json");
    const rows: { rid: string; schedule_definition: string | null; reason: string | null }[] = JSON.parse(
      stdout,
    );
    const found = rows.map(({ rid, schedule_definition }) => [rid.slice(5), schedule_definition] as const);
    const wanted = SCHEDULES[node.name]!;
    assertEquals(Object.fromEntries(found.filter(([name]) => name in wanted)), wanted, node.name);
    const disabled = rows.find(({ rid }) => rid === "task#disabled")?.reason;
    assertEquals(disabled?.includes("it is disabled") ?? false, node.name === "n3", node.name);
  }
}

/** Makes a service stay on each of the nodes in turn. */
async function stayOn(node: Node, service: string): Promise<Stay> {
  const now = () => Date.now() / 1000;
  const begin = now();
  await node.does(service, "start");
  const from = now();
  await sleep(STAY_MS);
  const until = now();
  await node.does(service, "stop");
  return { node: node.name, begin, from, until, end: now() };
}

mountTest(
  `through ${MOVES} moves between two nodes, each instant runs once, on the active one`,
  async (box) => {
    for (const folder of ["shared/state", "state-n3"]) makeFolder(join(box.path, folder));
    await withNodes(box, ["n1", "n2", "n3"], async (nodes) => {
      const lone = loneTimes();
      for (const node of nodes) {
        node.config("shop", shopConfig(box, lone));
        node.config("front", frontConfig(box));
        const valid = await node.does("*", "validate", "config");
        assertEquals([valid.stdout, valid.stderr], ["", ""]);
      }
      await checkSchedules(nodes);
      for (const node of nodes) await node.follow(2);
      const [one, two] = nodes as [Node, Node, Node];
      const stays: { shop: Stay[]; front: Stay[] } = { shop: [], front: [] };
      for (let number = 0; number < MOVES; number++) {
        const [here, there] = number % 2 === 0 ? [one, two] : [two, one];
        // The two services are never on the same node.
        const [shop, front] = await Promise.all([stayOn(here, "shop"), stayOn(there, "front")]);
        stays.shop.push(shop);
        stays.front.push(front);
      }
      for (const node of nodes) await node.agent("daemon", "stop", "--runs", "wait");
      const runs = runsOf(box);
      const every = (step: number) => (at: number) => at % step === 0;
      checkPlanned(runs, "shop task#crontab", stays.shop, every(1));
      checkPlanned(runs, "shop task#lone", stays.shop, (at) => lone.includes(at));
      checkPlanned(runs, "shop task#address", stays.shop, every(2));
      checkPlanned(runs, "front task#0", stays.front, every(1));
      checkPeriod(runs, stays.shop);
      checkScopes(runs);
    });
  },
  NETWORK_PROGRAMS,
  needs({ root: true }),
);

/** No instant twice, and none where the service was not. */
function checkOnce(runs: readonly Run[], task: string, stays: readonly Stay[]): readonly Run[] {
  const own = runs.filter((run) => run.task === task);
  const planned = own.map(({ plannedAt }) => plannedAt);
  assert(planned.every(Number.isFinite), `${task}: a run without its instant`);
  assertEquals(planned.length, new Set(planned).size, `${task}: an instant ran twice`);
  for (const { node, plannedAt } of own) {
    // An instant is a whole second: the one in which the start began.
    const isThere = stays.some((stay) =>
      stay.node === node && plannedAt >= Math.floor(stay.begin) && plannedAt <= stay.end
    );
    assert(isThere, `${task} ran on ${node} at ${plannedAt}, where it was not: ${JSON.stringify(stays)}`);
  }
  return own;
}

/** The same, and each planned instant of a stay ran; nothing ran that was not planned. */
function checkPlanned(
  runs: readonly Run[],
  task: string,
  stays: readonly Stay[],
  isPlanned: (at: number) => boolean,
): void {
  const ran = new Map(checkOnce(runs, task, stays).map(({ plannedAt, node }) => [plannedAt, node]));
  assertEquals([...ran.keys()].filter((at) => !isPlanned(at)), [], `${task}: an instant that is not planned`);
  let checked = 0;
  for (const { node, from, until } of stays) {
    // The second after the start is the first one that a daemon can be sure of.
    for (let at = Math.ceil(from) + 1; at <= Math.floor(until) - 1; at++) {
      if (!isPlanned(at)) continue;
      checked++;
      assertEquals(ran.get(at), node, `${task}: ${at} on ${node}, active from ${from} until ${until}`);
    }
  }
  assert(checked >= MOVES / 4, `${task}: only ${checked} instants were for sure in a stay`);
}

/** A period runs in every stay, and its memory moves along: never twice in a second, whichever node. */
function checkPeriod(runs: readonly Run[], stays: readonly Stay[]): void {
  const own = checkOnce(runs, "shop task#period", stays);
  for (const { node, from, until } of stays) {
    const count = own.filter((run) =>
      run.node === node && run.plannedAt >= from - 1 && run.plannedAt <= until + 1
    ).length;
    assert(count > 0, `task#period: nothing ran on ${node} from ${from} until ${until}`);
  }
}

/** What scopes say, on each of the nodes. */
function checkScopes(runs: readonly Run[]): void {
  const where = (name: string) =>
    [
      ...new Set(
        runs.filter(({ task }) => task === `shop task#${name}`).map(({ node, word }) => `${node} ${word}`),
      ),
    ].sort();
  assertEquals(where("first"), ["n1 first"]);
  assertEquals(where("second"), ["n2 second"]);
  assertEquals(where("words"), ["n1 nodes", "n2 nodes", "n3 elsewhere"]);
  assertEquals(where("drp"), ["n3 drp"]);
  assertEquals(where("here"), ["n1 here", "n2 here"]);
  assertEquals(where("disabled"), ["n1 disabled", "n2 disabled"]);
}
