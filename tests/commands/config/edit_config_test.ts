import { assertEquals, assertStringIncludes } from "@std/assert";
import { type FakeSystem, fakeSystem } from "../../fakes/system.ts";
import { callOn, configOf } from "./called.ts";

const TEXT = "# mine\n[task#0]\ncommand = /bin/true\ntimeout = 5\n";
const DRAFT = "/var/lib/agent/svc/testmd/edit.conf";

/** A host whose editor replaces 5 by what `value.next` holds then. */
function host(editor = "vi", environment: Record<string, string> = {}, code = 0) {
  const value = { next: "5", seen: "", mode: 0 };
  const system: FakeSystem = fakeSystem({
    config: { testmd: TEXT },
    environment,
    programs: {
      [`${editor} ${DRAFT}`]: {
        code,
        onStart() {
          value.seen = system.files.read(DRAFT)!;
          value.mode = system.files.facts(DRAFT)!.mode;
          system.files.put(DRAFT, value.seen.replace(/timeout = .*/, `timeout = ${value.next}`));
        },
      },
    },
  });
  return { system, value };
}

const edit = (system: FakeSystem, ...args: string[]) => callOn(system, "testmd", "edit", "config", ...args);

Deno.test("edit config installs a valid change, and removes the private copy", async () => {
  const { system, value } = host();
  value.next = "7";
  const { code, out, err } = await edit(system);
  assertEquals([code, out, err], [0, "", ""]);
  assertEquals([value.seen, value.mode], [TEXT, 0o600]);
  assertEquals(configOf(system, "testmd"), TEXT.replace("5", "7"));
  assertEquals(system.files.read(DRAFT), undefined);
});

Deno.test("edit config without a change writes nothing", async () => {
  const { system } = host();
  assertEquals((await edit(system)).code, 0);
  assertEquals([system.files.durable, system.files.read(DRAFT)], [[], undefined]);
});

Deno.test("edit config takes VISUAL, then EDITOR, with their arguments", async () => {
  const { system } = host("code --wait", { VISUAL: "code --wait", EDITOR: "nano" });
  await edit(system);
  assertEquals(system.processes.helpers, [["code", "--wait", DRAFT]]);
  const other = host("nano", { EDITOR: "nano" });
  assertEquals((await edit(other.system)).code, 0);
});

Deno.test("edit config keeps an invalid change for --recover, and --discard drops it", async () => {
  const { system, value } = host();
  value.next = "abc";
  const { code, err } = await edit(system);
  assertEquals([code, configOf(system, "testmd")], [3, TEXT]);
  assertStringIncludes(err, "agent: Cannot edit testmd, nothing is changed: Cannot use task#0.timeout");

  const refused = await edit(system);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.err, "expected --recover or --discard");

  value.next = "8";
  assertEquals((await edit(system, "--recover")).code, 0);
  assertStringIncludes(value.seen, "timeout = abc");
  assertEquals(configOf(system, "testmd"), TEXT.replace("5", "8"));

  value.next = "abc";
  await edit(system);
  value.next = "9";
  assertEquals((await edit(system, "--discard")).code, 0);
  assertStringIncludes(value.seen, "timeout = 8");
});

Deno.test("edit config repairs a text that cannot be read, and never installs one", async () => {
  const { system, value } = host();
  system.files.put("/etc/agent/testmd.conf", "nonsense\ntimeout = 5\n");
  value.next = "6";
  const { code, err } = await edit(system);
  assertEquals(code, 3);
  assertStringIncludes(err, "at line 1");
  system.files.put(DRAFT, TEXT);
  assertEquals((await edit(system, "--recover")).code, 0);
  assertEquals(configOf(system, "testmd"), TEXT.replace("5", "6"));
});

Deno.test("edit config refuses to overwrite a change that somebody else made meanwhile", async () => {
  const { system, value } = host();
  value.next = "7";
  const running = edit(system);
  system.files.put("/etc/agent/testmd.conf", `${TEXT}user = root\n`);
  const { code, err } = await running;
  assertEquals([code, configOf(system, "testmd")], [1, `${TEXT}user = root\n`]);
  assertStringIncludes(err, "it was changed meanwhile");
  assertStringIncludes(system.files.read(DRAFT)!, "timeout = 7");
});

Deno.test("edit config tells that the editor failed", async () => {
  const { system, value } = host("vi", {}, 1);
  value.next = "7";
  const { code, err } = await edit(system);
  assertEquals([code, configOf(system, "testmd")], [1, TEXT]);
  assertEquals(
    err,
    "agent: Cannot edit testmd: the editor ended with 1, and the changes are kept for --recover\n",
  );
});

Deno.test("edit config leaves nothing behind when the editor cannot be started", async () => {
  const system = fakeSystem({
    config: { testmd: TEXT },
    programs: { [`vi ${DRAFT}`]: { error: new Error("no such file") } },
  });
  const { code, err } = await edit(system);
  assertEquals([code, system.files.read(DRAFT)], [1, undefined]);
  assertStringIncludes(err, 'agent: Cannot start the editor "vi"');
});

Deno.test("edit config wants one service, and one of its flags", async () => {
  const { system } = host();
  assertEquals((await edit(system, "--recover", "--discard")).code, 2);
  assertEquals((await callOn(system, "none", "edit", "config")).code, 4);
  system.files.put("/etc/agent/other.conf", TEXT);
  assertEquals((await callOn(system, "*", "edit", "config")).code, 2);
});
