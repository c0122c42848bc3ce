import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import type { FakeSystem } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";

const TABLE = "/proc/self/mountinfo";
const ROOT = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n";

/** A host whose mount and umount change the table. */
function hostWith(
  section: string,
  { isBusy = () => false, mounts = "" }: { isBusy?: () => boolean; mounts?: string } = {},
): FakeSystem {
  const system: FakeSystem = fakeSystem({
    config: { svc1: `[DEFAULT]\nnodes = *\n[fs#1]\n${section}` },
    files: { [TABLE]: ROOT + mounts, "/dev/sdb1": "", "/srv/source/x": "", "/srv/shop/.keep": "" },
    programs: {
      "*": ({ argv }) => {
        const words = argv.filter((word) => word !== "setsid");
        const [program, ...args] = words;
        const table = system.files.read(TABLE)!;
        const point = args.at(-1)!;
        if (program === "umount" && isBusy()) {
          return { code: 32, stderr: `umount: ${point}: target is busy.\n` };
        }
        if (program === "umount") {
          system.files.put(
            TABLE,
            table.split("\n").filter((line) => !line.includes(` ${point} `)).join("\n"),
          );
        } else if (program === "findfs") {
          return args[0] === "LABEL=my shop" ? { stdout: "/dev/sdb1\n" } : { code: 1 };
        } else if (program === "mount") {
          const source = args.at(-2)!.replace("LABEL=strange", "/dev/sdx9");
          const isBind = args.includes("bind");
          const line = isBind
            ? `40 22 8:1 ${source} ${point} rw - ext4 /dev/sda1 rw\n`
            : `40 22 8:2 / ${point} rw - ${args[1]} ${source} rw\n`;
          system.files.put(TABLE, table + line);
        }
        return {};
      },
    },
  });
  return system;
}

async function statusOf(system: FakeSystem): Promise<{ status: string; log: string[]; label: string }> {
  const before = system.stdout.text.length;
  await runAgent(["svc1", "print", "status", "--format", "json"], system);
  return JSON.parse(system.stdout.text.slice(before))[0].resources["fs#1"];
}

Deno.test("fs.ext4 is down, then mounted with its options, up, and down again", async () => {
  const system = hostWith("type = ext4\ndev = /dev/sdb1\nmnt = /srv/shop\nmnt_opt = noatime,nosuid\n");
  assertEquals(await statusOf(system).then(({ status, label }) => [status, label]), [
    "down",
    "ext4 /dev/sdb1@/srv/shop",
  ]);
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(system.processes.commands, ["mount -t ext4 -o noatime,nosuid /dev/sdb1 /srv/shop"]);
  assertEquals((await statusOf(system)).status, "up");
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertStringIncludes(system.stderr.text, "fs#1 is already up");
  assertEquals(await runAgent(["svc1", "stop"], system), 0);
  assertEquals((await statusOf(system)).status, "down");
  assertEquals(system.processes.commands.slice(1), ["umount /srv/shop"]);
});

Deno.test("another device on the mount point is a warning, and neither start nor stop touches it", async () => {
  const mounts = "40 22 8:9 / /srv/shop rw - ext4 /dev/sdz9 rw\n";
  const system = hostWith("type = ext4\ndev = /dev/sdb1\nmnt = /srv/shop\n", { mounts });
  const { status, log } = await statusOf(system);
  assertEquals([status, log], ["warn", [
    "warn: /dev/sdz9 (ext4) is mounted on /srv/shop, expected /dev/sdb1",
  ]]);
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertEquals(await runAgent(["svc1", "stop"], system), 1);
  assertEquals(system.processes.commands, []);
});

Deno.test("a bind mount is up only where it shows the folder that is wanted", async () => {
  const system = hostWith("type = bind\ndev = /srv/source\nmnt = /srv/shop\n");
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(system.processes.commands, ["mount -o bind /srv/source /srv/shop"]);
  assertEquals((await statusOf(system)).status, "up");
  system.files.put(TABLE, `${ROOT}40 22 8:1 /srv/elsewhere /srv/shop rw - ext4 /dev/sda1 rw\n`);
  assertEquals((await statusOf(system)).status, "warn");
});

Deno.test("blanks in a mount point, a tag for the device, and a file system that became read-only", async () => {
  const system = hostWith("type = ext4\ndev = LABEL=my shop\nmnt = /srv/my shop\n", {
    mounts: "40 22 8:2 / /srv/my\\040shop ro - ext4 /dev/sdb1 rw\n",
  });
  system.files.put("/srv/my shop/.keep", "");
  system.files.put("/dev/disk/by-label/my\\x20shop", "");
  assertEquals((await statusOf(system)).status, "warn");
  system.files.link("/dev/disk/by-label/my\\x20shop", "/dev/sdb1");
  const { status, log } = await statusOf(system);
  assertEquals([status, log], ["up", ["warn: it is mounted read-only"]]);
});

Deno.test("a mount point that is in use is tried again, then the error names who holds it", async () => {
  let tries = 0;
  const section = "type = tmpfs\ndev = shop\nmnt = /srv/shop\n";
  const mounts = "40 22 0:9 / /srv/shop rw - tmpfs shop rw\n41 40 0:8 / /srv/shop/in rw - tmpfs x rw\n";
  const system = hostWith(section, { mounts, isBusy: () => ++tries < 99 });
  system.processes.adopt({ pid: 77, name: "nginx" });
  system.files.put("/srv/shop/log", "");
  system.files.link("/proc/77/cwd", "/srv/shop/log");
  assertEquals(await runAgent(["svc1", "stop"], system), 1);
  assertEquals(tries, 4);
  assertStringIncludes(
    system.stderr.text,
    "Cannot unmount /srv/shop: umount: /srv/shop: target is busy.; mounted below it: /srv/shop/in; " +
      "held by process 77 (nginx)",
  );
  tries = 97;
  assertEquals(await runAgent(["svc1", "stop"], system), 0);
});

Deno.test("a device that is not there is told before mount is tried; what mount says is the reason", async () => {
  const system = hostWith("type = xfs\ndev = /dev/sdc1\nmnt = /srv/shop\n");
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot mount /dev/sdc1: it does not exist");
  assertEquals(system.processes.commands, []);
});

Deno.test("nfs and cifs are compared by server and path", async () => {
  const system = hostWith("type = nfs\ndev = NAS:/export/\nmnt = /srv/shop\n", {
    mounts: "40 22 0:9 / /srv/shop rw - nfs4 nas:/export rw\n",
  });
  assertEquals((await statusOf(system)).status, "up");
});

for (
  const [what, words, expected] of [
    ["the kernel", "rw - ext4 /dev/sdb1 ro,errors=remount-ro", ["warn: it is mounted read-only"]],
    ["a recent kernel", "rw - ext4 /dev/sdb1 rw,emergency_ro", ["warn: it is mounted read-only"]],
    ["nobody", "rw - ext4 /dev/sdb1 rw,errors=remount-ro", []],
  ] as const
) {
  Deno.test(`a file system that ${what} made read-only is told: ${words}`, async () => {
    const system = hostWith("type = ext4\ndev = /dev/sdb1\nmnt = /srv/shop\n", {
      mounts: `40 22 8:2 / /srv/shop ${words}\n`,
    });
    const { status, log } = await statusOf(system);
    assertEquals([status, log], ["up", expected]);
  });
}

Deno.test("an overlay without an upper folder is read-only by nature", async () => {
  const overlay = "type = overlay\ndev = o\nmnt = /srv/shop\nmnt_opt = lowerdir=/a:/b";
  const mounts = "40 22 0:9 / /srv/shop rw - overlay o ro,lowerdir=/a:/b\n";
  assertEquals((await statusOf(hostWith(`${overlay}\n`, { mounts }))).log, []);
  const written = await statusOf(hostWith(`${overlay},upperdir=/c,workdir=/d\n`, { mounts }));
  assertEquals(written.log, ["warn: it is mounted read-only"]);
});

for (
  const [section, problem] of [
    ["type = ext4\ndev = /dev/sda1\n", "Cannot use fs#1.mnt: it is missing, expected a value"],
    ["type = ext4\ndev = /dev/sda1\nmnt = srv\n", 'Cannot use fs#1.mnt: "srv" is no absolute path'],
    ["type = tmpfs\nmnt = /srv/shop\n", "Cannot use fs#1.dev: it is missing, expected a value"],
  ] as const
) {
  Deno.test(`neither start nor stop touches anything: ${problem}`, async () => {
    const system = hostWith(section);
    assertEquals((await statusOf(system)).status, "undef");
    for (const action of ["start", "stop"]) {
      assertEquals(await runAgent(["svc1", action], system), 1);
      assertStringIncludes(system.stderr.text, problem);
    }
    assertEquals(system.processes.commands, []);
  });
}

Deno.test("without udev the device of a label is asked for, so that its mount is known and goes again", async () => {
  const system = hostWith('type = ext4\ndev = LABEL="my shop"\nmnt = /srv/shop\n');
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertStringIncludes(system.processes.commands.join("\n"), "mount -t ext4 /dev/sdb1 /srv/shop");
  assertEquals((await statusOf(system)).status, "up");
  assertEquals(await runAgent(["svc1", "stop"], system), 0);
  assertEquals((await statusOf(system)).status, "down");
});

Deno.test("a mount that a later one above hides is a warning", async () => {
  const system = hostWith("type = ext4\ndev = /dev/sdb1\nmnt = /srv/shop\n", {
    mounts: "40 22 8:2 / /srv/shop rw - ext4 /dev/sdb1 rw\n41 22 0:9 / /srv rw - tmpfs over rw\n",
  });
  const { status, log } = await statusOf(system);
  assertEquals([status, log], ["warn", ["warn: it is hidden by over (tmpfs), mounted later on /srv"]]);
});

Deno.test("what mount put there and is not what was wanted is unmounted again", async () => {
  const system = hostWith("type = ext4\ndev = LABEL=strange\nmnt = /srv/shop\n");
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(
    system.stderr.text,
    "/dev/sdx9 (ext4) is mounted on /srv/shop, expected LABEL=strange",
  );
  assertEquals((await statusOf(system)).status, "down");
});
