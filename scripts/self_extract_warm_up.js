/**
 * Makes later starts faster, once, at the first one. Without an argument: loads the program, without running it, so that
 * the runtime caches it compiled. With the cache's folder: merges the journals of its databases, which the runtime
 * leaves behind and would read again at every start.
 *
 * @module
 */
const [cache] = Deno.args;
if (cache === undefined) {
  await import("./agent.js");
  // What the program uses of the runtime now and then, and what that loads.
  void globalThis.process?.versions.tz;
  await new Promise((resolve) => setTimeout(resolve, 0));
  const child = new Deno.Command("/bin/sh", { args: ["-c", "echo"], stdout: "piped", stderr: "piped" })
    .spawn();
  const readers = [child.stdout.getReader(), child.stderr.getReader()];
  await Promise.all([child.status, ...readers.map((reader) => reader.read())]);
} else {
  const { DatabaseSync } = await import("node:sqlite");
  for (const { name } of Deno.readDirSync(cache)) {
    if (!name.endsWith("_cache_v2")) continue;
    const database = new DatabaseSync(`${cache}/${name}`);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
  }
}
