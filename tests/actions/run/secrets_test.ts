import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DryRun } from "../../../src/actions/run/preparation/dry_run.ts";
import { formatEnvelope, keyOfSecret, packedOf } from "../../../src/core/secrets/envelope.ts";
import { fakeCipher } from "../../fakes/cipher.ts";
import type { Program } from "../../fakes/processes.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { logOf, resultsOf, runService } from "../../fakes/run_service.ts";
import { type FakeOptions, type FakeSystem, fakeSystem } from "../../fakes/system.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const CLUSTER = `[cluster]\nsecret = ${SECRET}\n`;

async function sealed(text: string): Promise<string> {
  const packed = packedOf(new TextEncoder().encode(text));
  return `crypt:${formatEnvelope(await fakeCipher().encrypt(keyOfSecret(SECRET), packed), "n1")}`;
}

const FILES = {
  "/etc/agent/cluster.conf": CLUSTER,
  "/etc/agent/sec/db.conf": `[data]\npassword = ${await sealed(
    "hunter2",
  )}\nPIN = literal:123\npgpass = ${await sealed("h:p:u:line1\nline two\n")}\n`,
  "/etc/agent/cfg/site.conf": "[data]\nregion = literal:eu {nodename}\nMAX_A = base64:MQ==\nMAX_B = 2\n",
};

const TASK = "[task#0]\ncommand = /bin/job\n";

/** Runs the task of `svc1` as a program that says what it is told. */
async function run(
  keywords: string,
  { args = [], program = {}, files = {}, ...options }: Omit<FakeOptions, "programs"> & {
    readonly args?: readonly string[];
    readonly program?: Program;
  } = {},
) {
  const ran = await runService(`${TASK}${keywords}`, args, {
    ...options,
    files: { ...FILES, ...files },
    programs: { "/bin/job": program, "/bin/hook": program },
  });
  return {
    ...ran,
    env: (name: string, nth = 0) => ran.system.processes.started[nth]?.env[`AGENT_X_${name}`],
  };
}

/** Every text that the agent wrote or showed. */
function everything(system: FakeSystem): string {
  const kept = system.files.paths.filter((path) => !path.startsWith("/etc/")).map((path) =>
    system.files.read(path)
  );
  return [system.stdout.text, system.stderr.text, ...kept].join("\n");
}

Deno.test("a command gets variables from objects: encrypted, plain, in other forms, by name and by glob", async () => {
  const { exitCode, env } = await run(
    "secrets_environment = PASSWORD=db/password db/P*\nconfigs_environment = REGION=site/region site/MAX_*\n",
  );
  assertEquals(exitCode, 0);
  assertEquals(
    ["PASSWORD", "PIN", "REGION", "MAX_A", "MAX_B"].map((name) => env(name)),
    ["hunter2", "123", "eu {nodename}", "1", "2"],
  );
  assertEquals(env("password"), undefined);
});

Deno.test("a later source of a variable wins: configs, secrets, environment, --env", async () => {
  const keywords = [
    "configs_environment = A=site/region B=site/region C=site/region D=site/region\n",
    "secrets_environment = B=db/password C=db/password D=db/password\n",
    "environment = C=declared D=declared\n",
  ];
  const { env } = await run(keywords.join(""), { args: ["--env", "D=typed"] });
  assertEquals(["A", "B", "C", "D"].map((name) => env(name)), [
    "eu {nodename}",
    "hunter2",
    "declared",
    "typed",
  ]);
});

Deno.test("objects are looked for in the namespace of the service", async () => {
  const system = fakeSystem({
    config: { "ns1/svc/web": `${TASK}secrets_environment = A=db/k\n` },
    files: { "/etc/agent/namespaces/ns1/sec/db.conf": "[data]\nk = literal:inner\n", ...FILES },
    programs: { "/bin/job": {} },
  });
  assertEquals(await runAgent(["ns1/svc/web", "run"], system), 0);
  assertEquals(system.processes.started[0]?.env["AGENT_X_A"], "inner");
});

const refusals:
  readonly (readonly [what: string, keywords: string, reason: string, options?: FakeOptions])[] = [
    ["no object", "secrets_environment = A=none/k\n", "sec/none does not exist"],
    ["no key", "secrets_environment = A=db/none\n", "sec/db has no key none"],
    ["no match", "secrets_environment = db/NONE*\n", "sec/db has no key that matches NONE*"],
    ["a key that is no name", "configs_environment = odd/*\n", 'variable "server.pem"', {
      files: { "/etc/agent/cfg/odd.conf": "[data]\nserver.pem = x\n" },
    }],
    ["no section", "configs_environment = A=odd/k\n", "cfg/odd has no key k", {
      files: { "/etc/agent/cfg/odd.conf": "[DEFAULT]\n" },
    }],
    ["no form", "secrets_environment = A=odd/k\n", "key k of sec/odd: it has no known form", {
      files: { "/etc/agent/sec/odd.conf": "[data]\nk = hunter2\n" },
    }],
    ["a file that cannot be read", "secrets_environment = A=odd/k\n", "sec/odd cannot be read at line 2", {
      files: { "/etc/agent/sec/odd.conf": "[data]\nhunter2\n" },
    }],
    ["no cluster secret", "secrets_environment = A=db/password\n", "this node has no cluster secret", {
      files: { "/etc/agent/cluster.conf": "[cluster]\n" },
    }],
    ["another cluster secret", "secrets_environment = A=db/password\n", "the key is another one", {
      files: { "/etc/agent/cluster.conf": `[cluster]\nsecret = ${SECRET.replace("0", "1")}\n` },
    }],
    ["a cluster secret that is no key", "secrets_environment = A=db/password\n", "it is 5 bytes long", {
      files: { "/etc/agent/cluster.conf": "[cluster]\nsecret = short\n" },
    }],
    ["NUL in a variable", "secrets_environment = A=odd/k\n", "it holds a NUL character", {
      files: { "/etc/agent/sec/odd.conf": "[data]\nk = base64:AGE=\n" },
    }],
    ["no text in a variable", "secrets_environment = A=odd/k\n", "it is no UTF-8 text", {
      files: { "/etc/agent/sec/odd.conf": "[data]\nk = base64:_w==\n" },
    }],
    ["too much for a variable", "secrets_environment = A=odd/k\n", "too long for a variable", {
      files: { "/etc/agent/sec/odd.conf": `[data]\nk = literal:${"x".repeat(131_072)}\n` },
    }],
  ];

for (const [what, keywords, reason, options] of refusals) {
  Deno.test(`no task runs without its secret: ${what}`, async () => {
    const { exitCode, system } = await run(keywords, options);
    assertEquals([exitCode, system.processes.started], [1, []]);
    assertStringIncludes(system.stderr.text, reason);
    assertEquals(everything(system).includes("hunter2"), false);
  });
}

Deno.test("words that name nothing are an error of the configuration, exit code 3", async () => {
  for (const keywords of ["secrets_environment = A=db\n", "secret_files = db/k\n"]) {
    const { exitCode, system } = await run(keywords);
    assertEquals([exitCode, system.processes.started], [3, []]);
  }
});

Deno.test("a sec file, and the file of the cluster secret, must be readable by their owner alone", async () => {
  for (const [file, mode] of [["sec/db", 0o640], ["sec/db", 0o604], ["cluster", 0o644]] as const) {
    const system = fakeSystem({
      config: { svc1: `${TASK}secrets_environment = A=db/password\n` },
      files: FILES,
      programs: { "/bin/job": {} },
    });
    system.files.change(`/etc/agent/${file}.conf`, { mode });
    assertEquals(await runAgent(["svc1", "run"], system), 1);
    assertStringIncludes(
      system.stderr.text,
      `/etc/agent/${file}.conf may be read by others (mode ${mode.toString(8)})`,
    );
    assertEquals(system.processes.started, []);
  }
});

Deno.test("a cfg file that somebody else may write is not believed; that others read it is no harm", async () => {
  const system = fakeSystem({
    config: { svc1: `${TASK}configs_environment = A=site/region\n` },
    files: FILES,
    programs: { "/bin/job": {} },
  });
  system.files.change("/etc/agent/cfg/site.conf", { mode: 0o644 });
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  system.files.change("/etc/agent/cfg/site.conf", { mode: 0o666 });
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot trust /etc/agent/cfg/site.conf");
});

Deno.test("secrets are masked wherever the run is told of: output, triggers, on_error, reasons, JSON, last run", async () => {
  const { system, exitCode } = await run(
    "pre_run = /bin/hook\non_error = /bin/hook\nblocking_post_run = /bin/none hunter2\n" +
      "secrets_environment = PASSWORD=db/password\nsecret_files = FILE=db/pgpass\n",
    {
      args: ["--format", "json"],
      program: { stdout: "pw=hunter2 h:p:u:line1\n", stderr: "  line two\n", code: 3 },
    },
  );
  assertEquals(exitCode, 3);
  assertEquals(everything(system).match(/hunter2|line1|line two/), null);
  assert(logOf(system).includes("task#0 INFO | pw=xxxx xxxx"), "the output");
  assertEquals(
    logOf(system).filter((line) => line === "task#0 WARNING | xxxx").length,
    3,
    "of pre_run, command and on_error",
  );
});

Deno.test("the reason of a blocking trigger hides what its command line shows", async () => {
  const { system } = await run(
    "blocking_pre_run = /bin/none hunter2\nsecrets_environment = A=db/password\n",
    {
      args: ["--format", "json"],
    },
  );
  assertEquals(
    resultsOf(system)[0]?.reason,
    "blocking_pre_run: /bin/none xxxx blocking error [127]: exit code 127",
  );
  assertEquals(everything(system).includes("hunter2"), false);
});

Deno.test("the value that an operator gives for the variable of a secret is a secret too", async () => {
  const { system } = await run("secrets_environment = A=db/password\nenvironment = OTHER=visible\n", {
    args: ["--env", "A=operators-own", "--env", "B=visible"],
    program: { stdout: "operators-own visible hunter2\n" },
  });
  assert(logOf(system).includes("task#0 INFO | xxxx visible xxxx"));
});

Deno.test("values of cfg objects are no secrets", async () => {
  const { system } = await run("configs_environment = A=site/region\n", {
    program: { stdout: "eu {nodename}\n" },
  });
  assert(logOf(system).includes("task#0 INFO | eu {nodename}"));
});

Deno.test("a secret is masked in a line that comes in many chunks, and where a long line is split", async () => {
  const long = `${"x".repeat(65_536 - 3)}hunter2${"y".repeat(10)}`;
  const { system } = await run("secrets_environment = A=db/password\n", { program: { stdout: `${long}\n` } });
  assertEquals(everything(system).includes("hunter2"), false);
  assertEquals(/hun$|^ter2|hunt|ter2/m.test(everything(system)), false);
});

Deno.test("run --dry-run reads the secrets, and shows none of them, however short", async () => {
  const { system, exitCode } = await run(
    "secrets_environment = PASSWORD=db/password PIN=db/PIN\nsecret_files = FILE=db/pgpass\n",
    { args: ["--dry-run", "--format", "json", "--", "hunter2"] },
  );
  assertEquals(exitCode, 0);
  const [row] = JSON.parse(system.stdout.text) as DryRun[];
  const { PASSWORD, PIN, FILE } = row!.environment!;
  assertEquals([PASSWORD, PIN, row!.argv], ["xxxx", "xxxx", ["/bin/job", "xxxx"]]);
  assert(FILE?.startsWith("/run/agent/secrets/-"), FILE);
  assertStringIncludes(
    JSON.stringify(row!.gates),
    '{"name":"secrets","is_open":true,"value":"3 values read"}',
  );
  assertEquals(everything(system).match(/hunter2|line1/), null);
  assertEquals(system.files.facts("/run/agent"), undefined, "nothing is made");
});

Deno.test("run --dry-run says that a secret is missing, and exits with 1", async () => {
  const { system, exitCode } = await run("secrets_environment = A=db/none\n", { args: ["--dry-run"] });
  assertEquals(exitCode, 1);
  assertStringIncludes(system.stdout.text, "sec/db has no key none");
});

Deno.test("print status and print schedule --explain say that a secret is missing", async () => {
  const system = fakeSystem({
    config: { svc1: `${TASK}schedule = @10\nsecrets_environment = A=db/none\n` },
    files: FILES,
  });
  await runAgent(["svc1", "print", "status"], system);
  assertStringIncludes(system.stdout.text, "sec/db has no key none");
  system.stdout.clear();
  await runAgent(["svc1", "print", "schedule", "--explain"], system);
  assertStringIncludes(system.stdout.text, "sec/db has no key none");
});

/** What is in the secret folder while a command runs. */
function lookInside(system: FakeSystem): string[] {
  return system.files.paths.filter((path) => path.startsWith("/run/agent/secrets/")).map((path) => {
    const { mode, uid, gid } = system.files.facts(path)!;
    const name = path.slice(path.lastIndexOf("/") + 1);
    return `${name} ${mode.toString(8)} ${uid}:${gid} ${JSON.stringify(system.files.read(path))}`;
  });
}

async function runWithFiles(keywords: string, program: Program = {}, args: readonly string[] = []) {
  const seen: string[][] = [];
  const system = fakeSystem({
    config: { svc1: `${TASK}secret_files = FILE=db/pgpass\n${keywords}` },
    files: FILES,
    programs: {
      "/bin/job": { ...program, onStart: () => void seen.push(lookInside(system)) },
      "/bin/hook": { onStart: () => void seen.push(lookInside(system)) },
    },
  });
  const exitCode = await runAgent(["svc1", "run", ...args], system);
  return { system, exitCode, seen };
}

Deno.test("secret_files: a file 0400 of the task's user while the command runs, gone afterwards", async () => {
  const { system, exitCode, seen } = await runWithFiles("user = admin\ngroup = backup\n");
  assertEquals(exitCode, 0);
  assertEquals(seen, [['FILE 400 1000:34 "h:p:u:line1\\nline two\\n"']]);
  const path = system.processes.started[0]!.env["AGENT_X_FILE"]!;
  assert(path.startsWith("/run/agent/secrets/") && path.endsWith("/FILE"), path);
  assertEquals(lookInside(system), []);
  assertEquals([system.files.facts("/run/agent")?.mode, system.files.facts("/run/agent/secrets")?.mode], [
    0o711,
    0o711,
  ]);
});

Deno.test("secret_files: the agent's own folders stay closed when nobody else must pass", async () => {
  const { system, seen } = await runWithFiles("");
  assertEquals(seen, [['FILE 400 0:0 "h:p:u:line1\\nline two\\n"']]);
  assertEquals([system.files.facts("/run/agent")?.mode, system.files.facts("/run/agent/secrets")?.mode], [
    0o700,
    0o700,
  ]);
});

Deno.test("secret_files: on_error has them too, and they are gone after a failure and after a timeout", async () => {
  const failed = await runWithFiles("on_error = /bin/hook\n", { code: 3 });
  assertEquals([failed.exitCode, failed.seen.map(({ length }) => length), lookInside(failed.system)], [3, [
    1,
    1,
  ], []]);
  const late = await runWithFiles("timeout = 5\n", { durationMs: Infinity });
  assertEquals([late.exitCode, late.seen.length, lookInside(late.system)], [124, 1, []]);
});

Deno.test("secret_files: what a killed agent left is removed by the next run, and by a daemon that starts", async () => {
  const { system } = await runWithFiles("");
  const path = system.processes.started[0]!.env["AGENT_X_FILE"]!;
  const session = path.split("/")[4]!.slice(0, 36);
  const leave = (pid: number) => {
    const record = {
      session_id: session,
      pid,
      start_time: 1,
      boot_id: system.host.bootId,
      at: "",
      origin: "user",
    };
    system.files.put(path, "h:p:u:line1", { mode: 0o400 });
    system.files.put(`/var/lib/agent/svc/svc1/task#0/run/${pid}`, `${session}\n${JSON.stringify(record)}\n`);
  };
  leave(400);
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(system.files.facts(path.slice(0, path.lastIndexOf("/"))), undefined);
  leave(401);
  await runAgent(["svc1", "delete"], system);
  assertEquals(system.files.facts(path.slice(0, path.lastIndexOf("/"))), undefined);
});

Deno.test("secret_files: refused where the user may not reach them", async () => {
  const system = fakeSystem({
    environment: { AGENT_ROOT: "/srv/box" },
    config: { svc1: `${TASK}user = admin\nsecret_files = FILE=db/pgpass\n` },
    files: { "/srv/box/etc/sec/db.conf": "[data]\npgpass = literal:hunter2\n" },
    programs: { "/bin/job": {} },
  });
  system.files.change("/srv/box", { mode: 0o700 });
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertStringIncludes(
    system.stderr.text,
    'Cannot hand secret files to user "admin": that user may not enter /srv/box',
  );
  assertEquals(system.processes.started, []);
});

Deno.test("secret_files: an agent that is not root cannot make files of another user", async () => {
  const system = fakeSystem({
    self: { uid: 1001, gid: 1001 },
    users: [
      { name: "op", uid: 1001, gid: 1001, home: "/home/op", shell: "/bin/sh" },
      { name: "admin", uid: 1000, gid: 1000, home: "/home/admin", shell: "/bin/sh" },
    ],
    environment: { AGENT_ROOT: "/srv/box" },
    config: { svc1: `${TASK}user = admin\nsecret_files = FILE=db/pgpass\n` },
    files: { "/srv/box/etc/sec/db.conf": "[data]\npgpass = literal:hunter2\n" },
    programs: { "*": {} },
  });
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertStringIncludes(system.stderr.text, "only an agent of root can make files of another user");
});

Deno.test("secret_files: a full disk refuses the run, and leaves nothing", async () => {
  const system = fakeSystem({
    config: { svc1: `${TASK}secret_files = FILE=db/pgpass\n` },
    files: FILES,
    programs: { "/bin/job": {} },
  });
  system.files.breakAt("/run/agent/secrets", new Error("No space left on device"));
  assertEquals(await runAgent(["svc1", "run"], system), 1);
  assertEquals([system.processes.started, system.files.list("/var/lib/agent/svc/svc1/task#0/run")], [[], []]);
});

Deno.test("a monitor is told nothing secret, neither of the output nor of the reason", async () => {
  const program = { code: 3, stdout: "it is hunter2\n" };
  const { system } = await run(
    "secrets_environment = PASSWORD=db/password\nping_url = https://monitor.example.com/x\n",
    { program },
  );
  assertEquals(system.http.requests.map(({ body }) => body), ["", "exit code 3\nit is xxxx\n"]);
});

Deno.test("a hook gets what the command gets, and its output is masked; what is missing does not silence on_skip", async () => {
  const keywords = "cwd = /\nrun_requires = impossible\non_skip = /bin/hook\non_skip_unmet = true\n";
  const program = { stdout: "it is hunter2\n" };
  const args = ["--cron"];
  const told = await run(`${keywords}secrets_environment = PASSWORD=db/password\n`, { args, program });
  assertEquals([told.commands, told.env("PASSWORD")], [["/bin/hook"], "hunter2"]);
  assert(logOf(told.system).includes("task#0 INFO on_skip | it is xxxx"));
  assertEquals(everything(told.system).includes("hunter2"), false);
  const missing = await run(`${keywords}secrets_environment = PASSWORD=db/nosuch\n`, { args });
  assertEquals([missing.commands, missing.env("PASSWORD")], [["/bin/hook"], undefined]);
});
