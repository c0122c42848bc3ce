/** Secrets: they reach the command, and nothing else ever holds or shows them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, e2eTest, exists, findProcesses, kill, until } from "./box.ts";

const SECRET = "correct-horse-battery";
const FILE_LINES = ["user:rotten-egg-salad", "second:staple-of-food"];
const PIECES = [SECRET, ...FILE_LINES];

/** Objects with both secrets, made by the agent's own commands. */
async function makeObjects(box: Box): Promise<void> {
  for (const name of ["sec/db", "cfg/site"]) assertEquals((await box.agent([name, "create"])).code, 0);
  const add = async (object: string, key: string, value: string) => {
    const { code, stdout, stderr } = await box.agent([object, "add", "--key", key, "--from", "-"], {
      stdin: value,
    });
    assertEquals([code, stdout, stderr], [0, "", ""]);
  };
  await add("sec/db", "password", SECRET);
  await add("sec/db", "logins", `${FILE_LINES.join("\n")}\n`);
  await add("cfg/site", "region", "eu-west");
}

const KEYWORDS = "secrets_environment = PASSWORD=db/password\nsecret_files = LOGINS=db/logins\n" +
  "configs_environment = REGION=site/region\n";

/** Files below a folder that hold a text. */
function filesWith(folder: string, pieces: readonly string[]): string[] {
  if (!exists(folder)) return [];
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return filesWith(path, pieces);
    const text = Deno.readTextFileSync(path);
    return pieces.some((piece) => text.includes(piece)) ? [path] : [];
  });
}

function secretFolders(box: Box): string[] {
  const folder = `${box.root}/run/secrets`;
  return exists(folder) ? box.list(folder) : [];
}

/** A task that waits for a gate once it runs; `mark` then holds its pid and what it was given. */
function waitingTask(box: Box, keywords = ""): { readonly mark: string; readonly gate: string } {
  const [mark, gate] = [`${box.path}/mark`, `${box.path}/gate`];
  const command = `echo $$ $LOGINS > ${mark}; while [ ! -e ${gate} ]; do sleep 0.05; done; echo "$PASSWORD"`;
  box.config(
    "testmd",
    `[task#0]\ncommand = ${command}\nshell = true\nschedule = @1h\n${KEYWORDS}${keywords}`,
  );
  return { mark, gate };
}

async function startWaiting(box: Box, mark: string) {
  const child = box.start(["testmd", "run"]);
  await until("the command runs", () => exists(mark) && box.read(mark).endsWith("\n"));
  const [pid = "", file = ""] = box.read(mark).trim().split(" ");
  return { child, pid: Number(pid), file };
}

e2eTest("a command gets its secrets, and every log, console line and record hides them", async (box) => {
  await makeObjects(box);
  box.config(
    "testmd",
    `[task#0]\ncommand = echo "$PASSWORD in $REGION"; cat "$LOGINS"; echo "$PASSWORD" >&2; exit 3\nshell = true\n` +
      `on_error = echo "sorry, $PASSWORD"; cat "$LOGINS"; true\n${KEYWORDS}`,
  );
  const { code, stdout, stderr } = await box.agent(["testmd", "run", "--format", "json"]);
  assertEquals(code, 3);
  const shown = stderr.split("\n").map((line) => line.replace(/^\S+ \S+ +(\w+) +/, "$1 ").trimEnd());
  const output = shown.filter((line) => line.includes("| "));
  assertEquals(output.sort(), [
    ...["INFO | sorry, xxxx", "INFO | xxxx", "INFO | xxxx", "INFO | xxxx", "INFO | xxxx"],
    ...["INFO | xxxx in eu-west", "WARNING | xxxx"],
  ]);
  assertEquals(PIECES.filter((piece) => (stdout + stderr).includes(piece)), []);
  for (const folder of ["log", "var", "run", "etc"]) {
    assertEquals(filesWith(`${box.root}/${folder}`, PIECES), []);
  }
  assertStringIncludes(box.read(`${box.root}/log/testmd.log`), "| xxxx in eu-west");
  const dry = await box.agent(["testmd", "run", "--dry-run", "--", SECRET]);
  assertEquals(PIECES.filter((piece) => (dry.stdout + dry.stderr).includes(piece)), []);
  assertStringIncludes(dry.stdout, "PASSWORD=xxxx");
  for (const words of [["print", "status"], ["print", "schedule", "--explain"], ["logs"]]) {
    const { stdout: text } = await box.agent(["testmd", ...words]);
    assertEquals(PIECES.filter((piece) => text.includes(piece)), [], words.join(" "));
  }
});

e2eTest("while a command runs, no command line and no file but its own holds its secrets", async (box) => {
  await makeObjects(box);
  const { mark, gate } = waitingTask(box);
  const { child, pid, file } = await startWaiting(box, mark);
  assertEquals(box.read(file), `${FILE_LINES.join("\n")}\n`);
  assertEquals([box.mode(file), box.mode(file.slice(0, file.lastIndexOf("/")))], [0o400, 0o700]);
  assertEquals(findProcesses((part) => PIECES.some((piece) => part("cmdline").includes(piece))), []);
  const holders = findProcesses((part) => PIECES.some((piece) => part("environ").includes(piece)));
  assert(holders.some((holder) => holder.pid === pid), "the command itself");
  assertEquals(holders.filter((holder) => holder.pid !== pid && holder.command !== "sleep 0.05"), []);
  for (const folder of ["log", "var", "etc"]) assertEquals(filesWith(`${box.root}/${folder}`, PIECES), []);
  assertEquals(filesWith(`${box.root}/run`, PIECES), [file]);
  await Deno.writeTextFile(gate, "");
  assertEquals((await child.status).code, 0);
  assertEquals(secretFolders(box), []);
});

e2eTest(
  "secret files are gone after a timeout, and after the agent was killed: by the next run",
  async (box) => {
    await makeObjects(box);
    waitingTask(box, "timeout = 1s\nkill_grace = 1s\n");
    assertEquals((await box.agent(["testmd", "run"])).code, 124);
    assertEquals(secretFolders(box), []);
    await Deno.remove(`${box.path}/mark`);
    const { mark } = waitingTask(box);
    const { child, pid, file } = await startWaiting(box, mark);
    child.kill("SIGKILL");
    await child.status;
    assert(exists(file), "the command goes on, and keeps its file");
    kill(pid);
    await until("the command is gone", () => !exists(`/proc/${pid}`));
    assertEquals(secretFolders(box).length, 1);
    box.config("testmd", `[task#0]\ncommand = true\n`);
    assertEquals((await box.agent(["testmd", "run"])).code, 0);
    assertEquals(secretFolders(box), []);
  },
);

e2eTest("secret files of a run that lost its agent are removed by a daemon that starts", async (box) => {
  await makeObjects(box);
  const { mark } = waitingTask(box);
  const { child, pid } = await startWaiting(box, mark);
  child.kill("SIGKILL");
  await child.status;
  kill(pid);
  await until("the command is gone", () => !exists(`/proc/${pid}`));
  box.removeConfig("testmd");
  box.config("testmd", "[task#0]\ncommand = true\n");
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the folder is gone", () => secretFolders(box).length === 0);
});

e2eTest("a scheduled task gets its secrets, and hides them", async (box) => {
  await makeObjects(box);
  const mark = `${box.path}/mark`;
  const command = `echo "$PASSWORD"; cat "$LOGINS"; echo "$REGION" > ${mark}`;
  box.config("testmd", `[task#0]\ncommand = ${command}\nshell = true\nschedule = @1s\n${KEYWORDS}`);
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the task runs", () => box.history("testmd", "task#0").length > 0);
  assertEquals(box.read(mark), "eu-west\n");
  assertEquals((await box.agent(["daemon", "stop", "--runs", "wait"])).code, 0);
  const log = box.read(`${box.root}/log/testmd.log`);
  assertMatch(log, /sc:y \| \| xxxx$/m);
  for (const folder of ["log", "var", "run"]) assertEquals(filesWith(`${box.root}/${folder}`, PIECES), []);
});

e2eTest(
  "secrets that OpenSVC encrypted are read; without the cluster secret the run is refused",
  async (box) => {
    const fixtures = JSON.parse(
      await Deno.readTextFile(new URL("../fixtures/secrets/sealed.json", import.meta.url)),
    );
    const { secret, value } = fixtures.find(({ name }: { name: string }) => name === "a text beyond ASCII");
    await Deno.mkdir(`${box.root}/etc/namespaces/ns1/sec`, { recursive: true });
    await Deno.mkdir(`${box.root}/etc/namespaces/ns1/svc`);
    box.config("namespaces/ns1/sec/db", `[DEFAULT]\nid = 1\n\n[data]\nk = ${value}\n`);
    box.config(
      "namespaces/ns1/svc/web",
      "[task#0]\ncommand = printenv A\nlog = false\nsecrets_environment = A=db/k\n",
    );
    const refused = await box.agent(["ns1/svc/web", "run"]);
    assertEquals([refused.code, refused.stdout], [1, ""]);
    assertStringIncludes(
      refused.stderr,
      "key k of ns1/sec/db: it is encrypted and this node has no cluster secret",
    );
    box.config("cluster", `[cluster]\nsecret = ${secret}\n`);
    assertEquals((await box.agent(["ns1/svc/web", "run"])).stdout, 'päss "wörd" \\ €\n');
    box.config("cluster", `[cluster]\nsecret = ${"0".repeat(32)}\n`);
    const other = await box.agent(["ns1/svc/web", "run"]);
    assertEquals(other.code, 1);
    assertStringIncludes(other.stderr, "the cluster secret is another one, or the value is damaged");
  },
);

e2eTest("a sec file that others may read refuses the run, and decode", async (box) => {
  await makeObjects(box);
  box.config("testmd", `[task#0]\ncommand = true\n${KEYWORDS}`);
  await Deno.chmod(`${box.root}/etc/sec/db.conf`, 0o644);
  const { code, stderr } = await box.agent(["testmd", "run"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "sec/db.conf may be read by others (mode 644), expected mode 600");
  assertEquals((await box.agent(["sec/db", "decode", "--key", "password"])).code, 1);
  await Deno.chmod(`${box.root}/etc/sec/db.conf`, 0o600);
  assertEquals((await box.agent(["sec/db", "decode", "--key", "password"])).stdout, SECRET);
});

e2eTest("a value of any bytes is kept and given back, and no command line needs to hold it", async (box) => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7 + (i >> 8)) % 256);
  await Deno.writeFile(`${box.path}/value`, bytes);
  assertEquals((await box.agent(["sec/x", "create"])).code, 0);
  assertEquals(
    (await box.agent(["sec/x", "add", "--key", "a/b.p12", "--from", `${box.path}/value`])).code,
    0,
  );
  box.config("testmd", "[task#0]\ncommand = cmp $F $1\nshell = true\nsecret_files = F=x/a/b.p12\n");
  assertEquals((await box.agent(["testmd", "run", "--", `${box.path}/value`])).code, 0);
  assertEquals(JSON.parse((await box.agent(["sec/x", "keys", "--format", "json"])).stdout), [
    { path: "sec/x", key: "a/b.p12", form: "crypt" },
  ]);
});
