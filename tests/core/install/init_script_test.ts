import { assertEquals, assertStringIncludes } from "@std/assert";
import { initScript } from "../../../src/core/install/init_script.ts";
import { isOwnFile } from "../../../src/core/install/installation.ts";

const PLAIN = { self: ["/usr/local/bin/agent"], environment: {}, stopSeconds: 90 } as const;

Deno.test("initScript() has the heads that insserv and chkconfig read, and knows itself again", () => {
  const text = initScript(PLAIN);
  assertEquals(text.startsWith("#!/bin/sh\n### BEGIN INIT INFO\n# Provides:          agent\n"), true);
  for (const line of ["### END INIT INFO", "# chkconfig: 2345 95 05", "# Default-Start:     2 3 4 5"]) {
    assertStringIncludes(text, `\n${line}\n`);
  }
  assertEquals(isOwnFile(text), true);
});

Deno.test("initScript() sets the variables of the installation, and unsets the others of the agent", () => {
  const text = initScript({ ...PLAIN, environment: { AGENT_ROOT: "/srv/it's", AGENT_NODENAME: "n1" } });
  assertStringIncludes(
    text,
    "\nunset AGENT_ETC AGENT_VAR AGENT_LOG AGENT_RUN AGENT_RUNTIME_DIR\n" +
      "AGENT_ROOT='/srv/it'\\''s'\nAGENT_NODENAME=n1\nexport AGENT_ROOT AGENT_NODENAME\n",
  );
});

Deno.test("initScript() quotes the words that start the agent", () => {
  const text = initScript({ ...PLAIN, self: ["/opt/my agent", "run", "$x"] });
  assertStringIncludes(text, `\n  '/opt/my agent' run '$x' daemon "$@"\n`);
  assertStringIncludes(text, "\nif [ ! -x '/opt/my agent' ]; then\n");
});
