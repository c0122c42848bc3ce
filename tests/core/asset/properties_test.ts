import { assertEquals, assertThrows } from "@std/assert";
import type { Found } from "../../../src/core/asset/properties.ts";
import { propertiesOf } from "../../../src/core/asset/properties.ts";

/** What no host is without. */
const LEAST: readonly [string, Found][] = [
  ["nodename", "n1"],
  ["version", "1.0.0"],
  ["cluster_id", "c1"],
  ["node_env", "TST"],
  ["last_boot", "2026-03-02T09:00:00Z"],
];

/** Reference om3.md section 7.4. */
const REQUIRED =
  "bios_version cluster_id cpu_cores cpu_dies cpu_freq cpu_model cpu_threads enclosure fqdn last_boot " +
  "listener_port manufacturer mem_banks mem_bytes mem_slots model node_env nodename os_arch os_kernel os_name " +
  "os_vendor serial sp_version tz version";

function complete(
  found: readonly (readonly [string, Found])[],
  config: Readonly<Record<string, string>> = {},
) {
  const outcome = propertiesOf(new Map([...LEAST, ...found]), (option) => config[option]);
  if (outcome.kind !== "complete") throw new Error(`missing: ${outcome.missing}`);
  return outcome.properties;
}

Deno.test("propertiesOf() always has every key that the collector needs, with a text or a number", () => {
  const properties = complete([]);
  for (const name of REQUIRED.split(" ")) {
    assertEquals(["string", "number"].includes(typeof properties[name]?.value), true, name);
  }
  assertEquals(properties["cpu_cores"], { title: "cores of all processors", source: "default", value: 0 });
  assertEquals(properties["loc_city"], undefined);
});

Deno.test("propertiesOf() names what the collector cannot do without", () => {
  assertEquals(propertiesOf(new Map([["nodename", "n1"]]), () => undefined), {
    kind: "incomplete",
    missing: ["version", "cluster_id", "node_env", "last_boot"],
  });
});

Deno.test("propertiesOf() says where a value comes from; node.conf wins over what was found", () => {
  const config = { model: "ours", loc_city: "Paris", cpu_cores: "4", nodename: "other" };
  const { model, loc_city, cpu_cores, nodename, serial, cluster_id } = complete(
    [["model", "PowerEdge"], ["serial", "S1"]],
    config,
  );
  assertEquals([model?.source, model?.value], ["config", "ours"]);
  assertEquals(loc_city, { title: "city", source: "config", value: "Paris" });
  assertEquals([cpu_cores?.source, cpu_cores?.value], ["config", 4]);
  assertEquals([nodename?.source, nodename?.value], ["probe", "n1"]);
  assertEquals([serial?.source, serial?.value], ["probe", "S1"]);
  assertEquals(cluster_id?.source, "config");
});

Deno.test("propertiesOf() refuses a text for a number, and cuts long ones", () => {
  const error = assertThrows(() => complete([], { mem_slots: "many" }), SyntaxError);
  assertEquals(
    error.message,
    'Cannot use [node] mem_slots of node.conf: it is "many", expected a whole number',
  );
  assertThrows(() => complete([], { mem_slots: "-1" }), SyntaxError);
  assertEquals(
    complete([["version", "1.0.0-rc.1+20260302.abcdef"]])["version"]?.value,
    "1.0.0-rc.1+20260302.",
  );
});
