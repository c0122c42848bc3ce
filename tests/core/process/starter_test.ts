/**
 * The starter in every shell that `/bin/sh` may be, for real: it is text, and only a shell can say what it does.
 */
import { assertEquals } from "@std/assert";
import { limitWords } from "../../../src/core/process/limits.ts";
import { RAISER, STARTER } from "../../../src/core/process/starter.ts";
import { SHELLS } from "./shells.ts";

function run(argv: readonly string[], env: Record<string, string> = {}) {
  const [command = "", ...args] = argv;
  const path = Deno.env.get("PATH") ?? "";
  const output = new Deno.Command(command, { args, clearEnv: true, env: { PATH: path, ...env } })
    .outputSync();
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes)) as [
    string,
    string,
  ];
  return { code: output.code, stdout, stderr };
}

for (const shell of SHELLS) {
  const name = shell.join(" ");
  const start = (words: string[], env: Record<string, string> = {}) =>
    run([...shell, "-c", STARTER, "agent", ...words], { AGENT_X_PATH: "/usr/bin:/bin", ...env });

  Deno.test(`STARTER in ${name} gives exactly the wanted variables, to the byte`, () => {
    const nasty = "x\nexport UID=3\nexport PATH=/evil\n'q\" $(id) `id` \\ * é\n";
    const came = {
      MAIL: "m",
      SUDO_COMMAND: "a\nb",
      HOME: "/root",
      SHLVL: "3",
      OLDPWD: "/",
      XDG_A: "",
      AGENT_X_OTHER: "o",
    };
    const env = { ...came, AGENT_X_A: nasty, AGENT_X_HOME: "/home/x", AGENT_X_word: "", AGENT_X_PWD: "/p" };
    const { stdout, stderr, code } = start(
      ["022", "/tmp", "", "PATH A HOME word PWD", "/usr/bin/env", "-0"],
      env,
    );
    const seen = Object.fromEntries(
      stdout.split("\0").slice(0, -1).map((entry) => entry.split(/=(.*)/s).slice(0, 2)),
    );
    assertEquals({ stderr, code }, { stderr: "", code: 0 });
    const wanted = { PATH: "/usr/bin:/bin", A: nasty, HOME: "/home/x", word: "", PWD: "/p" };
    assertEquals(seen, wanted);
  });

  Deno.test(`STARTER in ${name} sets umask and folder, and hands words on as they are`, () => {
    const words = ["sh", "-c", 'umask; pwd; printf "<%s>" "$@"', "sh", "a b", "", "*", "-n", "$HOME", "'"];
    const { stdout } = start(["000", "/usr", "", "PATH", ...words]);
    assertEquals(stdout, "0000\n/usr\n<a b><><*><-n><$HOME><'>");
  });

  Deno.test(`STARTER in ${name} sets soft and hard limits in bytes, seconds and numbers`, () => {
    const limits = {
      as: 1 << 30,
      core: 0,
      cpu: 77,
      data: 1 << 29,
      fsize: 8192,
      memlock: 32768,
      nofile: 40,
      nproc: 900,
    };
    const words = limitWords({ ...limits, rss: 1 << 28, stack: 1 << 20 });
    const { stdout, stderr } = start(["022", "/", words, "PATH", "cat", "/proc/self/limits"]);
    const seen = stdout.split("\n").map((line) => line.slice(26, 66).trim().split(/\s+/));
    const of = (title: string) => seen[stdout.split("\n").findIndex((line) => line.startsWith(title))];
    assertEquals(stderr, "");
    const twice = (value: number) => [String(value), String(value)];
    assertEquals(of("Max address space"), twice(limits.as));
    assertEquals(of("Max core file size"), twice(0));
    assertEquals(of("Max cpu time"), twice(77));
    assertEquals(of("Max data size"), twice(limits.data));
    assertEquals(of("Max file size"), twice(8192));
    assertEquals(of("Max locked memory"), twice(32768));
    assertEquals(of("Max open files"), twice(40));
    assertEquals(of("Max processes"), twice(900));
    assertEquals(of("Max resident set"), twice(1 << 28));
    assertEquals(of("Max stack size"), twice(1 << 20));
  });

  Deno.test(`STARTER in ${name} closes descriptors 3 to 9`, () => {
    const inner = ["022", "/", "", "PATH", "ls", "/proc/self/fd"].map((word) => `'${word}'`).join(" ");
    const script = `exec 3</dev/null 9</dev/null; exec "$@" agent ${inner}`;
    const { stdout } = run(["sh", "-c", script, "sh", ...shell, "-c", STARTER], {
      AGENT_X_PATH: "/usr/bin:/bin",
    });
    const open = stdout.split("\n").map(Number);
    // 3 is the folder that ls itself reads.
    assertEquals(open.filter((fd) => fd > 3 && fd <= 9), []);
  });

  const failures: [edge: string, words: string[], code: number, message: string][] = [
    [
      "a folder that is not there",
      ["022", "/nope", "", "PATH", "true"],
      126,
      "agent: Cannot enter folder /nope\n",
    ],
    ["a limit that is none", ["022", "/", "n=x", "PATH", "true"], 126, "agent: Cannot set limit n=x\n"],
    ["a limit that no flag sets", ["022", "/", "u=x", "PATH", "true"], 126, "agent: Cannot set limit u=x\n"],
    ["a umask that is none", ["9", "/", "", "PATH", "true"], 126, "agent: Cannot set umask 9\n"],
  ];
  for (const [edge, words, code, message] of failures) {
    Deno.test(`STARTER in ${name} gives one line and 126: ${edge}`, () => {
      assertEquals(start(words), { code, stdout: "", stderr: message });
    });
  }

  Deno.test(`STARTER in ${name} gives 127 for a command that is not found, 126 for one that cannot be executed`, () => {
    assertEquals(start(["022", "/", "", "PATH", "no-such-program"]).code, 127);
    assertEquals(start(["022", "/", "", "PATH", "/no/such/program"]).code, 127);
    assertEquals(start(["022", "/", "", "PATH", "/etc/passwd"]).code, 126);
  });

  Deno.test(`STARTER in ${name} looks the first word up in the path of the task`, () => {
    const { code, stdout } = start(["022", "/", "", "PATH", "true"], { AGENT_X_PATH: "/nowhere" });
    assertEquals({ code, stdout }, { code: 127, stdout: "" });
  });

  Deno.test(`RAISER in ${name} sets the limits and becomes the rest`, () => {
    const argv = ["sh", "-c", 'ulimit -n; printf %s "$1"', "sh", "a b"];
    const { stdout } = run([...shell, "-c", RAISER, "agent", "n=41", ...argv]);
    assertEquals(stdout, "41\na b");
  });
}

Deno.test({
  name: "STARTER and RAISER have nothing that shellcheck minds",
  ignore: run(["sh", "-c", "command -v shellcheck"]).code !== 0,
  fn() {
    for (const text of [STARTER, RAISER]) {
      const script = `printf '%s\\n' '#!/bin/sh' "$1" | shellcheck -s sh -`;
      assertEquals(run(["sh", "-c", script, "sh", text]), { code: 0, stdout: "", stderr: "" });
    }
  },
});

Deno.test("STARTER needs no program of its own but the shell's builtins", () => {
  const { stderr, code } = run(["/bin/sh", "-c", STARTER, "agent", "022", "/", "n=50", "PATH", "/bin/echo"], {
    PATH: "/nowhere",
    AGENT_X_PATH: "/nowhere",
  });
  assertEquals({ stderr, code }, { stderr: "", code: 0 });
});
