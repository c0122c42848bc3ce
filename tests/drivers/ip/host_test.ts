import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import type { FakeSystem } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";

/** A host whose `ip addr` changes the addresses. */
function hostWith(section: string, installed: readonly string[] = [], arping = ""): FakeSystem {
  const system: FakeSystem = fakeSystem({
    config: { svc1: `[DEFAULT]\nnodes = *\n[ip#0]\n${section}` },
    installed: ["sh", "setpriv", ...installed],
    programs: {
      "*": ({ argv }) => {
        const [program, ...args] = argv;
        if (program === "getent") {
          return args[1] === "shop" ? { stdout: "192.0.2.10  STREAM shop\n" } : { code: 2 };
        }
        if (program?.endsWith("arping")) {
          if (args[0] === "-V") return { stdout: "arping from iputils 20221126\n" };
          return args[0] === "-D" && arping !== "" ? { code: 1, stdout: arping } : {};
        }
        const [, verb, cidr = "", , name = ""] = args;
        const { list } = system.network;
        const address = cidr.split("/")[0]!;
        if (verb === "add") list.push({ name, cidr, address });
        else list.splice(list.findIndex((each) => each.cidr === cidr), 1);
        return {};
      },
    },
  });
  system.network.list.push({ name: "eth0", address: "192.0.2.1", cidr: "192.0.2.1/25" });
  return system;
}

async function statusOf(system: FakeSystem): Promise<string[]> {
  const before = system.stdout.text.length;
  await runAgent(["svc1", "print", "status", "--format", "json"], system);
  const { status, log } = JSON.parse(system.stdout.text.slice(before))[0].resources["ip#0"];
  return [status, ...log];
}

for (
  const [section, cidr] of [
    ["ipname = 192.0.2.10\nipdev = eth0\nnetmask = 255.255.255.0\n", "192.0.2.10/24"],
    ["ipname = shop\nipdev = eth0\n", "192.0.2.10/25"],
    ["type = host\nipname = 198.51.100.1\nipdev = eth0\n", "198.51.100.1/32"],
    ["ipname = 2001:DB8::0:1\nipdev = eth0\nnetmask = 64\n", "2001:db8::1/64"],
  ] as const
) {
  Deno.test(`ip.host adds and removes ${cidr}`, async () => {
    const system = hostWith(section);
    assertEquals(await statusOf(system), ["down"]);
    assertEquals(await runAgent(["svc1", "start"], system), 0);
    assertEquals(await statusOf(system), ["up"]);
    assertEquals(await runAgent(["svc1", "start"], system), 0);
    assertEquals(await runAgent(["svc1", "stop"], system), 0);
    assertEquals(await statusOf(system), ["down"]);
    assertEquals(system.processes.commands.filter((line) => line.startsWith("ip ")), [
      `ip addr add ${cidr} dev eth0`,
      `ip addr del ${cidr} dev eth0`,
    ]);
  });
}

Deno.test("ip.host warns of another interface and of a lost carrier; neither is up", async () => {
  const system = hostWith("ipname = 192.0.2.10\nipdev = eth0\n");
  system.network.list.push({ name: "eth1", address: "192.0.2.10", cidr: "192.0.2.10/24" });
  assertEquals(await statusOf(system), ["warn", "warn: 192.0.2.10 is on eth1, expected eth0"]);
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  system.network.list.pop();
  system.network.list.push({ name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" });
  system.files.put("/sys/class/net/eth0/carrier", "0\n");
  assertEquals(await statusOf(system), ["warn", "warn: eth0 has no carrier"]);
});

Deno.test("ip.host refuses an address that another host answers for, and announces one that it adds", async () => {
  const section = "ipname = 192.0.2.10\nipdev = eth0\n";
  const taken = hostWith(section, ["arping"], "Unicast reply from 192.0.2.10 [02:00:00:00:00:01]  0.7ms\n");
  assertEquals(await runAgent(["svc1", "start"], taken), 1);
  assertStringIncludes(taken.stderr.text, "02:00:00:00:00:01 answers for it already");
  assertEquals(await statusOf(taken), ["down"]);
  const free = hostWith(section, ["arping"]);
  assertEquals(await runAgent(["svc1", "start"], free), 0);
  assertStringIncludes(free.processes.commands.at(-1)!, "arping -U -c 1 -w 2 -I eth0 192.0.2.10");
});

Deno.test("a name that does not resolve, and a bad netmask, are told", async () => {
  const unknown = hostWith("ipname = nosuch\nipdev = eth0\n");
  assertEquals((await statusOf(unknown))[0], "undef");
  assertEquals(await runAgent(["svc1", "start"], unknown), 1);
  assertStringIncludes(unknown.stderr.text, 'Cannot resolve "nosuch"');
  const masked = hostWith("ipname = 192.0.2.10\nipdev = eth0\nnetmask = 255.0.255.0\n");
  assertEquals(await runAgent(["svc1", "start"], masked), 1);
  assertStringIncludes(masked.stderr.text, 'Cannot read netmask "255.0.255.0"');
});

Deno.test("an address with a label is on the interface before the colon, and ipdev may name a label", async () => {
  const system = hostWith("ipname = 192.0.2.10\nipdev = eth0\n");
  system.network.list.push({ name: "eth0:7", address: "192.0.2.10", cidr: "192.0.2.10/24" });
  assertEquals(await statusOf(system), ["up"]);
  assertEquals(await runAgent(["svc1", "stop"], system), 0);
  assertEquals(await statusOf(system), ["down"]);
  const labelled = hostWith("ipname = 192.0.2.10\nipdev = eth0:1\n");
  assertEquals(await runAgent(["svc1", "start"], labelled), 0);
  assertEquals(await statusOf(labelled), ["up"]);
  assertEquals(labelled.processes.commands, ["ip addr add 192.0.2.10/25 dev eth0 label eth0:1"]);
});

Deno.test("ip.host adds nothing to an interface that is down, and warns of an address on one", async () => {
  const system = hostWith("ipname = 192.0.2.10\nipdev = eth0\n");
  system.files.put("/sys/class/net/eth0/flags", "0x1002\n");
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot add 192.0.2.10 to eth0: the interface is down");
  assertEquals(system.processes.commands, []);
  system.network.list.push({ name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" });
  assertEquals(await statusOf(system), ["warn", "warn: eth0 is down"]);
});

Deno.test("stop fails while another interface has the address: it is still on this node", async () => {
  const system = hostWith("ipname = 192.0.2.10\nipdev = eth0\n");
  system.network.list.push({ name: "eth1", address: "192.0.2.10", cidr: "192.0.2.10/24" });
  assertEquals(await runAgent(["svc1", "stop"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot remove 192.0.2.10 from eth0: it is on eth1");
});

Deno.test("a section without ipdev is told by its name, and nothing is tried", async () => {
  const system = hostWith("ipname = 192.0.2.10\n");
  assertEquals(await statusOf(system), [
    "undef",
    "error: Cannot use ip#0.ipdev: it is missing, expected a value",
  ]);
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertEquals(system.processes.commands, []);
});

/** What the kernel has in `/proc/net/if_inet6`, with the flags of 2001:db8::1 on eth0. */
function inet6(flags: string): string {
  return "00000000000000000000000000000001 01 80 10 80       lo\n" +
    `20010db8000000000000000000000001 02 40 00 ${flags}     eth0\n`;
}

Deno.test("an address of IPv6 is waited for until it can be used; a duplicate is taken away again", async () => {
  const section = "ipname = 2001:db8::1\nipdev = eth0\nnetmask = 64\n";
  const good = hostWith(section);
  good.files.put("/proc/net/if_inet6", inet6("40"));
  let isOver = false;
  const start = startAgent(["svc1", "start"], good).then((code) => {
    isOver = true;
    return code;
  });
  await good.clock.advance(1_000);
  assertEquals(isOver, false);
  good.files.put("/proc/net/if_inet6", inet6("80"));
  await good.clock.advance(1_000);
  assertEquals(await start, 0);

  const duplicate = hostWith(section);
  duplicate.files.put("/proc/net/if_inet6", inet6("c8"));
  assertEquals(await runAgent(["svc1", "start"], duplicate), 1);
  assertStringIncludes(duplicate.stderr.text, "another host has it already");
  assertEquals(duplicate.processes.commands.at(-1), "ip addr del 2001:db8::1/64 dev eth0");
  duplicate.network.list.push({ name: "eth0", address: "2001:db8::1", cidr: "2001:db8::1/64" });
  assertEquals(await statusOf(duplicate), ["warn", "warn: another host has 2001:db8::1"]);
});
