/** What the built program holds open: a minifier has already lost a `using` that the source has. */
import { e2eTest, until } from "./box.ts";

e2eTest("a daemon that has run tasks for a while holds no more folders open than before", async (box) => {
  box.config("often", "[DEFAULT]\nstatus_schedule =\n[task#0]\ncommand = /bin/true\nschedule = @1s\n");
  const { stdout } = await box.agent(["daemon", "start"]);
  const pid = /process (\d+)/.exec(stdout)?.[1];
  await until("three runs are on record", () => box.history("often", "task#0").length >= 3);
  const folder = `/proc/${pid}/fd`;
  const open = () => box.list(folder).map((fd) => linkOf(`${folder}/${fd}`));
  // One may be open for the moment of a write.
  await until(
    "no folder of the state is open",
    () => !open().some((path) => path.startsWith(`${box.root}/var`)),
  );
});

/** Where a descriptor leads to; one that is closed meanwhile leads nowhere. */
function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
