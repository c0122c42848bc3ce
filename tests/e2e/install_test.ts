/** The unit of systemd and the start script, written below a folder, so that the machine is left alone. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { AGENT, type Box, e2eTest, exec, exists, needs, type Outcome } from "./box.ts";

const SHELLS = [["/bin/sh"], ["busybox", "sh"]] as const;

async function installed(box: Box, kind: "--systemd" | "--sysv", file: string): Promise<string> {
  const prefix = `${box.path}/image`;
  await Deno.mkdir(prefix);
  const { code, stdout, stderr } = await box.agent(["daemon", "install", kind, "--prefix", prefix]);
  assertEquals([code, stdout, stderr], [0, `${prefix}${file} is written\n`, ""]);
  return `${prefix}${file}`;
}

e2eTest("systemd finds nothing wrong with the unit", async (box) => {
  const unit = await installed(box, "--systemd", "/etc/systemd/system/agent.service");
  assertEquals([box.mode(unit), box.read(unit).includes(`\nExecStart=${AGENT} daemon run\n`)], [0o644, true]);
  const { code, stdout, stderr } = await exec(["systemd-analyze", "verify", unit], { env: { LC_ALL: "C" } });
  const told = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("agent.service"));
  assertEquals([code, told], [0, []]);
}, { leftOut: needs({ programs: ["systemd-analyze"] }) });

e2eTest("shellcheck finds nothing wrong with the start script", async (box) => {
  const script = await installed(box, "--sysv", "/etc/init.d/agent");
  const { code, stdout } = await exec(["shellcheck", script]);
  assertEquals([code, stdout, box.mode(script)], [0, "", 0o755]);
}, { leftOut: needs({ programs: ["shellcheck"] }) });

for (const shell of SHELLS) {
  e2eTest(
    `the start script starts, tells, reloads and stops the daemon with ${shell.join(" ")}`,
    async (box) => {
      const script = await installed(box, "--sysv", "/etc/init.d/agent");
      // Another root in the environment of the caller is not the daemon's.
      const env = { AGENT_ETC: `${box.path}/elsewhere` };
      const call = (word: string): Promise<Outcome> => exec([...shell, script, word], { env });
      assertEquals((await call("status")).code, 3);
      assertEquals((await call("reload")).code, 1);
      assertEquals((await call("try-restart")).code, 0);
      const start = await call("start");
      assertEquals([start.code, start.stderr], [0, ""]);
      assertMatch(start.stdout, /^the daemon runs, process \d+\n$/);
      assertEquals(exists(`${box.root}/run/daemon.json`), true);
      const again = await call("start");
      assertEquals([again.code, again.stdout], [0, ""]);
      const status = await call("status");
      assertEquals(status.code, 0);
      assertStringIncludes(status.stdout, "running, process ");
      assertEquals((await call("reload")).code, 0);
      assertEquals((await call("force-reload")).code, 0);
      const restart = await call("restart");
      assertEquals(restart.code, 0);
      assertEquals(restart.stdout.includes(start.stdout.trim()), false);
      assertEquals((await call("stop")).code, 0);
      assertEquals([(await call("stop")).code, (await call("status")).code], [0, 3]);
      const wrong = await call("dance");
      assertEquals([wrong.code, wrong.stderr.startsWith("usage: ")], [2, true]);
    },
    { leftOut: needs({ programs: [shell[0].split("/").at(-1)!] }) },
  );
}

e2eTest("the start script tells of an executable that is gone", async (box) => {
  const script = await installed(box, "--sysv", "/etc/init.d/agent");
  await Deno.writeTextFile(script, box.read(script).replaceAll(AGENT, `${box.path}/gone`));
  const start = await exec(["/bin/sh", script, "start"]);
  assertEquals([start.code, start.stderr], [5, `agent: the executable is missing: ${box.path}/gone\n`]);
  assertEquals((await exec(["/bin/sh", script, "stop"])).code, 0);
});

e2eTest("uninstall removes what install has written, and nothing of others", async (box) => {
  const unit = await installed(box, "--systemd", "/etc/systemd/system/agent.service");
  const uninstall = () => box.agent(["daemon", "uninstall", "--prefix", `${box.path}/image`]);
  await Deno.writeTextFile(unit, "[Service]\n");
  const refused = await uninstall();
  assertEquals([refused.code, exists(unit)], [1, true]);
  assertEquals(
    (await box.agent(["daemon", "install", "--force", "--systemd", "--prefix", `${box.path}/image`])).code,
    0,
  );
  const { code, stdout } = await uninstall();
  assertEquals([code, stdout, exists(unit)], [0, `${unit} is removed\n`, false]);
});
