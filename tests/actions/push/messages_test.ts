import { assertEquals } from "@std/assert";
import { createAgent } from "../../../src/actions/agent.ts";
import { configMessage, resinfoMessage, statusMessage } from "../../../src/actions/push/messages.ts";
import { selectInstances } from "../../../src/actions/select.ts";
import { evaluateStatus } from "../../../src/actions/status/status.ts";
import { statusDigest } from "../../../src/core/collector/status_body.ts";
import { md5 } from "../../../src/core/text/md5.ts";
import { fakeSystem } from "../../fakes/system.ts";

const CONFIG = `[DEFAULT]
nodes = n1 n2
drpnode = n3
drpnodes = n4
app = shop
env = PRD
comment = ä shop
topology = flex
flex_max_nodes = 2
orchestrate = ha
priority = 50
[env]
port = 80
[fs#1]
type = flag
restart = 2
tags = data
[task#0]
command = /bin/echo {env.port}
subset = s1
`;

function loaded(text: string) {
  const agent = createAgent(fakeSystem({ config: { svc1: text } }));
  return { agent, instance: selectInstances(agent, "svc1").instances[0]! };
}

Deno.test("the body of a configuration has what the feed sorts by, and the file as it is", () => {
  const { agent, instance } = loaded(CONFIG);
  const { raw_config, ...body } = configMessage(agent, instance, CONFIG).body;
  assertEquals(body, {
    path: "svc1",
    orchestrate: "ha",
    topology: "flex",
    scope: ["n1", "n2"],
    drp_node: "n3",
    drp_nodes: ["n4"],
    flex_min: 1,
    flex_max: 2,
    flex_target: 1,
    monitored_resource_count: 1,
    app: "shop",
    env: "PRD",
    comment: "ä shop",
  });
  const bytes = Uint8Array.from(atob(String(raw_config)), (character) => character.charCodeAt(0));
  assertEquals(new TextDecoder().decode(bytes), CONFIG);
});

Deno.test("the body of a configuration is in the usual alphabet of Base64", () => {
  const text = "[DEFAULT]\ncomment = ÿÿ>>>???~~~\n";
  const { agent, instance } = loaded(text);
  const raw = String(configMessage(agent, instance, text).body["raw_config"]);
  assertEquals([/[-_]/.test(raw), /[+/]/.test(raw)], [false, true]);
});

Deno.test("the body of a configuration tells defaults for what is not set or cannot be read", () => {
  const { agent, instance } = loaded("[DEFAULT]\ntopology = ring\nflex_min = many\n[task#0]\ncommand = a\n");
  const { topology, orchestrate, flex_min, flex_max, app, env, scope } =
    configMessage(agent, instance, "").body;
  assertEquals(
    [topology, orchestrate, flex_min, flex_max, app, env, scope],
    ["failover", "no", 1, 1, "default", "TST", ["n1"]],
  );
});

Deno.test("the body of a status is the JSON of print status in the form of version 2.1", async () => {
  const { agent, instance } = loaded(CONFIG);
  const status = await evaluateStatus(agent, instance);
  const { path, version, data } = statusMessage(agent, instance, status, CONFIG).body as {
    path: string;
    version: string;
    data: Record<string, unknown>;
  };
  assertEquals([path, version], ["svc1", "2.1"]);
  const { updated, ...rest } = data;
  assertEquals(updated, Date.parse("2026-03-02T10:00:00Z") / 1000);
  assertEquals(rest, {
    kind: "svc",
    app: "shop",
    env: "PRD",
    placement: "",
    topology: "flex",
    frozen: 0,
    subsets: { "task:s1": { parallel: false } },
    resources: {
      "fs#1": { status: "down", type: "fs.flag", label: "fs.flag", restart: 2, tags: ["data"] },
      "task#0": { status: "n/a", type: "task.host", label: "/bin/echo 80", optional: true, subset: "s1" },
    },
    status_group: { fs: "down", task: "n/a" },
    avail: "down",
    overall: "down",
    optional: "n/a",
    provisioned: true,
    csum: md5(CONFIG),
    orchestrate: "ha",
    priority: 50,
    cluster: { avail: "down", overall: "down", placement: "n/a", compat: true },
    monitor: { status: "idle", global_expect: null, local_expect: null, placement: "" },
  });
});

Deno.test("statusDigest() is another one when avail, overall, frozen or the status of a resource is", async () => {
  const { agent, instance } = loaded(CONFIG);
  const status = await evaluateStatus(agent, instance);
  const later = { ...status, updated: status.updated + 60, running: [{ rid: "task#0" }] };
  assertEquals(statusDigest(later), statusDigest(status));
  const fs = { ...status.resources["fs#1"]!, status: "up" } as const;
  const others = [
    { ...status, avail: "up" } as const,
    { ...status, overall: "warn" } as const,
    { ...status, frozen: 1 },
    { ...status, resources: { ...status.resources, "fs#1": fs } },
  ];
  for (const other of others) assertEquals(statusDigest(other) === statusDigest(status), false);
});

Deno.test("the body of resource information groups keys by resource, and is none for a service without anything", () => {
  const { agent, instance } = loaded(CONFIG);
  const { path, topology, info } = resinfoMessage(agent, instance)!.body as {
    path: string;
    topology: string;
    info: { rid: string; keys: { key: string; value: unknown }[] }[];
  };
  assertEquals([path, topology, info.map(({ rid }) => rid)], ["svc1", "flex", ["fs#1", "task#0", "env"]]);
  assertEquals(info[2]!.keys, [{ key: "port", value: "80" }]);
  assertEquals(info[1]!.keys.slice(-2), [{ key: "subset", value: "s1" }, {
    key: "command",
    value: "/bin/echo 80",
  }]);
  const empty = loaded("[DEFAULT]\ncomment = nothing\n");
  assertEquals(resinfoMessage(empty.agent, empty.instance), undefined);
});
