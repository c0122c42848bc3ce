import { assertEquals } from "@std/assert";
import { addStats, ProgressFilter, readProgress } from "../../../src/core/sync/rsync_output.ts";
import type { Progress, TransferStats } from "../../../src/core/sync/rsync_output.ts";

const LINE = "      1,238,099  38%  146.38kB/s    0:00:08 (xfr#5, to-chk=169/396)";

Deno.test("readProgress() reads a line of progress2, and no other", () => {
  assertEquals(readProgress(LINE), { bytes: "1,238,099", percent: 38, rate: "146.38kB/s", time: "0:00:08" });
  for (const line of ["a file", "Number of files: 3", "", " 38% of it"]) {
    assertEquals(readProgress(line), undefined);
  }
});

Deno.test("ProgressFilter takes the progress out, however the output is cut", () => {
  const output =
    `sending incremental file list\na/one\n\r          0   0%    0.00kB/s    0:00:00  \r${LINE}\nsent é 3\nlast`;
  const bytes = new TextEncoder().encode(output);
  for (const size of [1, 3, 7, 1000]) {
    const seen: Progress[] = [];
    const filter = new ProgressFilter((progress) => seen.push(progress));
    let text = "";
    const decoder = new TextDecoder();
    for (let at = 0; at < bytes.length; at += size) {
      text += decoder.decode(filter.push(bytes.subarray(at, at + size)), { stream: true });
    }
    text += decoder.decode(filter.finish());
    assertEquals(text, "sending incremental file list\na/one\nsent é 3\nlast\n", `in pieces of ${size}`);
    assertEquals(seen.at(-1)?.percent, 38);
  }
});

Deno.test("addStats() collects what --stats tells", () => {
  const lines = [
    "Number of files: 5 (reg: 3, dir: 2)",
    "Number of deleted files: 2 (reg: 2)",
    "Number of regular files transferred: 1,003",
    "Total bytes sent: 12,345",
    "Total bytes received: 42",
  ];
  const stats = lines.reduce(addStats, {} as TransferStats);
  assertEquals(stats, { deleted: 2, files: 1003, sent: 12345, received: 42 });
  assertEquals(addStats({}, "Total bytes sent: 1.23K"), {});
});
