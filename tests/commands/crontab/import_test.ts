import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, callOn, configOf } from "../config/called.ts";

function fixture(name: string): string {
  return Deno.readTextFileSync(new URL(`../../fixtures/crontab/${name}`, import.meta.url));
}

const PLACES: Readonly<Record<string, string>> = {
  "cron.d_statistics": "/etc/cron.d/statistics",
  "cron.d_raid": "/etc/cron.d/raid",
  "cron.d_sessions": "/etc/cron.d/sessions",
  "etc_crontab": "/etc/crontab",
};

async function importFixture(name: string, ...args: string[]) {
  const files = { [PLACES[name]!]: fixture(name) };
  return await call(["crontab", "import", PLACES[name]!, ...args], { files });
}

Deno.test("crontab import prints the configuration of a system crontab", async () => {
  const { code, out, err } = await importFixture("cron.d_statistics");
  assertEquals([code, err], [0, ""]);
  assertEquals(
    out,
    `[DEFAULT]
comment = Where the collector is looked for first
user = root
shell = true
path = /usr/lib/statistics:/usr/sbin:/usr/bin:/sbin:/bin

[task#1]
comment = Figures of every ten minutes
command = command -v collect > /dev/null && collect 1 1
schedule = 5-55/10 * * * *

[task#2]
comment = The last figures of a day, and a new file
command = command -v collect > /dev/null && collect 60 2
schedule = 59 23 * * *
`,
  );
});

for (const name of Object.keys(PLACES)) {
  Deno.test(`crontab import --service makes a service without problems of ${name}`, async () => {
    const { code, out, system } = await importFixture(name, "--service", "cron");
    assertEquals([code, out], [0, "create cron\n"]);
    const validation = await callOn(system, "cron", "validate", "config");
    assertEquals([validation.code, validation.out], [0, ""]);
    const tasks = [...configOf(system, "cron")!.matchAll(/^\[task#\d+\]$/gm)].length;
    const jobs = fixture(name).split("\n").filter((line) => /^[\d*]/.test(line)).length;
    assertEquals(tasks, jobs);
  });
}

Deno.test("crontab import tells what the agent does otherwise, unless it is to be quiet", async () => {
  const { err } = await importFixture("cron.d_sessions");
  assertStringIncludes(
    err,
    "/etc/cron.d/sessions: line 1: MAILTO=root has no effect: the agent sends no mail",
  );
  assertStringIncludes(err, "line 6: a job that is commented out is left out");
  assertEquals((await importFixture("cron.d_sessions", "-q")).err, "");
});

Deno.test("crontab import keeps percent signs, and a shell gets each command", async () => {
  const { out } = await importFixture("cron.d_raid");
  assertStringIncludes(out, "[ $(date +%d) -le 7 ]");
  assertStringIncludes(out, 'comment = The month day and the weekday would be joined by "or", hence');
});

Deno.test("crontab import of a user's crontab runs the jobs as its owner, with cron's PATH", async () => {
  const stdin = "HOME=/srv/joe\nX='a b'\nENV=/x\n@daily echo $X\n";
  const { code, out } = await call(["crontab", "import", "-", "--user", "joe"], { stdin });
  assertEquals(code, 0);
  assertEquals(
    out,
    `[task#1]
command = exec env 'ENV=/x' /bin/sh -c 'echo $X'
shell = true
schedule = @daily
user = joe
path = /usr/bin:/bin
cwd = /srv/joe
environment = HOME=/srv/joe X='a b'
`,
  );
  const guessed = await call(["crontab", "import", "-"], { stdin });
  assertStringIncludes(guessed.out, "user = root\n");
  assertEquals(guessed.err, "agent: the jobs run as root, expected --user when they are of another\n");
  const files = { "/var/spool/cron/crontabs/eva": stdin };
  const spool = await call(["crontab", "import", "/var/spool/cron/crontabs/eva"], { files });
  assertStringIncludes(spool.out, "user = eva\n");
});

Deno.test("a task of crontab import runs in a shell with the input behind the percent sign", async () => {
  const stdin = '0 22 * * 1-5 mail -s "It\'s 10pm" joe%Joe,%%Where are your kids?%\n';
  const { system } = await call(["crontab", "import", "-", "--service", "kids"], { stdin });
  await callOn(system, "kids", "run", "--rid", "task#1");
  assertEquals(system.processes.started.map(({ argv }) => argv.slice(-3)), [[
    "/bin/sh",
    "-c",
    "printf '%s\\n' 'Joe,' '' 'Where are your kids?' | mail -s \"It's 10pm\" joe",
  ]]);
});

Deno.test("a configuration replaces nothing in an imported command", async () => {
  const stdin = "@daily awk '{name}' f; echo ${name} ${X} $((1 + 2)) {}\n";
  const { system } = await call(["crontab", "import", "-", "--service", "odd"], { stdin });
  const { out } = await callOn(system, "odd", "eval", "--kw", "task#1.command");
  assertEquals(
    out,
    "exec /bin/sh -c 'awk '\\''{''name}'\\'' f; echo ${''name} ${''X} $''((1 + 2)) {}'\n",
  );
});

Deno.test("crontab import of lines that cannot be read names all of them, exits 3 and writes nothing", async () => {
  const stdin = "61 * * * * a\n@daily b\n@often c\n";
  const { code, out, err, system } = await call(["crontab", "import", "-", "--service", "bad"], { stdin });
  assertEquals([code, out, configOf(system, "bad")], [3, "", undefined]);
  const lines = err.trimEnd().split("\n");
  assertStringIncludes(lines[0]!, '-: line 1: "61" is no minute of cron');
  assertStringIncludes(lines[1]!, '-: line 3: "@often" is no time of cron');
  assertEquals(lines[2], "agent: Cannot import the crontab -: 2 lines cannot be read, expected none");
});

Deno.test("crontab import --dry-run shows what --service would create, and creates nothing", async () => {
  const { code, out, system } = await importFixture("etc_crontab", "--service", "cron", "--dry-run");
  assertEquals([code, configOf(system, "cron")], [0, undefined]);
  assertStringIncludes(out, "[task#4]");
});

Deno.test("crontab import guesses that a piped crontab is one of the system", async () => {
  const { err } = await call(["crontab", "import", "-"], { stdin: fixture("cron.d_statistics") });
  assertStringIncludes(err, "every command starts with root: a system crontab needs --system");
  const { err: none, out } = await call(["crontab", "import", "-", "--system"], {
    stdin: fixture("cron.d_statistics"),
  });
  assertEquals(none, "");
  assertStringIncludes(out, "user = root\n");
});

const wrong: [args: string[], code: number, says: string][] = [
  [["/tmp/none"], 1, "there is no such file"],
  [["-", "--dry-run"], 2, "Cannot use --dry-run without --service"],
  [["-", "--system", "--user", "joe"], 2, "names its user"],
  [["-", "--user", ""], 2, "the name is empty"],
  [["-", "--service", "a/b/c/d"], 2, "a/b/c/d"],
  [["-", "--service", "daemon"], 1, "a word of the command line"],
  [["-", "--service", "known"], 1, "it exists"],
  [[], 2, "FILE"],
];

for (const [args, code, says] of wrong) {
  Deno.test(`crontab import ${args.join(" ")} exits with ${code}`, async () => {
    const called = await call(["crontab", "import", ...args], {
      stdin: "@daily a\n",
      config: { known: "[DEFAULT]\n" },
    });
    assertEquals([called.code, called.out], [code, ""]);
    assertStringIncludes(called.err, says);
  });
}
