import { assertEquals } from "@std/assert";
import { type CronCommand, shellText, splitCommand } from "../../../src/core/crontab/command.ts";

const cases: [edge: string, written: string, command: CronCommand][] = [
  ["a plain command", "ls -l", { text: "ls -l", input: undefined }],
  ["a percent sign starts the input", "cat%a", { text: "cat", input: ["a"] }],
  ["further ones are line breaks", "cat %a%%b", { text: "cat", input: ["a", "", "b"] }],
  ["one at the end ends the last line", "cat%a%", { text: "cat", input: ["a"] }],
  ["no input is none", "cat%", { text: "cat", input: undefined }],
  ["an escaped one is a percent sign", "date +\\%F", { text: "date +%F", input: undefined }],
  ["in the input too", "cat%100\\%%b", { text: "cat", input: ["100%", "b"] }],
  ["other backslashes stay", "echo \\\\n \\a", { text: "echo \\\\n \\a", input: undefined }],
  ["a backslash hides another one in the command", "cat\\\\%a", { text: "cat\\\\", input: ["a"] }],
  ["a backslash at the end stays", "echo a\\", { text: "echo a\\", input: undefined }],
];

for (const [edge, written, command] of cases) {
  Deno.test(`splitCommand() ${written}: ${edge}`, () => assertEquals(splitCommand(written), command));
}

const PLAIN = { shell: "/bin/sh", variables: {} };

async function output(text: string): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", text], stdin: "null" }).output();
  return new TextDecoder().decode(stdout);
}

const runs: [command: string, wrapping: typeof PLAIN, isOdd: boolean, output: string][] = [
  ["cat%it's%{name} $(x)%", PLAIN, false, "it's\n{name} $(x)\n"],
  ["read a; cat; echo $a%1%2", PLAIN, false, "2\n1\n"],
  ["echo '{name}' \"it's\"", PLAIN, true, "{name} it's\n"],
  ["echo $X", { ...PLAIN, variables: { X: "a 'b' {name}" } }, false, "a 'b' {name}\n"],
  ["echo ${0##*/}; cat%in", PLAIN, false, "sh\nin\n"],
  ["cat # a comment%in", PLAIN, false, "in\n"],
];

for (const [command, wrapping, isOdd, expected] of runs) {
  Deno.test(`shellText() of ${command} prints what cron's shell prints`, async () => {
    const text = shellText(splitCommand(command), wrapping, isOdd);
    assertEquals(await output(text), expected, text);
    assertEquals(/\{name\}|\$\(/.test(text), false, `${text} would be replaced by a configuration`);
  });
}

Deno.test("shellText() calls another shell, and leaves a command for /bin/sh as it is", () => {
  const command = splitCommand("echo $RANDOM");
  assertEquals(shellText(command, PLAIN), "echo $RANDOM");
  assertEquals(shellText(command, { ...PLAIN, shell: "/bin/bash" }), "exec /bin/bash -c 'echo $RANDOM'");
  assertEquals(
    shellText(command, { shell: "/bin/sh", variables: { LD_PRELOAD: "/x y" } }),
    "exec env 'LD_PRELOAD=/x y' /bin/sh -c 'echo $RANDOM'",
  );
  assertEquals(shellText(splitCommand("mail joe%Hi"), PLAIN), "printf '%s\\n' 'Hi' | mail joe");
});
