/** Compliance modules as they are written for OpenSVC, called by the built agent. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { ComplianceSide } from "../fakes/feeder/compliance.ts";
import { Feeder } from "../fakes/feeder/feeder.ts";
import { type Box, e2eTest, exists, hasProgram, needs, processesBelow, until } from "./box.ts";

/** A module in the way of the reference: one argument, three exit codes, rules in the environment. */
const SHELL_MODULE = `#!/bin/sh
target="$OSVC_PATH_TMP/motd"
case "$1" in
check)
  [ "$(cat "$target" 2>/dev/null)" = "$OSVC_COMP_MOTD_TEXT" ] && { echo "motd is right"; exit 0; }
  echo "motd is wrong" >&2
  exit 1
  ;;
fixable) exit 0 ;;
fix) printf '%s\\n' "$OSVC_COMP_MOTD_TEXT" >"$target" ;;
*) exit 1 ;;
esac
`;

const PYTHON_MODULE = `#!/usr/bin/env python3
import os, sys, subprocess
class Module(object):
    def check(self):
        if "OSVC_COMP_SVC_NAME" not in os.environ:
            return 2
        out = subprocess.check_output([os.environ["OSVC_SVCMGR"], "-s", os.environ["OSVC_COMP_SVC_NAME"], "get", "--kw", "env.port"])
        port = os.environ["OSVC_COMP_SVC_CONF_ENV_PORT"]
        print("port %s, the agent says %s" % (port, out.decode().strip()))
        return 0 if port == out.decode().strip() else 1
    def fixable(self):
        return 1
    def fix(self):
        return 1
sys.exit(getattr(Module(), sys.argv[1])())
`;

const DEFINITIONS = `[moduleset#base]
modules = motd:autofix
rulesets = motd
[ruleset#motd]
var.motd.text = welcome to "n1", it's fine
`;

function put(box: Box, path: string, text: string, mode = 0o600): void {
  const file = join(box.root, path);
  Deno.mkdirSync(dirname(file), { recursive: true });
  Deno.writeTextFileSync(file, text);
  Deno.chmodSync(file, mode);
}

function module(box: Box, entry: string, text: string): void {
  put(box, `var/compliance/${entry}`, text, 0o755);
}

e2eTest("a shell module checks, and mends what it is told to", async (box) => {
  put(box, "etc/compliance/base.conf", DEFINITIONS);
  module(box, "S10-motd/scripts/main", SHELL_MODULE);
  box.config("shop", "[DEFAULT]\nnodes = *\ncomp_modulesets = base\n");
  const check = await box.agent(["shop", "compliance", "check"]);
  assertEquals(check.code, 1, check.stderr);
  assertStringIncludes(
    check.stdout,
    "ACTION:   check\nERR: motd is wrong\nSTATUS:   nok\nACTION:   fixable\nSTATUS:   ok\n",
  );
  const auto = await box.agent(["shop", "compliance", "auto", "--format", "json"]);
  assertEquals(auto.code, 0, auto.stderr);
  const [result] = JSON.parse(auto.stdout);
  assertEquals(result.steps.map(({ action, code }: Record<string, unknown>) => [action, code]), [
    ["check", 1],
    ["fixable", 0],
    ["fix", 0],
    ["check", 0],
  ]);
  assertEquals(box.read(join(box.root, "var/tmp/motd")), 'welcome to "n1", it\'s fine\n');
  assertEquals((await box.agent(["shop", "compliance", "check"])).code, 0);
});

e2eTest("a Python module calls the agent by the names of OpenSVC, and is n/a for the node", async (box) => {
  module(box, "20-port", PYTHON_MODULE);
  box.config("shop", "[DEFAULT]\nnodes = *\n[env]\nport = 8443\n");
  const args = ["compliance", "check", "--module", "port"];
  const shop = await box.agent(["shop", ...args]);
  assertEquals(shop.code, 0, shop.stdout + shop.stderr);
  assertStringIncludes(shop.stdout, "port 8443, the agent says 8443\nSTATUS:   ok\n");
  const node = await box.agent(["node", ...args]);
  assertEquals(node.code, 0, node.stdout + node.stderr);
  assertStringIncludes(node.stdout, "STATUS:   n/a\n");
}, { leftOut: needs({ programs: ["python3"] }) });

e2eTest("output is shown as it comes, and INT ends the whole tree of the module", async (box) => {
  module(box, "10-slow", "#!/bin/sh\necho begins\nsetsid sleep 1000 &\nsleep 1000\n");
  box.config("shop", "[DEFAULT]\nnodes = *\n");
  const file = join(box.path, "out");
  const line = `exec "$0" shop compliance check --module slow >"${file}" 2>&1`;
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", line, Deno.env.get("AGENT_BIN")!],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", ...box.env },
    stdin: "null",
  }).spawn();
  await until("the first line", () => exists(file) && box.read(file).includes("begins\n"), 60_000);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  assertStringIncludes(box.read(file), "STATUS:   nok(130)");
  assertEquals(processesBelow(box.root), []);
}, { leftOut: hasProgram("setsid") ? undefined : "needs setsid" });

e2eTest("a module that takes too long is ended", async (box) => {
  module(box, "10-slow", "#!/bin/sh\ntrap '' TERM\nsleep 1000 & wait\n".replace("trap '' TERM\n", ""));
  box.config("shop", "[DEFAULT]\nnodes = *\ncomp_timeout = 1s\n");
  const { code, stdout, stderr } = await box.agent(["shop", "compliance", "check", "--module", "slow"]);
  assertEquals(code, 1);
  assertStringIncludes(stdout, "ERR: timeout after 1 seconds\nSTATUS:   nok(124)\n");
  assertStringIncludes(stderr, "execution timeout (1 seconds)");
});

e2eTest("the daemon checks on schedule, and a module does not outlive it", async (box) => {
  put(box, "etc/compliance/base.conf", DEFINITIONS.replace("motd:autofix", "motd:autofix slow"));
  module(box, "10-motd", SHELL_MODULE);
  module(box, "20-slow", "#!/bin/sh\nsleep 1000\n");
  box.config("shop", "[DEFAULT]\nnodes = *\ncomp_modulesets = base\ncomp_schedule = @1s\n");
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the motd", () => exists(join(box.root, "var/tmp/motd")), 60_000);
  await until(
    "the slow module",
    () => processesBelow(box.root).some(({ command }) => command === "sleep 1000"),
    60_000,
  );
  assertEquals((await box.agent(["daemon", "stop"])).code, 0);
  await until("the end of the module", () => processesBelow(box.root).length === 0, 60_000);
  assertMatch(box.read(box.state("shop", "scheduler", "last_comp_check")), /^\d{10}\.0\n$/);
  const rows = JSON.parse((await box.agent(["shop", "compliance", "show", "--format", "json"])).stdout);
  assertEquals(rows.map(({ module, status }: Record<string, string>) => [module, status]), [["motd", "ok"], [
    "slow",
    "nok",
  ]]);
});

e2eTest(
  "what is attached while the daemon runs is live at once, and waits while the service is frozen",
  async (box) => {
    put(box, "etc/compliance/base.conf", DEFINITIONS);
    put(box, "etc/node.conf", "[compliance]\nschedule = @1d\n");
    module(box, "10-motd", SHELL_MODULE);
    box.config("shop", "[DEFAULT]\nnodes = *\ncomp_schedule = @1d\n");
    const stamp = box.state("shop", "scheduler", "last_comp_check");
    assertEquals((await box.agent(["shop", "freeze"])).code, 0);
    assertEquals((await box.agent(["daemon", "start"])).code, 0);
    for (const who of ["shop", "node"]) {
      assertEquals((await box.agent([who, "compliance", "attach", "--moduleset", "base"])).code, 0);
    }
    await until("the check of the node", () => exists(join(box.root, "var/node/scheduler/last_comp_check")));
    assertEquals(exists(stamp), false);
    assertEquals((await box.agent(["shop", "thaw"])).code, 0);
    await until("the check of the service", () => exists(stamp));
    assertEquals((await box.agent(["daemon", "stop"])).code, 0);
  },
);

e2eTest(
  "the collector says what to check, gets what came out, and is not missed while it is away",
  async (box) => {
    const uuid = "11111111-2222-3333-4444-555555555555";
    const feeder = new Feeder({ nodes: { n1: uuid } });
    await using _feeder = feeder;
    const side = new ComplianceSide(feeder.nodes, {
      modulesets: { far: [["motd", true]] },
      rulesets: {
        motd: { name: "motd", filter: "", vars: [["motd.text", "hello", "raw"]] },
        osvc_collector: { name: "osvc_collector", filter: "", vars: [["ruleset_md5", "abc", "raw"]] },
      },
      modset_relations: {},
      modset_rset_relations: { far: ["motd"] },
    });
    feeder.more = side.answer;
    put(
      box,
      "etc/node.conf",
      `[node]\ndbcompliance = ${feeder.url}\nuuid = ${uuid}\ncollector_timeout = 2s\n`,
    );
    module(box, "10-motd", SHELL_MODULE);
    box.config("shop", "[DEFAULT]\nnodes = *\n");
    const first = await box.agent(["shop", "compliance", "auto"]);
    assertEquals(first.code, 0, first.stdout + first.stderr);
    const steps = (from = 0) =>
      side.rows.slice(from).map(([node, name, code, , action, md5, path]) =>
        [node, name, code, action, md5, path].join(" ")
      );
    assertEquals(steps(), [
      "n1 motd 1 check abc shop",
      "n1 motd 0 fixable abc shop",
      "n1 motd 0 fix abc shop",
      "n1 motd 0 check abc shop",
    ]);
    assertEquals((await box.agent(["shop", "compliance", "attach", "--moduleset", "far"])).code, 0);
    assertEquals([...side.attached], ["svc shop moduleset far"]);

    for (const state of ["refuses", "hangs", "resets", "garbage"] as const) {
      feeder.network = state;
      const { code, stderr } = await box.agent(["shop", "compliance", "check"]);
      assertEquals(code, 0, stderr);
      assertStringIncludes(stderr, "the collector cannot be asked: ");
      assert(!stderr.includes(uuid), stderr);
    }
    feeder.network = "well";
    assertEquals((await box.agent(["daemon", "start"])).code, 0);
    await feeder.until(() => side.rows.length === 8, "the results of the outage");
    assertEquals(new Set(steps(4)), new Set(["n1 motd 0 check abc shop"]));
    assertEquals(side.complaints, []);
    assert(!box.read(join(box.root, "log/shop.log")).includes(uuid));
  },
);
