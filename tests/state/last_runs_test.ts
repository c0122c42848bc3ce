import { assertEquals } from "@std/assert";
import { readLastManualRun, readLastRuns } from "../../src/state/last_runs.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDER = "/var/lib/agent/svc/svc1/task#0";

function record(at: string, origin: "user" | "scheduler"): string {
  return JSON.stringify({ at, origin, exitcode: 0 });
}

Deno.test("readLastRuns() finds the run of the other origin in the history, the newest one", () => {
  const { files } = fakeSystem({
    files: {
      [`${FOLDER}/last_run`]: record("2026-03-02T10:00:00.000Z", "scheduler"),
      [`${FOLDER}/history.jsonl`]: [
        record("2026-03-02T07:00:00.000Z", "user"),
        record("2026-03-02T08:00:00.000Z", "user"),
        "torn {",
        record("2026-03-02T10:00:00.000Z", "scheduler"),
      ].join("\n"),
    },
  });
  const { manual, scheduled } = readLastRuns(files, FOLDER);
  assertEquals([manual?.at, scheduled?.at], ["2026-03-02T08:00:00.000Z", "2026-03-02T10:00:00.000Z"]);
  assertEquals(readLastManualRun(files, FOLDER), Date.parse("2026-03-02T08:00:00Z") / 1000);
});

Deno.test("readLastRuns() counts what an older agent left as scheduled, and has nothing before the first run", () => {
  const { files } = fakeSystem({ files: { [`${FOLDER}/last_run_retcode`]: "1" } });
  const { manual, scheduled } = readLastRuns(files, FOLDER);
  assertEquals([manual, scheduled?.exitcode], [undefined, 1]);
  assertEquals(readLastManualRun(files, FOLDER), undefined);
  assertEquals(readLastRuns(files, "/nowhere"), { manual: undefined, scheduled: undefined });
});
