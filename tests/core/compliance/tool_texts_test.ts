import { assertEquals } from "@std/assert";
import { TOOL_NAMES, toolText } from "../../../src/core/compliance/tool_texts.ts";

const FACTS = { self: ["/opt/a b/agent"], environment: { AGENT_ETC: "/etc/it's" } };

Deno.test("toolText() calls the agent with its folders, whatever is in their names", () => {
  assertEquals(
    toolText("nodemgr", FACTS),
    "#!/bin/sh\n# Written by the agent, for compliance modules.\nAGENT_ETC='/etc/it'\\''s'; export AGENT_ETC\n" +
      "exec '/opt/a b/agent' node \"$@\"\n",
  );
  assertEquals(TOOL_NAMES, ["om", "nodemgr", "svcmgr"]);
});

const calls: readonly [args: string[], words: string][] = [
  [["-s", "shop", "get", "--kw", "a b"], "shop|get|--kw|a b"],
  [["--service", "shop", "print", "config"], "shop|print|config"],
  [["--service=ns1/svc/web", "status"], "ns1/svc/web|status"],
  [["-sshop", "status"], "shop|status"],
  [["-s"], ""],
  [["ls"], "ls"],
];

for (const [args, words] of calls) {
  Deno.test(`svcmgr ${args.join(" ")} calls the agent with ${words || "nothing"}`, async () => {
    const self = ["/bin/sh", "-c", 'IFS="|"; echo "$*"', "agent"];
    const text = toolText("svcmgr", { self, environment: {} });
    const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", text, "svcmgr", ...args] }).output();
    assertEquals(new TextDecoder().decode(stdout), `${words}\n`);
  });
}
