/** A timeout ends everything that a task started, with every wrapper; needs root, because it makes users. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CAN_MAKE_USERS, makeTestUser, type TestUser } from "../adapters/test_user.ts";
import { type Box, e2eTest, exists, findProcesses, IS_ROOT, needs } from "./box.ts";

/** TERM is ignored by a shell and by its child of a child; others leave the session, or their parent, or both. */
const STUBBORN = `
trap '' TERM
sh -c 'sh -c "trap : USR1; sleep 300; sleep 300" & sleep 300 & wait' &
sh -c 'sleep 300 & sleep 300 &'
sh -c 'setsid sleep 300 & setsid sh -c "sleep 300 & sleep 300" &'
setsid sh -c 'sleep 300 & sleep 300 &'
sleep 0.5
touch "$1"
while :; do sleep 300; done
`;

function processesOf(user: TestUser) {
  return findProcesses((file) => new RegExp(`^Uid:\\s+${user.uid}\\s`, "m").test(file("status")));
}

async function stubbornTask(box: Box, user: TestUser, wrapper: string): Promise<string> {
  const mark = `${user.home}/ready`;
  await Deno.chmod(box.path, 0o755);
  await Deno.writeTextFile(`${box.path}/stubborn`, STUBBORN);
  await Deno.chmod(`${box.path}/stubborn`, 0o644);
  box.config("node", `[node]\nimpersonate = ${wrapper}\n`);
  const command = `/bin/sh ${box.path}/stubborn ${mark}`;
  box.config(
    "testmd",
    `[task#0]\ncommand = ${command}\nuser = ${user.name}\ntimeout = 2s\nkill_grace = 1s\nschedule = @1h\n`,
  );
  return mark;
}

for (const wrapper of ["setpriv", "runuser", "su", "sudo"]) {
  const missing = CAN_MAKE_USERS ? needs({ programs: [wrapper] }) : IS_ROOT ? "needs useradd" : "needs root";

  e2eTest(`${wrapper}: a timeout ends a tree that ignores TERM, and nothing survives`, async (box) => {
    using user = makeTestUser();
    const mark = await stubbornTask(box, user, wrapper);
    const begin = performance.now();
    const { code, stderr } = await box.agent(["testmd", "run"]);
    const seconds = (performance.now() - begin) / 1000;
    assertEquals([code, exists(mark), processesOf(user)], [124, true, []]);
    assertMatch(
      stderr,
      /ERROR {3}execution timeout \(2 seconds\)\. send SIGTERM to the process tree, SIGKILL in 1 seconds/,
    );
    assertStringIncludes(stderr, "command return code [124]: timeout after 2 seconds");
    assertEquals(stderr.includes("could not be ended"), false);
    assertEquals(seconds > 2 && seconds < 7, true, `${seconds} s`);
    const [record] = box.history("testmd", "task#0");
    assertEquals([record?.exitcode, record?.reason], [124, "timeout after 2 seconds"]);
    assertEquals(box.list(box.state("testmd", "task#0", "run")), []);
  }, { leftOut: missing });
}
