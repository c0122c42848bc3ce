import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { logOf } from "../../fakes/run_service.ts";
import { callsOf, complianceHost, MODULES, STATE } from "./host.ts";

const BASE = "[moduleset#base]\nmodules = sshd ntp:autofix\n";
const OK = { check: { code: 0 } };
const NOK = { check: { code: 1, stdout: "port is 23\n", stderr: "bad\n" }, fixable: { code: 1 } };

Deno.test("compliance check shows each call, and a digest, in the shape of OpenSVC", async () => {
  const system = complianceHost({
    shop: "comp_modulesets = base\n",
    definitions: BASE,
    modules: { "S20-sshd": NOK, "10-ntp": { check: { code: 2 } } },
  });
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 1);
  assertEquals(system.stdout.lines, [
    "==================================== ntp =====================================",
    "ACTION:   check",
    "STATUS:   n/a",
    "==================================== sshd ====================================",
    "ACTION:   check",
    "port is 23",
    "ERR: bad",
    "STATUS:   nok",
    "ACTION:   fixable",
    "STATUS:   nok",
    "=================================== digest ===================================",
    "1 n/a",
    "0 passed",
    "1 error",
    "total duration: 0.0s",
  ]);
  assertEquals(system.stderr.text, "");
  assertStringIncludes(system.files.read("/var/log/agent/shop.log")!, "| | port is 23");
});

const played: readonly [
  args: string[],
  modules: Record<string, Record<string, object>>,
  calls: string[],
  code: number,
][] = [
  [["auto"], { "10-sshd": NOK, "20-ntp": { check: { code: 1 } } }, [
    "sshd check",
    "sshd fixable",
    "ntp check",
    "ntp fixable",
    "ntp fix",
    "ntp check",
  ], 1],
  [["auto"], { "10-sshd": OK, "20-ntp": OK }, ["sshd check", "ntp check"], 0],
  [["fix", "--module", "sshd"], { "10-sshd": { check: { code: 1 } } }, [
    "sshd check",
    "sshd fixable",
    "sshd fix",
    "sshd check",
  ], 1],
  [["fix", "--module", "sshd", "--force"], { "10-sshd": { fix: { code: 0 } } }, ["sshd fix"], 0],
  [["auto", "--force"], { "10-sshd": NOK, "20-ntp": OK }, ["sshd check", "ntp fix"], 1],
  [["fixable"], { "10-sshd": OK, "20-ntp": OK }, ["sshd fixable", "ntp fixable"], 0],
  [["check", "--module", "ntp,other"], { "10-sshd": OK, "20-ntp": OK, "05-other": { check: { code: 2 } } }, [
    "other check",
    "ntp check",
  ], 0],
  [["check", "--moduleset", "lone"], { "10-x": OK, "20-ntp": NOK, "30-sshd": NOK }, ["x check"], 0],
  [["check"], { "10-sshd": { check: { signal: "SIGSEGV" } }, "20-ntp": OK }, ["sshd check", "ntp check"], 1],
];

for (const [args, modules, calls, code] of played) {
  Deno.test(`compliance ${args.join(" ")} with ${Object.keys(modules)} calls ${calls.join(", ")}`, async () => {
    const system = complianceHost({
      shop: "comp_modulesets = base\n",
      definitions: `${BASE}[moduleset#lone]\nmodules = x\n`,
      modules,
    });
    assertEquals(await runAgent(["shop", "compliance", ...args], system), code, system.stderr.text);
    assertEquals(callsOf(system), calls);
  });
}

Deno.test("a module that is missing, twice there, or not to be trusted is not called, and is an error", async () => {
  const cases: readonly [prepare: (system: ReturnType<typeof complianceHost>) => void, says: string][] = [
    [
      ({ files }) => files.remove(`${MODULES}/10-sshd`),
      `there is no module sshd in ${MODULES}, expected NN-sshd`,
    ],
    [
      ({ files }) => files.put(`${MODULES}/S20sshd`, ""),
      "2 entries of /var/lib/agent/compliance are module sshd",
    ],
    [
      ({ files }) => files.setOwner(`${MODULES}/10-sshd`, { uid: 7, gid: 0 }),
      "belongs to uid 7, expected uid 0",
    ],
    [
      ({ files }) => files.setOwner(`${MODULES}/10-sshd`, { uid: 0, gid: 50 }),
      "it belongs to group 50, expected one of 0, 2, 3, 4",
    ],
    [({ files }) => files.setMode(`${MODULES}/10-sshd`, 0o775), "may be written by others (mode 775)"],
    [({ files }) => files.setMode(MODULES, 0o777), `${MODULES} may be written by others`],
    [({ files }) => files.setMode(`${MODULES}/10-sshd`, 0o644), "is not executable, expected mode 755"],
    [({ files }) => {
      files.remove(`${MODULES}/10-sshd`);
      files.makeFolder(`${MODULES}/10-sshd`, 0o755);
    }, "10-sshd has neither main nor scripts/main"],
  ];
  for (const [prepare, says] of cases) {
    const system = complianceHost({ modules: { "10-sshd": OK } });
    prepare(system);
    assertEquals(await runAgent(["shop", "compliance", "check", "--module", "sshd"], system), 1, says);
    assertEquals(callsOf(system), []);
    assertStringIncludes(system.stdout.text, says);
    assertStringIncludes(system.stdout.text, "1 error\n");
  }
});

Deno.test("a module may be a folder with main, or with scripts/main", async () => {
  for (const main of ["main", "scripts/main"]) {
    const file = `${MODULES}/10-sshd/${main}`;
    const system = complianceHost({ files: { [file]: "" }, programs: { [`${file} check`]: {} } });
    system.files.setMode(file, 0o755);
    assertEquals(await runAgent(["shop", "compliance", "check", "--module", "sshd"], system), 0);
    assertEquals(callsOf(system), [`sshd/${main} check`]);
  }
});

Deno.test("an agent that is not root trusts modules of its own user, whatever their group", async () => {
  const system = complianceHost({
    self: { uid: 1000, gid: 1000 },
    environment: { AGENT_ROOT: "/home/op/a", AGENT_NODENAME: "n1" },
    files: { "/home/op/a/var/compliance/10-x": "" },
    programs: { "/home/op/a/var/compliance/10-x check": {} },
  });
  system.files.setMode("/home/op/a/var/compliance/10-x", 0o700);
  assertEquals(
    await runAgent(["shop", "compliance", "check", "--module", "x"], system),
    0,
    system.stdout.text,
  );
  system.files.setOwner("/home/op/a/var/compliance/10-x", { uid: 1001, gid: 1000 });
  assertEquals(await runAgent(["shop", "compliance", "check", "--module", "x"], system), 1);
});

Deno.test("modules find rules, service and agent in their environment, and nothing of the operator's", async () => {
  const system = complianceHost({
    shop: "comp_modulesets = base\n[env]\ndb.port = {env.base}1\nbase = 54\nbase@n1 = 55\n",
    definitions: `${BASE}rulesets = r\n[ruleset#r]\nvar.sshd-port = 22\n`,
    modules: { "10-sshd": OK, "20-ntp": OK },
    environment: { AGENT_NODENAME: "n1", SECRET: "of the operator", TZ: "Europe/Paris" },
    installed: ["python3"],
  });
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 0, system.stderr.text);
  const env = Object.fromEntries(
    Object.entries(system.processes.started[0]!.env).map((
      [name, value],
    ) => [name.replace(/^AGENT_X_/, ""), value]),
  );
  const { OSVC_SESSION_UUID, OPENSVC_RUN_ID, PATH, ...rest } = env;
  const tools = "/var/lib/agent/node/compliance_tools";
  assertEquals([OSVC_SESSION_UUID?.length, OPENSVC_RUN_ID?.length], [36, 36]);
  assertStringIncludes(PATH!, "/usr/bin");
  assertEquals(rest, {
    HOME: "/root",
    USER: "root",
    LOGNAME: "root",
    SHELL: "/bin/sh",
    LANG: "C.UTF-8",
    LC_NUMERIC: "C",
    LC_TIME: "C",
    PYTHONIOENCODING: "utf-8",
    TZ: "Europe/Paris",
    OSVC_PATH_ETC: "/etc/agent",
    OSVC_PATH_VAR: "/var/lib/agent",
    OSVC_PATH_COMP: MODULES,
    OSVC_PATH_TMP: "/var/lib/agent/tmp",
    OSVC_PATH_LOG: "/var/log/agent",
    OSVC_NODEMGR: `${tools}/nodemgr`,
    OSVC_SVCMGR: `${tools}/svcmgr`,
    OSVC_PYTHON: rest["OSVC_PYTHON"]!,
    OSVC_COMP_SSHD_PORT: "22",
    OSVC_COMP_SVC_NAME: "shop",
    OSVC_COMP_SVC_PATH: "shop",
    OSVC_COMP_SVC_NAMESPACE: "root",
    OSVC_COMP_SVC_CONF_ENV_DB_PORT: "551",
    OSVC_COMP_SVC_CONF_ENV_BASE: "55",
  });
  assertStringIncludes(rest["OSVC_PYTHON"]!, "python3");
  assertStringIncludes(system.files.read(`${tools}/nodemgr`)!, "AGENT_ETC='/etc/agent'");
  assertEquals(system.files.facts(`${tools}/svcmgr`)?.mode, 0o700);
});

Deno.test("nothing attached is an error by hand, and silent for --cron", async () => {
  const system = complianceHost();
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 1);
  assertStringIncludes(
    system.stderr.text,
    "no moduleset is attached to shop, and there is no collector to ask",
  );
  system.stderr.clear();
  assertEquals(await runAgent(["shop", "compliance", "auto", "--cron"], system), 0);
  assertEquals([system.stderr.text, system.stdout.text], ["", ""]);
  assertEquals(system.files.read(`${STATE}/scheduler/last_comp_check`), undefined);
});

Deno.test("--cron is stamped, success too, and a run by hand is not", async () => {
  const system = complianceHost({
    shop: "comp_modulesets = base\n",
    definitions: BASE,
    modules: { "1sshd": OK, "2ntp": OK },
  });
  const stamps = () =>
    ["", ".success"].map((suffix) => system.files.read(`${STATE}/scheduler/last_comp_check${suffix}`));
  assertEquals(await runAgent(["shop", "compliance", "auto"], system), 0);
  assertEquals(stamps(), [undefined, undefined]);
  assertEquals(await runAgent(["shop", "compliance", "auto", "--cron"], system), 0);
  assertEquals(stamps(), ["1772445600.0\n", "1772445600.0\n"]);
});

Deno.test("a module that takes too long is ended with its tree, is not ok, and the others go on", async () => {
  const system = complianceHost({
    shop: "comp_modulesets = base\ncomp_timeout = 5s\n",
    definitions: BASE,
    modules: { "10-sshd": { check: { durationMs: Infinity, stdout: "begins\n" } }, "20-ntp": OK },
  });
  assertEquals(await runAgent(["shop", "compliance", "check", "--format", "json"], system), 1);
  const [sshd, ntp] = JSON.parse(system.stdout.text);
  assertEquals([sshd.status, sshd.code, sshd.reason], ["nok", 124, "timeout after 5 seconds"]);
  const [{ action, log }] = sshd.steps;
  assertEquals([action, log], ["check", "begins\n"]);
  assertEquals([ntp.status, system.processes.running], ["ok", []]);
  assertStringIncludes(system.stderr.text, "execution timeout (5 seconds)");
});

Deno.test("INT ends the module, nothing else is called, and what is known is kept", async () => {
  const system = complianceHost({
    shop: "comp_modulesets = base\n",
    definitions: BASE,
    modules: { "10-sshd": OK, "20-ntp": { check: { durationMs: Infinity } } },
  });
  const running = startAgent(["shop", "compliance", "auto"], system);
  await system.clock.advance(1000);
  system.signals.send("SIGINT");
  assertEquals(await system.clock.runUntil(running), 130);
  assertEquals(callsOf(system), ["sshd check", "ntp check"]);
  const { modules } = JSON.parse(system.files.read(`${STATE}/compliance/results.json`)!);
  assertEquals([modules.sshd.status, modules.ntp.code, modules.ntp.reason], [
    "ok",
    130,
    "interrupted by SIGINT",
  ]);
});

Deno.test("one run of a service goes on at a time; --waitlock waits", async () => {
  const system = complianceHost({
    shop: "comp_modulesets = base\n",
    definitions: BASE,
    modules: { "10-sshd": { check: { durationMs: 3000 } }, "20-ntp": OK },
    config: { other: "[DEFAULT]\nnodes = n1\n" },
  });
  const first = startAgent(["shop", "compliance", "check"], system);
  await system.clock.advance(1000);
  assertEquals(await startAgent(["shop", "compliance", "check", "--module", "ntp"], system), 1);
  assertStringIncludes(system.stderr.text, "another compliance run goes on");
  assertEquals(await startAgent(["shop", "compliance", "auto", "--cron"], system), 0);
  const other = startAgent(["other", "compliance", "check", "--module", "ntp"], system);
  const waiting = startAgent(["shop", "compliance", "check", "--module", "ntp", "--waitlock", "10"], system);
  assertEquals(await system.clock.runUntil(Promise.all([first, other, waiting])), [0, 0, 0]);
});

Deno.test("INT ends the waiting for another run", async () => {
  const system = complianceHost({ modules: { "20-ntp": {} } });
  const held = system.files.tryLock(`${STATE}/compliance.lock`);
  const waiting = startAgent(["shop", "compliance", "check", "--module", "ntp", "--waitlock", "1h"], system);
  await system.clock.advance(1000);
  system.signals.send("SIGINT");
  assertEquals(await waiting, 130);
  held?.release();
  assertEquals(callsOf(system), []);
});

Deno.test("long output is kept at both ends, in the data and in the log", async () => {
  const stdout = `first\n${"x".repeat(99)}\n`.repeat(1) + `${"y".repeat(99)}\n`.repeat(3000) + "last\n";
  const system = complianceHost({ modules: { "10-sshd": { check: { stdout } } } });
  assertEquals(
    await runAgent(["shop", "compliance", "check", "--module", "sshd", "--format", "json"], system),
    0,
  );
  const [{ steps: [{ log }] }] = JSON.parse(system.stdout.text);
  assertEquals([log.startsWith("first\n"), log.endsWith("last\n"), log.length < 70_000], [true, true, true]);
  assertStringIncludes(log, "bytes of output are left out here");
  const kept = system.files.read(`${STATE}/compliance/results.json`)!;
  assertEquals(kept.length < 20_000, true);
});

Deno.test("control characters of a module do not reach the terminal", async () => {
  const system = complianceHost({ modules: { "10-sshd": { check: { stdout: "\x1b[2Jred\n" } } } });
  await runAgent(["shop", "compliance", "check", "--module", "sshd"], system);
  assertStringIncludes(system.stdout.text, "\\x1b[2Jred\n");
});

Deno.test("the node is checked like a service, with its own memory", async () => {
  const system = complianceHost({
    definitions: `${BASE}[ruleset#r]\nvar.x = 1\n`,
    modules: { "10-sshd": OK, "20-ntp": NOK },
    files: { "/etc/agent/node.conf": "[compliance]\nmodulesets = base\nrulesets = r\ntimeout = 1h\n" },
  });
  assertEquals(await runAgent(["node", "compliance", "auto", "--cron"], system), 1);
  const { env } = system.processes.started[0]!;
  assertEquals([env["AGENT_X_OSVC_COMP_X"], env["AGENT_X_OSVC_COMP_SVC_NAME"]], ["1", undefined]);
  assertEquals(system.files.read("/var/lib/agent/node/scheduler/last_comp_check"), "1772445600.0\n");
  system.stdout.clear();
  assertEquals(await runAgent(["node", "compliance", "show", "status", "--format", "jsonl"], system), 0);
  const rows = system.stdout.lines.map((line) => JSON.parse(line));
  assertEquals(rows.map(({ path, module, status }) => [path, module, status]), [
    ["node", "sshd", "ok"],
    ["node", "ntp", "nok"],
  ]);
  assertStringIncludes(system.files.read("/var/log/agent/node.log")!, "ntp check: nok");
});

Deno.test("several services are checked one after the other, and one that cannot be is told", async () => {
  const system = complianceHost({
    shop: "comp_modulesets = base\n",
    definitions: BASE,
    modules: { "10-sshd": OK, "20-ntp": OK },
    config: { bare: "[DEFAULT]\nnodes = n1\n", gone: "[DEFAULT]\nnodes = n1\ncomp_modulesets = nix\n" },
  });
  assertEquals(await runAgent(["*", "compliance", "check"], system), 1);
  assertEquals(callsOf(system), ["sshd check", "ntp check"]);
  assertStringIncludes(system.stdout.text, "SERVICE:  shop\n");
  assertStringIncludes(
    system.stderr.text,
    "moduleset nix, which is attached to gone: no file of compliance has it",
  );
  assertStringIncludes(system.stderr.text, "no moduleset is attached to bare");
});

const refused: readonly [args: string[], code: number, says: string][] = [
  [["check", "--module", "a", "--moduleset", "b"], 2, "Cannot use --module with --moduleset"],
  [["check", "--attach"], 2, "Cannot use --attach without --moduleset"],
  [["check", "--module", ""], 2, 'Cannot use --module: "" is no name'],
  [["check", "--module", "../x"], 2, 'Cannot use --module: "../x" is no name'],
  [["check", "--cron"], 2, "Cannot use --cron"],
  [["check", "--moduleset", "bse"], 4, "Cannot find moduleset bse: there is none, did you mean base?"],
  [["mend"], 2, "there is no such action"],
];

for (const [args, code, says] of refused) {
  Deno.test(`compliance ${args.join(" ")} is refused with ${code}`, async () => {
    const system = complianceHost({ definitions: BASE, modules: { "10-sshd": OK } });
    assertEquals(await runAgent(["shop", "compliance", ...args], system), code);
    assertStringIncludes(system.stderr.text, says);
    assertEquals([callsOf(system), logOf(system).length], [[], 1]);
  });
}

Deno.test("definitions that are wrong, or not to be trusted, stop every command with 3", async () => {
  for (
    const args of [["check"], ["list", "moduleset"], ["show", "moduleset"], ["attach", "--moduleset", "a"]]
  ) {
    const system = complianceHost({ definitions: "[moduleset#a]\nmodule = x\n" });
    assertEquals(await runAgent(["shop", "compliance", ...args], system), 3, args.join(" "));
    assertEquals(
      system.stderr.text,
      "agent: Cannot use /etc/agent/compliance/base.conf at line 2: there is no keyword module in a moduleset, did you mean modules?\n",
    );
  }
  const system = complianceHost({ definitions: BASE });
  system.files.setMode("/etc/agent/compliance/base.conf", 0o666);
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 3);
  assertStringIncludes(system.stderr.text, "Cannot trust /etc/agent/compliance/base.conf");
});

Deno.test("a disk that is full keeps no results, says so, and the exit code is that of the modules", async () => {
  const system = complianceHost({
    shop: "comp_modulesets = base\n",
    definitions: BASE,
    modules: { "1sshd": OK, "2ntp": OK },
  });
  system.files.breakAt(`${STATE}/compliance`, new Error("No space left on device"));
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 0);
  assertStringIncludes(system.stderr.text, "the results are not kept: No space left on device");
});

Deno.test("--cron leaves a frozen and a disabled service in peace, and by hand it is checked", async () => {
  const host = (shop = "", files = {}) =>
    complianceHost({
      shop: `comp_modulesets = base\n${shop}`,
      definitions: BASE,
      modules: { "1sshd": OK, "2ntp": OK },
      files,
    });
  for (
    const make of [
      () => host("", { [`${STATE}/frozen`]: "" }),
      () => host("disable = true\n"),
    ]
  ) {
    const system = make();
    assertEquals(await runAgent(["shop", "compliance", "auto", "--cron"], system), 0);
    assertEquals(callsOf(system), []);
    assertEquals(system.files.read(`${STATE}/scheduler/last_comp_check`), undefined);
    assertEquals(await runAgent(["shop", "compliance", "auto"], system), 0);
    assertEquals(callsOf(system).length, 2);
  }
});
