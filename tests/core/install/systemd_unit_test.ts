import { assertEquals } from "@std/assert";
import { isOwnFile } from "../../../src/core/install/installation.ts";
import { systemdUnit } from "../../../src/core/install/systemd_unit.ts";

const PLAIN = { self: ["/usr/local/bin/agent"], environment: {}, stopSeconds: 90 } as const;

/** Settings by name, as systemd reads them; those that may come twice are joined by a line break. */
function settings(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    found.set(name, [found.get(name), value].filter((part) => part !== undefined).join("\n"));
  }
  return found;
}

Deno.test("systemdUnit() starts and reloads the agent, and lets running commands live", () => {
  const unit = settings(systemdUnit(PLAIN));
  assertEquals(unit.get("ExecStart"), "/usr/local/bin/agent daemon run");
  assertEquals(unit.get("ExecReload"), "/usr/local/bin/agent daemon reload");
  assertEquals([unit.get("KillMode"), unit.get("Delegate"), unit.get("TasksMax")], [
    "process",
    "yes",
    "infinity",
  ]);
  assertEquals([unit.get("Restart"), unit.get("RestartPreventExitStatus")], ["always", "0"]);
  assertEquals([unit.get("TimeoutStopSec"), unit.has("Environment")], ["90", false]);
});

Deno.test("systemdUnit() restricts nothing that a task would inherit", () => {
  const inherited =
    /^(Protect|Private|Restrict|SystemCall|Capability|Ambient|NoNewPrivileges|ReadOnly|ReadWrite|Inaccessible|Memory|CPU|IO|Limit|Nice|User|Group|UMask|DynamicUser|LockPersonality|RemoveIPC|Root|Bind|TemporaryFileSystem|DevicePolicy|Device|IPAddress|Slice|WorkingDirectory|MountFlags|Keyring|SecureBits)/;
  const names = [...settings(systemdUnit(PLAIN)).keys()];
  assertEquals(names.filter((name) => inherited.test(name)), []);
});

for (
  const [what, word, written] of [
    ["a plain path", "/opt/my-agent_1.0/agent", "/opt/my-agent_1.0/agent"],
    ["a blank", "/opt/my agent", '"/opt/my agent"'],
    ["a percent sign", "/opt/50%", "/opt/50%%"],
    ["a dollar", "/opt/$x", '"/opt/$$x"'],
    ["a quote and a backslash", '/opt/"\\', '"/opt/\\"\\\\"'],
  ] as const
) {
  Deno.test(`systemdUnit() quotes ${what} in the command`, () => {
    const unit = settings(systemdUnit({ ...PLAIN, self: [word] }));
    assertEquals(unit.get("ExecStart"), `${written} daemon run`);
  });
}

Deno.test("systemdUnit() gives variables, quoted", () => {
  const environment = { AGENT_ROOT: '/srv/a b/$x "y" 5%', AGENT_NODENAME: "n1" };
  const unit = settings(systemdUnit({ ...PLAIN, environment }));
  assertEquals(unit.get("Environment"), '"AGENT_ROOT=/srv/a b/$x \\"y\\" 5%%"\n"AGENT_NODENAME=n1"');
});

Deno.test("isOwnFile() knows its unit again, and no other", () => {
  const text = systemdUnit(PLAIN);
  assertEquals([isOwnFile(text), isOwnFile(text.slice(text.indexOf("[Unit]")))], [true, false]);
});
