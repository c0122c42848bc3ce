/** Mounts, folders and addresses of this host, as root: the real programs, and the kernel's own tables. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Box } from "./box.ts";
import { AGENT, e2eTest, exec, exists, needs, sleep, until } from "./box.ts";
import { makeFile, makeFolder, mountsBelow, mountTest, ownerOf } from "./mounts.ts";

async function statusOf(box: Box, rid: string): Promise<[string, ...string[]]> {
  const { stdout } = await box.agent(["svc1", "print", "status", "--format", "json"]);
  const { status, log } = JSON.parse(stdout)[0].resources[rid];
  return [status, ...log];
}

mountTest(
  "a tmpfs, a bind mount, a loop mount and a folder on it come up and go down in order",
  async (box) => {
    const [shop, bound, image, disk] = ["my shop", "bound", "image", "disk"].map((name) =>
      join(box.path, name)
    );
    makeFile(image!, 8 * 1024 * 1024);
    assertEquals((await exec(["mkfs.ext4", "-q", "-F", image!])).code, 0);
    box.config(
      "svc1",
      `[DEFAULT]\nnodes = *\n[fs#1]\ntype = tmpfs\ndev = shop\nmnt = ${shop}\nmnt_opt = size=1m,nosuid\nperm = 750\n` +
        `[fs#2]\ntype = bind\ndev = ${shop}/data\nmnt = ${bound}\nblocking_pre_start = mkdir -p '${shop}/data'\n` +
        `[fs#3]\ntype = ext4\ndev = ${image}\nmnt = ${disk}\nmnt_opt = loop,noatime\n` +
        `[fs#4]\ntype = directory\npath = ${disk}/in/it\nuser = nobody\nperm = 700\n`,
    );
    assertEquals((await box.agent(["svc1", "start"])).code, 0);
    for (const rid of ["fs#1", "fs#2", "fs#3", "fs#4"]) assertEquals(await statusOf(box, rid), ["up"], rid);
    assertEquals((await box.agent(["svc1", "status"])).stdout, "up\n");
    assertEquals(mountsBelow(box.path).sort(), [bound, disk, shop].sort());
    assertEquals(box.mode(shop!), 0o750);
    assertEquals(ownerOf(join(disk!, "in/it")), 65534);
    const again = await box.agent(["svc1", "start"]);
    assertEquals([again.code, again.stderr.match(/is already up/g)?.length], [0, 4]);

    const { code, stderr } = await box.agent(["svc1", "stop"]);
    assertEquals(code, 0);
    const unmounted = [...stderr.matchAll(/(fs#\d) +INFO +umount /g)].map(([, rid]) => rid);
    assertEquals(unmounted, ["fs#3", "fs#2", "fs#1"]);
    assertEquals(mountsBelow(box.path), []);
    assertEquals((await box.agent(["svc1", "status"])).stdout, "down\n");
  },
  ["mkfs.ext4"],
);

mountTest(
  "a mount that is in use is told with the process that holds it; another one there is not touched",
  async (box) => {
    const shop = join(box.path, "shop");
    box.config("svc1", `[DEFAULT]\nnodes = *\n[fs#1]\ntype = tmpfs\ndev = shop\nmnt = ${shop}\n`);
    assertEquals((await box.agent(["svc1", "start"])).code, 0);
    const holder = new Deno.Command("sleep", { args: ["60"], cwd: shop }).spawn();
    const busy = await box.agent(["svc1", "stop"]);
    assertEquals(busy.code, 1);
    assertStringIncludes(busy.stderr, `held by process ${holder.pid} (sleep)`);
    assertEquals(await statusOf(box, "fs#1"), ["up"]);
    holder.kill();
    await holder.status;
    assertEquals((await box.agent(["svc1", "stop"])).code, 0);

    await exec(["mount", "--bind", box.root, shop]);
    const [status, message] = await statusOf(box, "fs#1");
    assertEquals(status, "warn");
    assertStringIncludes(message!, "expected shop");
    for (const action of ["start", "stop"]) assertEquals((await box.agent(["svc1", action])).code, 1);
    assertEquals(mountsBelow(box.path), [shop]);
  },
);

mountTest("a start that fails undoes the mounts that it made", async (box) => {
  const shop = join(box.path, "shop");
  box.config(
    "svc1",
    `[DEFAULT]\nnodes = *\n[fs#1]\ntype = tmpfs\ndev = shop\nmnt = ${shop}\n` +
      `[fs#2]\ntype = ext4\ndev = ${box.path}/nosuch\nmnt = ${box.path}/never\n`,
  );
  const { code, stderr } = await box.agent(["svc1", "start"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "nosuch: it does not exist");
  assertEquals([mountsBelow(box.path), exists(join(box.path, "never"))], [[], false]);
});

mountTest("the daemon starts a task within a second of its mount, however that came about", async (box) => {
  const [shop, trace] = [join(box.path, "shop"), join(box.path, "trace")];
  box.config(
    "svc1",
    `[DEFAULT]\nnodes = *\n[fs#1]\ntype = tmpfs\ndev = shop\nmnt = ${shop}\n` +
      `[task#0]\ncommand = date +%s.%N >>'${trace}'; true\nschedule = @1h\nrun_requires = fs#1(up)\n`,
  );
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the schedule is followed", async () => {
    const { stdout } = await box.agent(["daemon", "status", "--format", "json"]);
    return stdout.includes("running");
  });
  makeFolder(shop);
  assertEquals(exists(trace), false);
  const before = Date.now() / 1000;
  await exec(["mount", "-t", "tmpfs", "shop", shop]);
  await until("the task ran", () => exists(trace));
  const delay = Number(box.read(trace)) - before;
  // One second to the look, and what a busy machine needs to start a command.
  assertEquals(delay < 2.5, true, `started after ${delay} s`);
});

mountTest("a mount that goes away by itself is mounted again by resource_monitor, and told", async (box) => {
  const shop = join(box.path, "shop");
  box.config(
    "svc1",
    `[DEFAULT]\nnodes = *\nmonitor_schedule = @1s\n[fs#1]\ntype = tmpfs\ndev = shop\nmnt = ${shop}\n` +
      "restart = 2\nrestart_delay = 1s\n",
  );
  assertEquals((await box.agent(["svc1", "start"])).code, 0);
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("it is known to be up", () => exists(join(box.root, "run/svc/svc1/monitor.json")));
  await exec(["umount", shop]);
  await until("it is mounted again", () => mountsBelow(box.path).includes(shop));
  const { stdout } = await box.agent(["svc1", "logs", "-n", "20"]);
  assertStringIncludes(stdout, "it went down: start 1 of 2 in 1 s");
  // Stopped by an operator, it stays so.
  await box.agent(["svc1", "stop"]);
  await sleep(3_500);
  assertEquals(mountsBelow(box.path), []);
});

mountTest(
  "what makes a mount unusable is told: an error of the disk, another mount above; and why one failed",
  async (box) => {
    const [image, disk, above] = ["image", "disk/in", "disk"].map((name) => join(box.path, name));
    makeFile(image!, 8 * 1024 * 1024);
    assertEquals((await exec(["mkfs.ext4", "-q", "-F", image!])).code, 0);
    box.config(
      "svc1",
      `[DEFAULT]\nnodes = *\n[fs#1]\ntype = ext4\ndev = ${image}\nmnt = ${disk}\n` +
        `mnt_opt = loop,errors=remount-ro\n[fs#2]\ntype = ext4\ndev = ${box.path}/empty\n` +
        `mnt = ${box.path}/never\nmnt_opt = loop\noptional = true\n`,
    );
    makeFile(join(box.path, "empty"), 1024 * 1024);
    const { code, stderr } = await box.agent(["svc1", "start"]);
    assertEquals(code, 0);
    assertStringIncludes(stderr, "wrong fs type, bad option");
    assertEquals(await statusOf(box, "fs#1"), ["up"]);
    await exec(["mount", "-t", "tmpfs", "over", above!]);
    assertEquals(await statusOf(box, "fs#1"), [
      "warn",
      `warn: it is hidden by over (tmpfs), mounted later on ${above}`,
    ]);
    await exec(["umount", above!]);
    // As after an error of the disk.
    await exec(["mount", "-o", "remount,abort", disk!]);
    assertEquals(await statusOf(box, "fs#1"), ["up", "warn: it is mounted read-only"]);
    assertEquals((await box.agent(["svc1", "stop"])).code, 0);
    assertEquals(mountsBelow(box.path), []);
  },
  ["mkfs.ext4"],
);

/** Runs shell text in a network of its own, gone with it. */
async function inNetwork(box: Box, text: string): Promise<string> {
  const setUp = "set -e; ip link set lo up; ip addr add 192.0.2.1/25 dev lo;";
  const argv = ["unshare", "--net", "sh", "-c", `${setUp}\n${text}`];
  const { code, stdout, stderr } = await exec(argv, { env: { ...box.env, AGENT } });
  assertEquals(code, 0, `${stdout}${stderr}`);
  return stdout;
}

e2eTest("an address comes and goes on an interface, with the mask of its network", async (box) => {
  box.config(
    "svc1",
    "[DEFAULT]\nnodes = *\n[ip#0]\nipname = 192.0.2.10\nipdev = lo\n" +
      "[ip#1]\nipname = 2001:DB8:0::5\nipdev = lo\nnetmask = 64\n" +
      "[task#0]\ncommand = /bin/true\nrun_requires = ip#0\n",
  );
  const text = await inNetwork(
    box,
    [
      '"$AGENT" svc1 status',
      '"$AGENT" svc1 run && exit 9 || echo "run: $?"',
      '"$AGENT" svc1 start',
      '"$AGENT" svc1 status; "$AGENT" svc1 run; echo "run: $?"',
      "ip -o addr show dev lo",
      '"$AGENT" svc1 stop',
      '"$AGENT" svc1 status',
      'ip -o addr show dev lo | grep -c "192.0.2.10\\|2001:db8" || true',
    ].join("\n"),
  );
  assertMatch(text, /^down\nrun: 1\nup\nrun: 0\n/);
  assertMatch(text, /inet 192\.0\.2\.10\/25 /);
  assertMatch(text, /inet6 2001:db8::5\/64 /);
  assertMatch(text, /down\n0\n$/);
}, { leftOut: needs({ root: true, programs: ["unshare", "ip"] }) });

/** Two ends of a cable, the other one on another host; a kernel without them leaves the test out. */
const CABLE = "ip link add c0 type veth peer name c1";

async function whyNoCable(): Promise<string | undefined> {
  const missing = needs({ root: true, programs: ["unshare", "nsenter", "ip"] });
  if (missing !== undefined) return missing;
  const { code } = await exec(["unshare", "--net", "sh", "-c", CABLE]);
  return code === 0 ? undefined : "needs veth interfaces";
}

e2eTest("labels, an interface that is down, and an IPv6 address that another host has", async (box) => {
  const sections = ["192.0.2.10\nipdev = c0:1", "2001:db8::5\nipdev = c0\nnetmask = 64"];
  for (const [i, ipname] of sections.entries()) {
    box.config(`svc${i}`, `[DEFAULT]\nnodes = *\n[ip#0]\nipname = ${ipname}\n`);
  }
  const text = await inNetwork(
    box,
    [
      // The links of this network are in a /sys of its own.
      `exec unshare --mount sh -ec '`,
      `mount -t sysfs sysfs /sys; ${CABLE}; unshare --net sleep 60 & far=$!; trap "kill $far" EXIT`,
      "for i in $(seq 100); do",
      "  [ $(readlink /proc/$far/ns/net) != $(readlink /proc/$$/ns/net) ] && break; sleep 0.05; done",
      "ip link set c1 netns $far; nsenter -t $far -n ip link set c1 up",
      '"$AGENT" svc0 start 2>&1 && exit 9 || echo "start: $?"',
      "ip link set c0 up; nsenter -t $far -n ip addr add 2001:db8::5/64 dev c1 nodad",
      '"$AGENT" svc0 start; "$AGENT" svc0 status; ip -o -4 addr show dev c0',
      'ip link set c0 down; "$AGENT" svc0 status; ip link set c0 up',
      '"$AGENT" svc0 stop; "$AGENT" svc0 status; sleep 1',
      '"$AGENT" svc1 start 2>&1 && exit 9 || echo "start: $?"; "$AGENT" svc1 status',
      "nsenter -t $far -n ip addr del 2001:db8::5/64 dev c1",
      '"$AGENT" svc1 start && "$AGENT" svc1 status; ip -o -6 addr show dev c0 tentative',
      "'",
    ].join("\n"),
  );
  assertStringIncludes(text, "Cannot add 192.0.2.10 to c0: the interface is down");
  assertMatch(text, /start: 1\nup\n.* c0:1\b.*\nwarn\ndown\n/);
  assertMatch(text, /another host has it already\nstart: 1\ndown\nup\n$/);
}, { leftOut: await whyNoCable() });
