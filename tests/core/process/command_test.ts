import { assertEquals, assertThrows } from "@std/assert";
import { argvOf, CommandSyntaxError } from "../../../src/core/process/command.ts";

const accepted: [edge: string, text: string, shell: boolean | undefined, args: string[], argv: string[]][] = [
  ["words are split as a shell does", `/bin/echo 'a b' "c d" e\\ f`, undefined, [], [
    "/bin/echo",
    "a b",
    "c d",
    "e f",
  ]],
  ["two ampersands need a shell", "id -u && /bin/true", undefined, [], [
    "/bin/sh",
    "-c",
    "id -u && /bin/true",
  ]],
  ["a pipe needs a shell, in quotes too", "echo 'a|b'", undefined, [], ["/bin/sh", "-c", "echo 'a|b'"]],
  ["a semicolon needs a shell", "a; b", undefined, [], ["/bin/sh", "-c", "a; b"]],
  ["one ampersand needs none", "a & b > c $D", undefined, [], ["a", "&", "b", ">", "c", "$D"]],
  ["no shell on request", "echo a|b", false, [], ["echo", "a|b"]],
  ["a shell on request", "echo $HOME", true, [], ["/bin/sh", "-c", "echo $HOME"]],
  ["arguments are appended", "mysql -N", undefined, ["-e", "select 1; --"], [
    "mysql",
    "-N",
    "-e",
    "select 1; --",
  ]],
  ["arguments are those of the shell", 'echo "$@";', undefined, ["a b"], [
    "/bin/sh",
    "-c",
    'echo "$@";',
    "sh",
    "a b",
  ]],
  ["line breaks are blanks", "docker run\n  -v a\r\n  -v b", undefined, [], [
    "docker",
    "run",
    "-v",
    "a",
    "-v",
    "b",
  ]],
  ["a backslash before a line break goes", "docker run \\\n  -v a", undefined, [], [
    "docker",
    "run",
    "-v",
    "a",
  ]],
  ["an escaped backslash before one stays", "echo a\\\\\nb", undefined, [], ["echo", "a\\", "b"]],
  ["line breaks stay for a shell", "a &&\nb", undefined, [], ["/bin/sh", "-c", "a &&\nb"]],
  ["an empty word is a word", "echo ''", undefined, [], ["echo", ""]],
];

for (const [edge, text, shell, args, argv] of accepted) {
  Deno.test(`argvOf() ${JSON.stringify(text)}: ${edge}`, () => {
    assertEquals([...argvOf(text, shell, args)], argv);
  });
}

const refused: [text: string, message: string][] = [
  ["", 'Cannot read command "": it is empty, expected a program'],
  [" \n ", 'Cannot read command " \n ": it is empty, expected a program'],
  ["echo 'a", `Cannot read command "echo 'a": a quote is still open at its end, expected it closed`],
  ["echo \\", 'Cannot read command "echo \\": it ends in a backslash, expected a character'],
  ["'' a", `Cannot read command "'' a": its first word is empty, expected a program`],
  ["-c a", 'Cannot read command "-c a": its first word is the option "-c", expected a program'],
  ["a\0b", 'Cannot read command "a\0b": it holds a NUL character, expected none'],
];

for (const [text, message] of refused) {
  Deno.test(`argvOf() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => argvOf(text, undefined, []), CommandSyntaxError, message);
  });
}
