import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Box } from "./box.ts";
import { e2eTest, exists, until } from "./box.ts";
import type { Disk } from "./disk.ts";
import { cannotMount, withDisk } from "./disk.ts";

const leftOut = cannotMount();

function diskTest(name: string, body: (box: Box, disk: Disk) => Promise<void>): void {
  e2eTest(name, (box) => withDisk(box, (disk) => body(box, disk)), { leftOut });
}

/** Every state file that there is, by its path; drafts and logs are no state. */
function stateOf(box: Box, folder = join(box.root, "var")): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) Object.assign(found, stateOf(box, path));
    else if (!entry.name.endsWith(".tmp")) found[path] = box.read(path);
  }
  return found;
}

function config(command: string, more = ""): string {
  return `[DEFAULT]\nstatus_schedule = @0\n[task#0]\ncommand = ${command}\n${more}`;
}

diskTest(
  "run ends with the command's code when the disk fills meanwhile, and says what is not on record",
  async (box) => {
    const filler = join(box.root, "filler");
    box.config("svc1", config("true"));
    assertEquals((await box.agent(["svc1", "run"])).code, 0);
    const before = stateOf(box);
    box.config(
      "svc1",
      config(
        `dd if=/dev/zero of=${filler} bs=4k; dd if=/dev/zero of=${filler} bs=1 oflag=append conv=notrunc; exit 7`,
      ),
    );
    const { code, stderr } = await box.agent(["svc1", "run"]);
    assertEquals(code, 7, stderr);
    assertMatch(stderr, /ERROR +the run is not on record: Cannot replace ".*": No space left on device/);
    assertEquals(stateOf(box), before, "old, and not torn");
    await Deno.remove(filler);
    box.config("svc1", config("true"));
    assertEquals((await box.agent(["svc1", "run"])).code, 0);
    assertEquals(box.history("svc1", "task#0").length, 2);
  },
);

diskTest(
  "run starts nothing that could not be remembered on a full disk, and goes on with room",
  async (box, disk) => {
    const marker = join(box.path, "marker");
    box.config("svc1", config(`touch ${marker}`));
    disk.fill();
    for (const words of [["run"], ["run", "--cron"]]) {
      const { code, stderr } = await box.agent(["svc1", ...words]);
      assertEquals([code, exists(marker)], [1, false]);
      assertMatch(
        stderr,
        /^[\d:,]+ task#0 +ERROR +Cannot replace ".*": No space left on device \(os error 28\)\n$/,
      );
    }
    disk.empty();
    assertEquals((await box.agent(["svc1", "run", "--cron"])).code, 0);
    assert(exists(marker));
  },
);

diskTest(
  "set on a full disk changes nothing, says why in one line, and leaves no draft",
  async (box, disk) => {
    box.config("svc1", config("true"));
    const file = join(box.root, "etc", "svc1.conf");
    const before = box.read(file);
    disk.fill();
    const { code, stderr } = await box.agent(["svc1", "set", "--kw", "task#0.timeout=5m"]);
    assertEquals([code, box.read(file)], [1, before]);
    assertMatch(stderr, /^agent: Cannot replace ".*svc1\.conf": No space left on device \(os error 28\)\n$/);
    assertEquals(box.list(join(box.root, "etc")), ["svc1.conf"]);
    disk.empty();
    assertEquals((await box.agent(["svc1", "set", "--kw", "task#0.timeout=5m"])).code, 0);
    assertStringIncludes(box.read(file), "timeout = 5m");
  },
);

diskTest(
  "a daemon lives through a full disk and a read-only one, and goes on when it is well",
  async (box, disk) => {
    const runs = join(box.path, "runs");
    box.config("svc1", config(`echo x >>${runs}; true`, "schedule = @1s\n"));
    await Deno.writeTextFile(runs, "");
    // Open for writing, the daemon's lock and its output would keep the disk from becoming read-only.
    const env = { AGENT_RUN: join(box.path, "run"), AGENT_LOG: join(box.path, "log") };
    assertEquals((await box.agent(["daemon", "start"], { env })).code, 0);
    const count = () => box.read(runs).length;
    const goesOn = async (what: string) => {
      const so_far = count();
      await until(`the task runs ${what}`, () => count() >= so_far + 4, 30_000);
    };
    await goesOn("at all");
    const away: [() => unknown, () => unknown][] = [
      [() => disk.fill(), () => disk.empty()],
      [() => disk.remount("ro"), () => disk.remount("rw")],
    ];
    for (const [begin, end] of away) {
      await begin();
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await end();
      await goesOn("again");
      const { code, stderr } = await box.agent(["svc1", "print", "status"], { env });
      assertEquals([code, stderr], [0, ""]);
    }
    assertEquals((await box.agent(["daemon", "stop", "--runs", "wait"], { env })).code, 0);
    for (const line of box.history("svc1", "task#0")) assertEquals(line["exitcode"], 0);
  },
);

diskTest(
  "on a read-only disk everything can be looked at, and what cannot be done is told in one line",
  async (box, disk) => {
    box.config("svc1", config("true"));
    assertEquals((await box.agent(["svc1", "run"])).code, 0);
    await disk.remount("ro");
    for (
      const words of [["print", "status"], ["print", "schedule"], ["print", "config"], ["logs"], ["status"]]
    ) {
      const { code, stderr } = await box.agent(["svc1", ...words]);
      assertEquals(code, 0, `${words}: ${stderr}`);
    }
    for (const words of [["run"], ["run", "--cron"], ["set", "--kw", "comment=x"], ["freeze"]]) {
      const { code, stderr } = await box.agent(["svc1", ...words]);
      assertEquals(code, 1, `${words}: ${stderr}`);
      assertStringIncludes(stderr, "Read-only file system");
      assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
    }
    const start = await box.agent(["daemon", "start"]);
    assertEquals([start.code, start.stderr.trimEnd().split("\n").length], [1, 1], start.stderr);
    await disk.remount("rw");
    assertEquals((await box.agent(["svc1", "run"])).code, 0);
  },
);
