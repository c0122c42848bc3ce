import { assertEquals, assertStringIncludes } from "@std/assert";
import type { FakeAsked, FakeReply } from "../../fakes/http.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { withDaemon } from "../../fakes/run_daemon.ts";
import type { FakeSystem } from "../../fakes/system.ts";
import { callsOf, complianceHost, STATE } from "./host.ts";

const UUID = "11111111-2222-3333-4444-555555555555";
const NODE_CONF = `[node]\ndbopensvc = https://old.example.com/feed\nuuid = ${UUID}\n`;
const DATA = {
  modulesets: { far: [["sshd", false]], fix: [["ntp", true]] },
  rulesets: {
    sshd: { name: "sshd", filter: "", vars: [["port", "22", "raw"]] },
    osvc_collector: { name: "osvc_collector", filter: "", vars: [["ruleset_md5", "abc", "raw"]] },
  },
  modset_relations: {},
  modset_rset_relations: {},
};

type Results = Readonly<Record<string, unknown>>;

function host(
  results: Results = { comp_get_svc_data_v2: DATA, comp_get_data_v2: DATA },
  more = {},
): FakeSystem {
  const system = complianceHost({
    definitions: "[moduleset#near]\nmodules = local\n[ruleset#r]\nvar.port = 99\n",
    modules: { "10-sshd": { check: { stdout: "fine\n" } }, "20-ntp": {}, "30-local": {} },
    ...more,
    files: { "/etc/agent/node.conf": NODE_CONF },
  });
  system.http.reply = (asked) => replyTo(asked, results);
  return system;
}

function replyTo({ body }: FakeAsked, results: Results): FakeReply {
  const { method, id } = JSON.parse(body!);
  const known = method in results || method === "comp_log_actions";
  const answer = known
    ? { result: results[method] ?? null }
    : { error: { code: -32601, message: `no method ${method}` } };
  return { status: 200, text: JSON.stringify({ jsonrpc: "2.0", id, ...answer }) };
}

/** What was asked, as method and parameters. */
function askedOf({ http }: FakeSystem): unknown[][] {
  return http.asked.map(({ body }) => {
    const { method, params } = JSON.parse(body!);
    return [method, ...params];
  });
}

const LOGIN = [UUID, "n1"];

Deno.test("compliance asks the collector for the service, and pushes what came out", async () => {
  const system = host();
  assertEquals(await runAgent(["shop", "compliance", "auto"], system), 0, system.stderr.text);
  assertEquals(callsOf(system), ["sshd check", "ntp check"]);
  const [get, push] = askedOf(system);
  assertEquals(get, ["comp_get_svc_data_v2", "n1", "shop", [], LOGIN]);
  assertEquals(push, [
    "comp_log_actions",
    ["run_nodename", "run_module", "run_status", "run_log", "run_action", "rset_md5", "run_svcname"],
    [["n1", "sshd", "0", "fine\n", "check", "abc", "shop"], ["n1", "ntp", "0", "", "check", "abc", "shop"]],
    LOGIN,
  ]);
  assertEquals(system.http.asked[0]?.url, "https://old.example.com/init/compliance/call/jsonrpc2");
  assertEquals(system.processes.started[0]?.env["AGENT_X_OSVC_COMP_PORT"], "22");
});

Deno.test("the node asks for itself, and --moduleset is handed on", async () => {
  const system = host();
  assertEquals(await runAgent(["node", "compliance", "check", "--moduleset", "fix"], system), 0);
  assertEquals([askedOf(system)[0], callsOf(system)], [["comp_get_data_v2", "n1", ["fix"], LOGIN], [
    "ntp check",
  ]]);
  assertEquals((askedOf(system)[1]![2] as string[][])[0]?.at(-1), "");
});

Deno.test("local modulesets and rulesets are added, and local rules win", async () => {
  const system = host(undefined, { shop: "comp_modulesets = near\ncomp_rulesets = r\n" });
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 0);
  assertEquals(callsOf(system), ["sshd check", "ntp check", "local check"]);
  assertEquals(system.processes.started[0]?.env["AGENT_X_OSVC_COMP_PORT"], "99");
  const asked = system.http.asked.length;
  assertEquals(await runAgent(["shop", "compliance", "check", "--moduleset", "near"], system), 0);
  assertEquals(askedOf(system).slice(asked).map(([method]) => method), ["comp_log_actions"]);
});

Deno.test("an outage does not stop a run that has been possible before", async () => {
  const system = host();
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 0);
  for (const reply of ["refused", "hangs", 503, { status: 200, text: "<html>" }, 401] as const) {
    system.http.reply = reply;
    const calls = callsOf(system).length;
    system.stderr.clear();
    assertEquals(await runAgent(["shop", "compliance", "check"], system), 0);
    assertEquals(callsOf(system).slice(calls), ["sshd check", "ntp check"]);
    assertStringIncludes(system.stderr.text, "; what it said on 2026-03-02T10:00:00.000Z counts");
    assertStringIncludes(system.stderr.text, "the results wait for the collector: ");
    assertEquals(system.stderr.text.includes(UUID), false);
  }
  assertEquals(await runAgent(["shop", "compliance", "check", "--moduleset", "fix"], system), 0);
  assertEquals(callsOf(system).at(-1), "ntp check");
  assertEquals(system.files.facts(`${STATE}/compliance/collector.json`)?.mode, 0o600);
  assertEquals(system.files.read("/var/log/agent/shop.log")!.includes(UUID), false);
});

Deno.test("every result of an outage arrives when it is over", async () => {
  const system = host();
  await runAgent(["shop", "compliance", "check"], system);
  const works = system.http.reply;
  system.http.reply = "refused";
  for (let i = 0; i < 3; i++) await runAgent(["shop", "compliance", "check", "--module", "sshd"], system);
  const kept = system.files.paths.filter((path) =>
    /\/spool\/|collector/.test(path) && path.includes("compliance")
  )
    .filter((path) => system.files.read(path)?.includes("comp_log_actions"));
  assertEquals(kept.length, 3);
  assertEquals(kept.some((path) => system.files.read(path)!.includes(UUID)), false);
  system.http.reply = works;
  const sent = system.http.asked.length;
  await withDaemon(system, (daemon) => daemon.advance(600));
  const logs = askedOf(system).slice(sent).filter(([method]) => method === "comp_log_actions");
  assertEquals(logs.length, 3);
  assertEquals(kept.some((path) => system.files.facts(path)), false);
});

Deno.test("without anything kept, only local modulesets run; with nothing at all it is refused", async () => {
  const system = host(undefined, { shop: "comp_modulesets = near\n" });
  system.http.reply = "refused";
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 0);
  assertEquals(callsOf(system), ["local check"]);
  assertStringIncludes(system.stderr.text, "it has said nothing before, only local modulesets count");
  const bare = host();
  bare.http.reply = "refused";
  assertEquals(await runAgent(["shop", "compliance", "check"], bare), 1);
  assertStringIncludes(
    bare.stderr.text,
    "Cannot find out what to check for shop: the collector cannot be asked",
  );
});

Deno.test("an answer that makes no sense is none, and is not kept", async () => {
  const system = host({ comp_get_svc_data_v2: { modulesets: { a: "x" }, rulesets: {} } });
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot understand the collector: moduleset a holds no list");
  assertEquals(system.files.read(`${STATE}/compliance/collector.json`), undefined);
});

Deno.test("a moduleset that neither the collector nor a file has is not found", async () => {
  const system = host();
  assertEquals(await runAgent(["shop", "compliance", "check", "--moduleset", "nix"], system), 4);
  assertEquals(callsOf(system), []);
});

Deno.test("attach and detach tell the collector what no local file has", async () => {
  const system = host({
    comp_attach_svc_moduleset: { status: true, msg: "ok" },
    comp_attach_svc_ruleset: { status: true },
    comp_detach_svc_moduleset: { status: true },
    comp_attach_moduleset: { status: false, msg: "moduleset far is not known" },
  });
  assertEquals(
    await runAgent(["shop", "compliance", "attach", "--moduleset", "far,near", "--ruleset", "x"], system),
    0,
  );
  assertEquals(await runAgent(["shop", "compliance", "detach", "--moduleset", "far"], system), 0);
  assertEquals(askedOf(system), [
    ["comp_attach_svc_moduleset", "shop", "far", LOGIN],
    ["comp_attach_svc_ruleset", "shop", "x", LOGIN],
    ["comp_detach_svc_moduleset", "shop", "far", LOGIN],
  ]);
  assertEquals(JSON.parse(system.files.read(`${STATE}/compliance/attached.json`)!).modulesets, ["near"]);
  assertEquals(await runAgent(["node", "compliance", "attach", "--moduleset", "far"], system), 1);
  assertEquals(askedOf(system).at(-1), ["comp_attach_moduleset", "n1", "far", LOGIN]);
  assertStringIncludes(system.stderr.text, "at the collector: moduleset far is not known");
});

Deno.test("list shows what the collector has, and says when it cannot be asked", async () => {
  const system = host({ comp_list_modulesets: ["b", "a"], comp_list_rulesets: ["r2"] });
  assertEquals(await runAgent(["node", "compliance", "list", "moduleset", "--format", "json"], system), 0);
  const rows = JSON.parse(system.stdout.text).map((row: Record<string, string>) => [row.name, row.source]);
  assertEquals(rows, [["near", "local"], ["a", "collector"], ["b", "collector"]]);
  assertEquals(await runAgent(["node", "compliance", "list", "ruleset"], system), 0);
  assertEquals(askedOf(system), [["comp_list_modulesets", "%", LOGIN], [
    "comp_list_rulesets",
    "%",
    "n1",
    LOGIN,
  ]]);
  system.http.reply = "refused";
  assertEquals(await runAgent(["node", "compliance", "list", "ruleset"], system), 1);
  assertStringIncludes(system.stderr.text, "Cannot list rulesets of the collector: Connection refused");
});

Deno.test("a moduleset of the collector that cannot be asked is not said to be unknown", async () => {
  for (const kept of [true, false]) {
    const system = host(undefined, { shop: "comp_modulesets = near\n" });
    if (kept) await runAgent(["shop", "compliance", "check"], system);
    system.http.reply = "refused";
    const calls = callsOf(system).length;
    assertEquals(await runAgent(["shop", "compliance", "check", "--moduleset", "nix"], system), 1);
    assertStringIncludes(system.stderr.text, "Cannot use moduleset nix: no file of compliance has it, and");
    assertStringIncludes(system.stderr.text, "the collector cannot be asked: Connection refused");
    assertEquals(callsOf(system).length, calls);
  }
});

Deno.test("list does not take an answer without names for an empty one", async () => {
  for (const answer of [null, { a: 1 }, [1], "a"]) {
    const system = host({ comp_list_modulesets: answer });
    assertEquals(await runAgent(["node", "compliance", "list", "moduleset"], system), 1);
    assertStringIncludes(system.stderr.text, "modulesets of the collector: its answer is no list of names");
  }
});

Deno.test("a module that prints the password of the node prints it to nobody", async () => {
  const system = host(undefined, {
    modules: { "10-sshd": { check: { stdout: `uuid = ${UUID}\n`, stderr: `${UUID}\n` } }, "20-ntp": {} },
  });
  assertEquals(await runAgent(["shop", "compliance", "check"], system), 0);
  const sent = askedOf(system).filter(([method]) => method === "comp_log_actions")[0]!;
  assertEquals((sent[2] as string[][])[0]![3], "uuid = xxxx\nERR: xxxx\n");
  const files = system.files.paths.filter((path) => !path.endsWith("node.conf"));
  assertEquals(files.filter((path) => system.files.read(path)?.includes(UUID)), []);
  assertEquals(`${system.stdout.text}${system.stderr.text}`.includes(UUID), false);
});
