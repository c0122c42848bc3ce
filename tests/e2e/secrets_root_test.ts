/** Secrets of tasks with a user of their own, with every wrapper; needs root, because it makes users. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { CAN_MAKE_USERS, makeTestUser, type TestUser } from "../adapters/test_user.ts";
import { AGENT, type Box, e2eTest, exec, exists, findProcesses, IS_ROOT, needs, PATH, until } from "./box.ts";

const SECRET = "correct-horse-battery";

async function makeSecret(box: Box): Promise<void> {
  await Deno.chmod(box.path, 0o755);
  await Deno.chmod(box.root, 0o755);
  assertEquals((await box.agent(["sec/db", "create"])).code, 0);
  assertEquals((await box.agent(["sec/db", "add", "--key", "k", "--from", "-"], { stdin: SECRET })).code, 0);
}

function leftOut(programs: readonly string[]): string | undefined {
  return CAN_MAKE_USERS ? needs({ programs }) : IS_ROOT ? "needs useradd" : "needs root";
}

/** Waits for the command, which tells where its file is, and what it could do with it. */
async function told(user: TestUser): Promise<string[]> {
  const mark = `${user.home}/mark`;
  await until("the command runs", () => exists(mark) && Deno.readTextFileSync(mark).endsWith("end\n"));
  return (await Deno.readTextFile(mark)).split("\n");
}

for (const wrapper of ["setpriv", "runuser", "su", "sudo"]) {
  e2eTest(
    `${wrapper}: a user gets a variable and a file of its own, and no command line shows them`,
    async (box) => {
      using user = makeTestUser();
      await makeSecret(box);
      box.config("node", `[node]\nimpersonate = ${wrapper}\n`);
      const script = `{ echo "$FILE"; echo "$VALUE"; cat "$FILE"; echo; stat -c "%a %U" "$FILE"; ` +
        `stat -c "%a %U" "\${FILE%/*}"; ls "\${FILE%/*/*}" 2>&1 | grep -c denied; echo end; } > mark\n` +
        `while [ ! -e gate ]; do sleep 0.05; done\n`;
      await Deno.writeTextFile(`${box.path}/script`, script);
      await Deno.chmod(`${box.path}/script`, 0o644);
      const keywords = "secrets_environment = VALUE=db/k\nsecret_files = FILE=db/k\n";
      box.config(
        "testmd",
        `[task#0]\ncommand = /bin/sh ${box.path}/script\nuser = ${user.name}\n${keywords}`,
      );
      const child = box.start(["testmd", "run"]);
      const [file = "", ...facts] = await told(user);
      assertEquals(facts, [SECRET, SECRET, `400 ${user.name}`, `700 ${user.name}`, "1", "end", ""]);
      assertEquals(findProcesses((part) => part("cmdline").includes(SECRET)), []);
      await Deno.writeTextFile(`${user.home}/gate`, "");
      assertEquals([(await child.status).code, exists(file), exists(`${box.root}/run/secrets`)], [
        0,
        false,
        true,
      ]);
      assertEquals(box.list(`${box.root}/run/secrets`), []);
    },
    { leftOut: leftOut([wrapper]) },
  );
}

e2eTest("secret files of a user that cannot reach them are refused before the run", async (box) => {
  using user = makeTestUser();
  await makeSecret(box);
  await Deno.chmod(box.path, 0o700);
  box.config("testmd", `[task#0]\ncommand = true\nuser = ${user.name}\nsecret_files = FILE=db/k\n`);
  const { code, stderr } = await box.agent(["testmd", "run"]);
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    `Cannot hand secret files to user "${user.name}": that user may not enter ${box.path}`,
  );
}, { leftOut: leftOut([]) });

e2eTest("an agent of an ordinary user keeps and uses its own secrets", async (box) => {
  using user = makeTestUser();
  await Deno.chmod(box.path, 0o755);
  const env = {
    ...box.env,
    AGENT_ROOT: `${user.home}/root`,
    HOME: user.home,
    AGENT_RUNTIME_DIR: `${user.home}/rt`,
  };
  await Deno.copyFile(AGENT, `${box.path}/agent`);
  await Deno.chmod(`${box.path}/agent`, 0o755);
  const as = [
    "setpriv",
    "--reuid",
    String(user.uid),
    "--regid",
    String(user.gid),
    "--init-groups",
    `${box.path}/agent`,
  ];
  const agent = (args: readonly string[], stdin?: string) =>
    exec([...as, ...args], { env: { PATH, ...env }, ...(stdin === undefined ? {} : { stdin }) });
  assertEquals((await agent(["sec/db", "create"])).code, 0);
  assertEquals((await agent(["sec/db", "add", "--key", "k", "--from", "-"], SECRET)).code, 0);
  const command = 'printf %s "$VALUE" | cmp - "$FILE" && stat -c %a "$FILE" && echo "$VALUE"';
  const keywords = "secrets_environment = VALUE=db/k\nsecret_files = FILE=db/k\n";
  const text = `[task#0]\ncommand = ${command}\nshell = true\n${keywords}`;
  assertEquals((await agent(["testmd", "create", "--config", "-"], text)).code, 0);
  const { code, stderr } = await agent(["testmd", "run"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "| 400\n");
  assertStringIncludes(stderr, "| xxxx\n");
  assertEquals(stderr.includes(SECRET), false);
}, { leftOut: leftOut(["setpriv"]) });
