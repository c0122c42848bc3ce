import { assertEquals } from "@std/assert";
import { argvOf } from "../../../src/core/process/command.ts";
import { commandFiles } from "../../../src/core/process/command_files.ts";

const cases: [command: string, shell: boolean | undefined, files: string[]][] = [
  ["/opt/backup --all /tmp/x", undefined, ["/opt/backup"]],
  ["backup", undefined, ["backup"]],
  ["'/opt/a b'", undefined, []],
  ["sh /opt/a.sh", undefined, ["sh", "/opt/a.sh"]],
  ["/usr/bin/python3.11 -u a.py b.py", undefined, ["/usr/bin/python3.11", "a.py"]],
  ["perl -e print /tmp/x", undefined, ["perl"]],
  ["python3 -m http.server", undefined, ["python3"]],
  ["bash -ec true /tmp/x", undefined, ["bash"]],
  ["bash -x", undefined, ["bash"]],
  ["sh $SCRIPT", false, ["sh"]],
  ["$PROGRAM x", false, []],
  ["env -i A=1 nice -n 5 timeout 10m bash /opt/a", undefined, ["env", "nice", "timeout", "bash", "/opt/a"]],
  ["env", undefined, ["env"]],
  ["A=1 /opt/a && ! ./b | /opt/c; d", undefined, ["/bin/sh", "/opt/a", "./b", "/opt/c", "d"]],
  ["if /opt/a\nthen /opt/b\nfi", true, ["/bin/sh", "/opt/a", "/opt/b", "fi"]],
  ["echo 'a; /opt/x'", undefined, ["/bin/sh"]],
  ["echo a && echo b", undefined, ["/bin/sh", "echo"]],
  ["for f in *; do rm $f; done", undefined, ["/bin/sh", "for", "rm", "done"]],
];

for (const [command, shell, files] of cases) {
  Deno.test(`commandFiles() of ${JSON.stringify(command)}`, () => {
    assertEquals(commandFiles(argvOf(command, shell, [])), files);
  });
}

Deno.test("commandFiles() names twenty files at most", () => {
  const text = Array.from({ length: 100 }, (_, i) => `/opt/${i}`).join(";");
  assertEquals(commandFiles(argvOf(text, true, [])).length, 20);
});
