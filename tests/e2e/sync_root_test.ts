/** Real rsync over a real ssh: what is sent, what is told, and when the daemon does it. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { AGENT, type Box, e2eTest, exists, needs, sleep, until } from "./box.ts";
import { startSshServer } from "./sshd.ts";

const leftOut = needs({ root: true, programs: ["rsync", "ssh", "sshd"] });

function put(path: string, text = path): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, text);
}

/** A service with data, and the server that its other node is. */
async function withNodes(
  box: Box,
  more: string,
  body: (folders: { readonly src: string; readonly dst: string }) => Promise<void>,
): Promise<void> {
  const keys = join(box.path, "keys");
  await Deno.mkdir(keys);
  await using server = await startSshServer(keys);
  const [src, dst] = [join(box.path, "data"), join(box.path, "copy")];
  await Deno.mkdir(src);
  await Deno.writeTextFile(
    join(box.root, "etc/node.conf"),
    `[node]\nssh_options = -F ${server.clientConfig}\n`,
    {
      mode: 0o600,
    },
  );
  box.config(
    "shop",
    `[DEFAULT]\nnodes = n1 n2\ndrpnodes = n3\n[fs#1]\ntype = flag\n` +
      `[sync#1]\nsrc = ${src}/\ndst = ${dst}/\ntarget = nodes\n${more}`,
  );
  await body({ src, dst });
}

function sentTo(stdout: string): unknown[] {
  return JSON.parse(stdout).map(({ target, outcome, is_failed }: Record<string, unknown>) => [
    target,
    outcome,
    is_failed,
  ]);
}

e2eTest(
  "sync all sends files to the other node, takes what is gone there away, and remembers when",
  async (box) => {
    await withNodes(box, "", async ({ src, dst }) => {
      put(join(src, "a/one"));
      put(join(src, "it's two"));
      await box.agent(["shop", "start"]);
      const first = await box.agent(["shop", "sync", "all", "--format", "json"]);
      assertEquals([first.code, sentTo(first.stdout)], [0, [["n2", "synced", false]]], first.stderr);
      assertEquals(box.read(join(dst, "a/one")), join(src, "a/one"));
      assertEquals(exists(join(dst, "it's two")), true);

      await Deno.remove(join(src, "it's two"));
      put(join(src, "three"));
      const second = await box.agent(["shop", "sync", "update"]);
      assertEquals([second.code, second.stdout], [0, ""]);
      assertMatch(second.stderr, /sync#1 +INFO +n2 is done in \S+: \S+ sent, 1 files, 1 deleted$/m);
      assertEquals(box.list(dst).sort(), ["a", "three"]);

      assertMatch(box.read(box.state("shop", "sync#1", "last_sync_n2")), /^\d+\.0\n$/);
      assertEquals(exists(box.state("shop", "scheduler", "last_syncall_sync#1")), false);
      const status = JSON.parse((await box.agent(["shop", "print", "status", "--format", "json"])).stdout)[0];
      assertEquals([status.avail, status.optional, status.resources["sync#1"].status], ["up", "up", "up"]);
    });
  },
  { leftOut },
);

e2eTest("sync all --dry-run changes nothing, sync --cron stamps the attempt and the success", async (box) => {
  await withNodes(box, "", async ({ src, dst }) => {
    put(join(src, "one"));
    await box.agent(["shop", "start"]);
    const dry = await box.agent(["shop", "sync", "all", "--dry-run"]);
    assertEquals([dry.code, exists(dst)], [0, false], dry.stderr);
    assertStringIncludes(dry.stderr, "| one");
    assertEquals(exists(box.state("shop", "sync#1", "last_sync_n2")), false);

    assertEquals((await box.agent(["shop", "sync", "all", "--cron"])).code, 0);
    const stamps = box.list(box.state("shop", "scheduler")).filter((name) => name.includes("sync")).sort();
    assertEquals(stamps, ["last_syncall_sync#1", "last_syncall_sync#1.success"]);
    const rows = JSON.parse((await box.agent(["shop", "print", "schedule", "--format", "json"])).stdout);
    const row = rows.find(({ action }: { action: string }) => action === "sync_all");
    assertEquals([row.rid, row.config_parameter], ["sync#1", "sync#1.schedule"]);
    assertEquals(typeof row.last_run, "number");
  });
}, { leftOut });

e2eTest("a target that is down is told, the other one gets its data, and the exit code is 1", async (box) => {
  await withNodes(box, "", async ({ src, dst }) => {
    box.config(
      "shop",
      `[DEFAULT]\nnodes = n1 n3 n2\n[fs#1]\ntype = flag\n[sync#1]\nsrc = ${src}/\ndst = ${dst}\ntarget = nodes\n`,
    );
    put(join(src, "one"));
    await box.agent(["shop", "start"]);
    const { code, stdout, stderr } = await box.agent(["shop", "sync", "nodes", "--format", "json"]);
    assertEquals([code, sentTo(stdout)], [1, [["n3", "failed", true], ["n2", "synced", false]]], stderr);
    assertStringIncludes(stderr, `node n3 synchronization failed (${src}/ => ${dst}): `);
    // Rsync tells the code of ssh, or that it lost the other side, whichever it sees first.
    assertMatch(stderr, /Connection refused[^]*: rsync exited with (?:255|12): /);
    assertEquals(box.list(dst), ["one"]);
    const status = JSON.parse((await box.agent(["shop", "print", "status", "--format", "json"])).stdout)[0];
    assertEquals(status.resources["sync#1"].log, ["warn: n3 was never reached"]);
  });
}, { leftOut });

e2eTest("nothing is sent where dstfs is not mounted, nor from where the instance is not up", async (box) => {
  await withNodes(box, "dstfs = /no/such\n", async ({ src, dst }) => {
    put(join(src, "one"));
    const down = await box.agent(["shop", "sync", "all"]);
    assertEquals([down.code, exists(dst)], [1, false]);
    assertStringIncludes(down.stderr, "the instance is not up here, but down");
    assertEquals(
      (await box.agent(["shop", "sync", "all", "--cron"])).code,
      0,
      "another node's turn is no failure",
    );

    await box.agent(["shop", "start"]);
    const unmounted = await box.agent(["shop", "sync", "all"]);
    assertEquals([unmounted.code, exists(dst)], [1, false]);
    assertStringIncludes(unmounted.stderr, "dstfs /no/such is not mounted there");

    await box.agent(["shop", "set", "--kw", "sync#1.dstfs=/proc"]);
    assertEquals((await box.agent(["shop", "sync", "all"])).code, 0);
    await box.agent(["shop", "stop"]);
    put(join(src, "two"));
    assertEquals((await box.agent(["shop", "sync", "all", "--force"])).code, 0);
    assertEquals(exists(join(dst, "two")), true);
  });
}, { leftOut });

e2eTest("a transfer is ended by its timeout, with all of its processes, and not begun twice", async (box) => {
  await withNodes(box, "bwlimit = 1\ntimeout = 6s\n", async ({ src }) => {
    put(join(src, "large"), "x".repeat(3_000_000));
    await box.agent(["shop", "start"]);
    const slow = box.agent(["shop", "sync", "all"]);
    await until(
      "the transfer is under way",
      () =>
        exists(box.state("shop", "sync#1", "run")) && box.list(box.state("shop", "sync#1", "run")).length > 0,
    );
    const other = await box.agent(["shop", "sync", "all"]);
    assertEquals(other.code, 1);
    assertStringIncludes(other.stderr, "synchronisation is already running (process ");
    const scheduled = await box.agent(["shop", "sync", "all", "--cron"]);
    assertEquals(scheduled.code, 0, scheduled.stderr);
    const { code, stderr } = await slow;
    assertEquals(code, 1);
    assertStringIncludes(stderr, "timeout after 6 seconds");
  });
}, { leftOut });

e2eTest("on a terminal, a line shows how far a transfer is", async (box) => {
  await withNodes(box, "bwlimit = 300\n", async ({ src, dst }) => {
    put(join(src, "large"), "x".repeat(900_000));
    await box.agent(["shop", "start"]);
    const { code, text } = await box.terminal(`${AGENT} shop sync all`);
    assertEquals([code, exists(join(dst, "large"))], [0, true], text);
    assertStringIncludes(text, "\r\x1b[Ksync#1 n2  ");
    assertMatch(text, /sync#1 n2 {2}[\d,]+ bytes {2}\d+% {2}\S+\/s {2}\d+:\d\d:\d\d/);
    assertStringIncludes(text, "| large");
    assertEquals(
      box.read(join(box.root, "log/shop.log")).includes("%  "),
      false,
      "the log keeps no progress",
    );
  });
}, { leftOut });

e2eTest("the daemon synchronises on schedule, only where the service is up", async (box) => {
  await withNodes(box, "schedule = @2s\n", async ({ src, dst }) => {
    put(join(src, "one"));
    await box.agent(["daemon", "start"]);
    await sleep(3_000);
    assertEquals(exists(dst), false);
    await box.agent(["shop", "start"]);
    await until("the data is there", () => exists(join(dst, "one")));
    put(join(src, "two"));
    await until("the next data is there", () => exists(join(dst, "two")));
    await box.agent(["shop", "stop"]);
    await until("what is under way is over", () => box.list(box.state("shop", "sync#1", "run")).length === 0);
    await sleep(200);
    put(join(src, "three"));
    await sleep(4_000);
    assertEquals(exists(join(dst, "three")), false);
    const last = box.read(box.state("shop", "scheduler", "last_syncall_sync#1"));
    assertMatch(last, /^\d+\.0\n$/);
  });
}, { leftOut });

e2eTest("the data of a service that moves is sent by the daemon of the node where it is", async (box) => {
  await withNodes(box, "", async () => {
    const [one, two] = [join(box.path, "data of n1"), join(box.path, "data of n2")];
    const other = join(box.path, "root2");
    const env = { AGENT_ROOT: other, AGENT_NODENAME: "n2" };
    put(join(one, "first"));
    box.config(
      "shop",
      `[DEFAULT]\nnodes = n1 n2\n[fs#1]\ntype = flag\n[sync#1]\nsrc@n1 = '${one}/'\ndst@n1 = ${two}\n` +
        `src@n2 = '${two}/'\ndst@n2 = ${one}\ntarget = nodes\nschedule = @1s\n`,
    );
    await Deno.mkdir(join(other, "etc"), { recursive: true });
    for (const name of ["shop.conf", "node.conf"]) {
      await Deno.copyFile(join(box.root, "etc", name), join(other, "etc", name));
    }
    await box.agent(["daemon", "start"]);
    await box.agent(["daemon", "start"], { env });
    try {
      await box.agent(["shop", "start"]);
      await until("n1 has sent", () => exists(join(two, "first")));
      await box.agent(["shop", "stop"]);
      await until("n1 is done", () => box.list(box.state("shop", "sync#1", "run")).length === 0);
      await sleep(200);
      put(join(two, "second"));
      await box.agent(["shop", "start"], { env });
      await until("n2 has sent", () => exists(join(one, "second")));
      assertEquals(box.list(two).sort(), ["first", "second"], "n1 sent nothing any more");
    } finally {
      await box.agent(["daemon", "stop", "--runs", "end"], { env });
    }
  });
}, { leftOut });

e2eTest("target local copies on this node, without ssh", async (box) => {
  const [src, dst] = [join(box.path, "data"), join(box.path, "copy")];
  put(join(src, "x.conf"));
  put(join(src, "y.txt"));
  box.config("shop", `[sync#1]\nsrc = ${src}/*.conf\ndst = ${dst}/\ntarget = local\n`);
  const { code, stderr } = await box.agent(["shop", "sync", "all"]);
  assertEquals(code, 0, stderr);
  assertEquals(box.list(dst), ["x.conf"]);
}, { leftOut: needs({ programs: ["rsync"] }) });
