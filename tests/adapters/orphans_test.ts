import { assertEquals } from "@std/assert";
import { readRow } from "../../src/adapters/process_table.ts";
import { createProcesses } from "../../src/adapters/processes.ts";

const PR_SET_CHILD_SUBREAPER = 36;
const processes = createProcesses();

/** Orphans of this process's children come to it, as they do to the first process of a container. */
function adoptOrphans(isWanted: boolean): void {
  const library = Deno.dlopen("libc.so.6", {
    prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  });
  assertEquals(library.symbols.prctl(PR_SET_CHILD_SUBREAPER, isWanted ? 1n : 0n, 0n, 0n, 0n), 0);
  library.close();
}

function start(script: string, onOutput?: (text: string) => void) {
  return processes.start({
    argv: ["/bin/sh", "-c", script],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
    ...(onOutput ? { onOutput: (_, chunk) => onOutput(new TextDecoder().decode(chunk)) } : {}),
  });
}

/** Blocks this thread, so that the runtime collects nothing meanwhile. */
function waitForZombie(pid: number): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const deadline = performance.now() + 10_000;
  while (readRow(pid)?.state !== "Z") {
    if (performance.now() > deadline) throw new Error(`Waited in vain for process ${pid} to end`);
    Atomics.wait(pause, 0, 0, 5);
  }
}

Deno.test("reapOrphans() collects what was left behind, and nothing else", async () => {
  adoptOrphans(true);
  try {
    let orphan = 0;
    const { ended } = start(
      "sh -c 'echo $$; exec sleep 0.1 >/dev/null 2>&1' &",
      (text) => orphan = Number(text),
    );
    assertEquals(await ended, { kind: "exited", code: 0 });
    waitForZombie(orphan);
    assertEquals([processes.reapOrphans(), readRow(orphan)], [1, undefined]);
    assertEquals(processes.reapOrphans(), 0);
  } finally {
    adoptOrphans(false);
  }
});

Deno.test("reapOrphans() leaves an orphan that still runs", async () => {
  adoptOrphans(true);
  try {
    let orphan = 0;
    const { ended } = start(
      "sh -c 'echo $$; exec sleep 60 >/dev/null 2>&1' &",
      (text) => orphan = Number(text),
    );
    await ended;
    assertEquals([processes.reapOrphans(), readRow(orphan)?.parent], [0, Deno.pid]);
    Deno.kill(orphan, "SIGKILL");
    waitForZombie(orphan);
    assertEquals(processes.reapOrphans(), 1);
  } finally {
    adoptOrphans(false);
  }
});

for (
  const [what, script, outcome] of [
    ["exit code", "exit 7", { kind: "exited", code: 7 }],
    ["signal", "kill -s TERM $$", { kind: "signaled", signal: "SIGTERM", number: 15 }],
  ] as const
) {
  Deno.test(`reapOrphans() does not steal the ${what} of a child of the agent`, async () => {
    const { pid, ended } = start(script);
    waitForZombie(pid);
    assertEquals(processes.reapOrphans(), 0);
    assertEquals(readRow(pid)?.state, "Z");
    assertEquals(await ended, outcome);
  });
}
