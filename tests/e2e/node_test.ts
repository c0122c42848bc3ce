/**
 * What the node tells of itself, by hand and by the daemon, to a collector on loopback.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Feeder } from "../fakes/feeder/feeder.ts";
import { type Box, e2eTest, exists, until } from "./box.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";

function configure(box: Box, url: string, more = ""): void {
  box.config("node", `[node]\ncollector = ${url}\nuuid = ${UUID}\nloc_city@n1 = Paris\n${more}`);
}

function stamp(box: Box): string {
  return `${box.root}/var/node/scheduler/last_asset_push`;
}

e2eTest("node print system tells of this very host", async (box) => {
  box.config("cluster", "[cluster]\nid = c1\n");
  const { code, stdout } = await box.agent(["node", "print", "system", "--format", "json"]);
  assertEquals(code, 0);
  const { properties, uids } = JSON.parse(stdout);
  assertEquals(properties.os_kernel.value, Deno.osRelease());
  assertEquals(properties.os_arch.value, Deno.build.arch === "x86_64" ? "amd64" : "arm64");
  assert(properties.mem_bytes.value > 0);
  assert(properties.cpu_threads.value >= 1);
  assert(Date.parse(properties.last_boot.value) < Date.now());
  assertEquals(uids.find(({ uid }: { uid: number }) => uid === 0), { uid: 0, username: "root" });
});

e2eTest("node push is accepted by the collector, whatever this host has", async (box) => {
  await using feeder = new Feeder({ nodes: { n1: UUID } });
  configure(box, feeder.url);
  const { code, stderr } = await box.agent(["node", "push"]);
  assertEquals([code, feeder.complaints], [0, []], stderr);
  const [body] = feeder.bodies("node/system");
  const properties = body?.["properties"] as Record<
    string,
    { readonly value: unknown; readonly source: string }
  >;
  assertEquals(properties["nodename"]?.value, "n1");
  assertEquals(properties["loc_city"], { title: "city", source: "config", value: "Paris" } as never);
  assertStringIncludes(box.read(`${box.root}/etc/cluster.conf`), `id = ${properties["cluster_id"]?.value}`);
  assertEquals(exists(stamp(box)), false);
});

e2eTest("node push without a collector fails in one line", async (box) => {
  const { code, stderr, stdout } = await box.agent(["node", "push"]);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(stderr.trimEnd().split("\n").length, 1);
});

e2eTest("the daemon pushes the asset on schedule, and after an outage", async (box) => {
  await using feeder = new Feeder({ nodes: { n1: UUID } });
  feeder.network = "refuses";
  configure(box, feeder.url, "[asset]\nschedule = @1d\n");
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the stamp", () => exists(stamp(box)));
  const { stdout } = await box.agent(["node", "print", "schedule", "--format", "json"]);
  const row = JSON.parse(stdout).find(({ action }: { action: string }) => action === "push_asset");
  assertEquals(row.next_run, row.last_run + 86_400);
  feeder.network = "well";
  await feeder.until(() => feeder.bodies("node/system").length > 0);
  assertEquals(feeder.complaints, []);
});

e2eTest("the daemon follows node.conf: from never to now", async (box) => {
  await using feeder = new Feeder({ nodes: { n1: UUID } });
  configure(box, feeder.url, "[asset]\nschedule = @0\n");
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the daemon", () => exists(`${box.root}/run/daemon.json`));
  assertEquals(exists(stamp(box)), false);
  configure(box, feeder.url, "[asset]\nschedule = @1d\n");
  await until("the stamp", () => exists(stamp(box)));
  await feeder.until(() => feeder.bodies("node/system").length > 0);
  assertEquals(feeder.complaints, []);
});
