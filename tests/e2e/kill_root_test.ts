/** `kill` ends everything that a task started, with every wrapper; needs root, because it makes users. */
import { assertArrayIncludes, assertEquals, assertStringIncludes } from "@std/assert";
import { CAN_MAKE_USERS, makeTestUser, type TestUser } from "../adapters/test_user.ts";
import { type Box, e2eTest, exists, findProcesses, IS_ROOT, needs, until } from "./box.ts";

/** Plain children, a double fork, sessions of their own, nohup, and some that ignore TERM, together or one by one. */
const FAMILY = `
sleep 300 &
sh -c 'sleep 300 & sleep 300 &'
setsid sh -c 'sleep 300 & sleep 300 &'
sh -c 'setsid sh -c "setsid sleep 300 & sleep 300" &'
nohup sh -c 'sleep 300 & sleep 300' >/dev/null 2>&1 &
sh -c 'trap "" TERM HUP; sh -c "sleep 300; sleep 300" & setsid sleep 300 & sleep 300' &
sleep 0.5
echo ready
touch "$1"
sleep 300
`;

function processesOf(user: TestUser) {
  return findProcesses((file) => new RegExp(`^Uid:\\s+${user.uid}\\s`, "m").test(file("status")));
}

async function startFamily(box: Box, user: TestUser, wrapper: string): Promise<Deno.ChildProcess> {
  await Deno.chmod(box.path, 0o755);
  await Deno.writeTextFile(`${box.path}/family`, FAMILY);
  await Deno.chmod(`${box.path}/family`, 0o644);
  box.config("node", `[node]\nimpersonate = ${wrapper}\n`);
  const mark = `${user.home}/ready`;
  const command = `/bin/sh ${box.path}/family ${mark}`;
  box.config("testmd", `[task#0]\ncommand = ${command}\nuser = ${user.name}\nkill_grace = 1s\n`);
  const child = box.start(["testmd", "run"]);
  await until("the family is there", () => exists(mark), 20_000);
  return child;
}

for (const wrapper of ["setpriv", "runuser", "su", "sudo"]) {
  const missing = CAN_MAKE_USERS ? needs({ programs: [wrapper] }) : IS_ROOT ? "needs useradd" : "needs root";

  e2eTest(`${wrapper}: ps finds the whole family of a task, and kill leaves nobody of it`, async (box) => {
    using user = makeTestUser();
    const child = await startFamily(box, user, wrapper);
    const [run] = JSON.parse((await box.agent(["testmd", "ps", "--format", "json"])).stdout);
    const seen = run.processes.filter((process: { user: string }) => process.user === user.name);
    assertEquals(seen.length, processesOf(user).length);
    assertEquals([run.user, run.output, seen.length > 12], [user.name, ["ready"], true]);

    const { code, stderr } = await box.agent(["testmd", "kill"]);
    assertEquals([code, processesOf(user)], [0, []], stderr);
    assertStringIncludes(stderr, `nothing is left of ${run.process_count} processes`);
    // By TERM; but su and runuser first wait for their child, sometimes longer than the grace.
    const codes = wrapper === "su" || wrapper === "runuser" ? [137, 143] : [143];
    assertArrayIncludes(codes, [(await child.status).code]);
    const [record] = box.history("testmd", "task#0");
    assertEquals([record?.reason, record?.user], ["killed by agent kill (uid 0)", user.name]);
  }, { leftOut: missing });
}
