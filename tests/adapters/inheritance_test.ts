/**
 * What children inherit can only be seen from a fresh agent, started in bad company.
 */
import { assertEquals } from "@std/assert";

const PROBE = `
import { createProcesses } from "${new URL("../../src/adapters/processes.ts", import.meta.url).href}";
const show = "exec 8</proc/self/status; grep SigIgn <&8; exec 8<&-; for fd in /proc/self/fd/*; do echo $fd; done";
const running = createProcesses().start({
  argv: ["/bin/sh", "-c", show], cwd: "/", env: { PATH: "/usr/bin:/bin" }, stdin: "null",
  onOutput: (_, chunk) => Deno.stdout.writeSync(chunk),
});
await running.ended;
`;

async function probe(prelude: string): Promise<string> {
  const script = `${prelude}; exec "$0" run --no-lock --no-config --allow-all "$1"`;
  const module = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(module, PROBE);
    const args = ["-c", script, Deno.execPath(), module];
    const { stdout } = await new Deno.Command("bash", { args, stdin: "null" }).output();
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(module);
  }
}

Deno.test("children get no descriptor that the agent was started with", async () => {
  const shown = await probe("exec 9</etc/passwd 12</etc/passwd 200</etc/passwd");
  const open = shown.split("\n").flatMap((line) => /^\/proc\/self\/fd\/(\d+)$/.exec(line)?.[1] ?? []);
  // Only what the shell of the probe itself opened: the folder that it lists.
  assertEquals(open.filter((fd) => ["9", "12", "200"].includes(fd)), []);
  assertEquals(open.slice(0, 3), ["0", "1", "2"]);
});

Deno.test("children ignore no signal that the agent was told to ignore", async () => {
  const shown = await probe("trap '' HUP INT QUIT TERM USR1");
  const mask = BigInt(`0x${/SigIgn:\s*([0-9a-f]+)/.exec(shown)?.[1]}`);
  // Signals 32 and 33 belong to the C library.
  assertEquals(mask & 0x7fffffffn, 0n);
});
