import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, configOf } from "./called.ts";

const TEXT =
  "[DEFAULT]\nnodes = n1\nnodes@n2 = n2\n\n[task#0]\ncommand = true\n# keep\ntimeout = 5\n\n[task#1]\ncommand = true\ntimeout = 6\n";
const config = { testmd: TEXT };

Deno.test("unset removes a scoped line, and a keyword of every resource of a group", async () => {
  const { code, err, system } = await call(["testmd", "unset", "--kw", "nodes@n2", "--kw", "task.timeout"], {
    config,
  });
  assertEquals([code, err], [0, ""]);
  assertEquals(
    configOf(system, "testmd"),
    "[DEFAULT]\nnodes = n1\n\n[task#0]\ncommand = true\n# keep\n\n[task#1]\ncommand = true\n",
  );
});

Deno.test("unset of what is not set writes nothing", async () => {
  const { code, system } = await call(["testmd", "config", "unset", "task#0.user"], { config });
  assertEquals([code, system.files.durable], [0, []]);
});

Deno.test("unset refuses to remove what is required", async () => {
  const { code, err, system } = await call(["testmd", "unset", "--kw", "task#0.command"], { config });
  assertEquals([code, configOf(system, "testmd")], [3, TEXT]);
  assertStringIncludes(err, "task#0.command is missing");
});

Deno.test("unset without a keyword is a usage error", async () => {
  const { code, err } = await call(["testmd", "unset"], { config });
  assertEquals([code, err], [
    2,
    "agent: Cannot unset: no keyword is given, expected --kw, such as --kw task#0.user\n",
  ]);
});
