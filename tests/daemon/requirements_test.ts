import { assertEquals } from "@std/assert";
import { withDaemon } from "../fakes/run_daemon.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const TABLE = "/proc/self/mountinfo";
const ROOT = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
const MOUNTED = `${ROOT}40 22 0:9 / /srv/shop rw - tmpfs shop rw\n`;
const CONFIG = [
  "[DEFAULT]",
  "nodes = *",
  "[fs#1]",
  "type = tmpfs",
  "dev = shop",
  "mnt = /srv/shop",
  "[ip#0]",
  "ipname = 192.0.2.10",
  "ipdev = eth0",
  "[task#0]",
  "command = /bin/job",
  "schedule = @10",
  "",
].join("\n");

function system(more: string): FakeSystem {
  return fakeSystem({
    config: { svc1: CONFIG + more },
    files: { [TABLE]: ROOT, "/srv/shop/.keep": "" },
    programs: { "/bin/job": {} },
  });
}

for (const requirement of ["run_requires = fs#1(up)\n", "run_on = active\n"]) {
  Deno.test(`a task whose window is open starts within a second of ${requirement.trim()}`, async () => {
    const host = system(requirement);
    await withDaemon(host, async (daemon) => {
      await daemon.advance(100);
      assertEquals(daemon.takeStarts(), []);
      host.network.list.push({ name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" });
      host.files.put(TABLE, MOUNTED);
      await daemon.advance(1);
      assertEquals(daemon.takeStarts(), ["10:01:40 /bin/job"]);
      assertEquals(daemon.stamp(), "10:01:40");
      host.files.put(TABLE, ROOT);
      await daemon.advance(660);
      assertEquals(daemon.takeStarts(), []);
      host.files.put(TABLE, MOUNTED);
      await daemon.advance(1);
      assertEquals(daemon.takeStarts().length, 1);
    });
  });
}

Deno.test("a requirement on an address is asked for beside the loop, and opens within a second", async () => {
  const host = system("run_requires = ip#0\n");
  await withDaemon(host, async (daemon) => {
    await daemon.advance(30);
    assertEquals(daemon.takeStarts(), []);
    host.network.list.push({ name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" });
    await daemon.advance(1);
    assertEquals(daemon.takeStarts(), ["10:00:30 /bin/job"]);
    await daemon.advance(600);
    assertEquals(daemon.takeStarts(), ["10:10:30 /bin/job"]);
  });
});

Deno.test("nothing ticks once no task waits any more: the window closed, or the task is gone", async () => {
  const host = system("run_requires = fs#1(up)\n");
  const text = host.files.read("/etc/agent/svc1.conf")!.replace("@10", "10:00-10:01");
  host.files.put("/etc/agent/svc1.conf", text);
  let reads = 0;
  const { read } = host.files;
  host.files.read = (path: string) => {
    if (path === TABLE) reads++;
    return read.call(host.files, path);
  };
  await withDaemon(host, async (daemon) => {
    await daemon.advance(30);
    assertEquals(reads > 25, true);
    await daemon.advance(60);
    reads = 0;
    await daemon.advance(300);
    assertEquals(reads, 0);
  });
});

Deno.test("a name that is slow to resolve holds up neither the loop nor the tasks of others", async () => {
  const host = fakeSystem({
    config: {
      svc1: CONFIG.replace("192.0.2.10", "shop") + "run_requires = ip#0\n",
      svc2: "[task#0]\ncommand = /bin/other\nschedule = @10s\n",
    },
    programs: {
      "/bin/job": {},
      "/bin/other": {},
      "getent ahosts shop": { durationMs: 8_000, stdout: "192.0.2.10 STREAM shop\n" },
    },
  });
  host.network.list.push({ name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" });
  await withDaemon(host, async (daemon) => {
    await daemon.advance(30);
    const starts = daemon.takeStarts();
    assertEquals(starts.filter((line) => line.includes("other")).map((line) => line.slice(0, 8)), [
      "10:00:00",
      "10:00:10",
      "10:00:20",
      "10:00:30",
    ]);
    // The gate takes 8 seconds, the run asks once more.
    assertEquals(starts.filter((line) => line.includes("job")).length, 1);
    assertEquals(daemon.stamp(), "10:00:00");
  });
});

Deno.test("memory that comes back starts its tasks within a second, also with requirements that cannot be read", async () => {
  for (const more of ["", "run_requires = fs#1(on)\n"]) {
    const host = system(more);
    host.files.put(
      "/etc/agent/svc1.conf",
      host.files.read("/etc/agent/svc1.conf")!.replace("nodes = *", "nodes = *\nstate_dir = /srv/shop/state"),
    );
    await withDaemon(host, async (daemon) => {
      await daemon.advance(20);
      assertEquals(daemon.takeStarts(), []);
      assertEquals(daemon.log("no such"), []);
      host.files.put("/srv/shop/state/.keep", "");
      await daemon.advance(1);
      assertEquals(daemon.takeStarts().length, more === "" ? 1 : 0);
    });
  }
});

Deno.test("a change between the question and the wait for it is not missed", async () => {
  const host = system("run_requires = ip#0\n");
  const { addresses } = host.network;
  let isAsked = false;
  host.network.addresses = () => {
    const found = [...addresses.call(host.network)];
    // The driver asks after the watch has looked; the address comes right after the driver.
    const isDriver = isAsked && host.network.list.length === 1;
    isAsked = true;
    if (isDriver) host.network.list.push({ name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" });
    return found;
  };
  await withDaemon(host, async (daemon) => {
    await daemon.advance(1);
    assertEquals(daemon.takeStarts(), ["10:00:00 /bin/job"]);
  });
});

Deno.test("what needs a resource that is being stopped does not begin meanwhile, and other tasks do", async () => {
  const config = CONFIG.replace("nodes = *", "nodes = *\nstatus_schedule = @0").replace("@10", "@5s") +
    "run_requires = fs#1(up)\n[task#1]\ncommand = /bin/other\nschedule = @5s\n";
  const host = fakeSystem({
    config: { svc1: config },
    files: { [TABLE]: MOUNTED, "/srv/shop/.keep": "" },
    programs: { "/bin/job": {}, "/bin/other": {} },
  });
  const stopping = "/run/agent/svc/svc1/stopping.json";
  const record = (rids: string[]) => {
    const { pid, startTime } = host.processes.self;
    host.files.put(stopping, JSON.stringify({ pid, start_time: startTime, boot_id: host.host.bootId, rids }));
  };
  await withDaemon(host, async (daemon) => {
    const counts = async () => {
      await daemon.advance(20);
      const starts = daemon.takeStarts();
      return ["job", "other"].map((name) => starts.filter((line) => line.endsWith(name)).length);
    };
    await daemon.advance(1);
    daemon.takeStarts();
    assertEquals(await counts(), [4, 4]);
    record(["fs#1"]);
    assertEquals(await counts(), [0, 4]);
    record(["ip#0"]);
    assertEquals((await counts())[0]! >= 3, true, "it does not ask for the address");
    record(["fs#1"]);
    assertEquals(await counts(), [0, 4]);
    host.files.remove(stopping);
    assertEquals((await counts())[0]! >= 3, true, "the stop did not succeed: it goes on");
  });
});

Deno.test("nothing whose memory is on storage begins while the storage is being stopped", async () => {
  const config = CONFIG.replace("nodes = *", "nodes = *\nstate_dir = /srv/shop/state").replace("@10", "@5s");
  const host = fakeSystem({
    config: { svc1: config },
    files: { [TABLE]: MOUNTED, "/srv/shop/state/.keep": "" },
    programs: { "/bin/job": {} },
  });
  await withDaemon(host, async (daemon) => {
    await daemon.advance(11);
    assertEquals(daemon.takeStarts().length, 3);
    const { pid, startTime } = host.processes.self;
    const record = { pid, start_time: startTime, boot_id: host.host.bootId, rids: ["fs#1"] };
    host.files.put("/run/agent/svc/svc1/stopping.json", JSON.stringify(record));
    await daemon.advance(30);
    assertEquals(daemon.takeStarts(), []);
    host.files.put("/run/agent/svc/svc1/stopping.json", JSON.stringify({ ...record, rids: ["ip#0"] }));
    await daemon.advance(30);
    assertEquals(daemon.takeStarts().length >= 4, true);
  });
});
