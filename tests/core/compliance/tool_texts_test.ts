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
  [["-s", "shop", "get", "--param", "env.port"], "shop|get|--kw|env.port"],
  [["-s", "shop", "set", "--param=env.a", "--value", "b  c", "-q"], "shop|set|-q|--kw|env.a=b  c"],
  [["-s", "shop", "set", "--value=", "--param", "env.a"], "shop|set|--kw|env.a="],
  [["-s", "shop", "unset", "--param"], "shop|unset"],
  [["-s", "shop", "run", "--", "--param", "x"], "shop|run|--|--param|x"],
];

Deno.test("om takes the older spelling of keywords, too", async () => {
  const self = ["/bin/sh", "-c", 'IFS="|"; echo "$*"', "agent"];
  const args = [
    "-c",
    toolText("om", { self, environment: {} }),
    "om",
    "shop",
    "set",
    "--param",
    "a",
    "--value",
    "1",
  ];
  const { stdout } = await new Deno.Command("/bin/sh", { args }).output();
  assertEquals(new TextDecoder().decode(stdout), "shop|set|--kw|a=1\n");
});

for (const [args, words] of calls) {
  Deno.test(`svcmgr ${args.join(" ")} calls the agent with ${words || "nothing"}`, async () => {
    const self = ["/bin/sh", "-c", 'IFS="|"; echo "$*"', "agent"];
    const text = toolText("svcmgr", { self, environment: {} });
    const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", text, "svcmgr", ...args] }).output();
    assertEquals(new TextDecoder().decode(stdout), `${words}\n`);
  });
}
