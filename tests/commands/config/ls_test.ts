import { assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "./called.ts";

const config = {
  web10: "[task#0]\ncommand = true\n",
  web2: "",
  "ns1/svc/web": "",
  "ns1/cfg/settings": "",
  node: "[node]\nname = n1\n",
};

const lists: [args: string[], out: string][] = [
  [["ls"], "ns1/svc/web\nweb2\nweb10\n"],
  [["web*", "ls"], "web2\nweb10\n"],
  [["ns1/*/*", "ls"], "ns1/cfg/settings\nns1/svc/web\n"],
  [["task:", "ls"], "web10\n"],
  [
    ["ls", "--format", "csv"],
    "path,namespace,kind,name\r\nns1/svc/web,ns1,svc,web\r\nweb2,root,svc,web2\r\nweb10,root,svc,web10\r\n",
  ],
  [["web2", "ls", "--format", "jsonl"], '{"path":"web2","namespace":"root","kind":"svc","name":"web2"}\n'],
];

for (const [args, out] of lists) {
  Deno.test(`agent ${args.join(" ")} lists what is there`, async () => {
    const called = await call(args, { config });
    assertEquals([called.code, called.out, called.err], [0, out, ""]);
  });
}

Deno.test("ls of an empty host prints nothing", async () => {
  const { code, out, err } = await call(["ls"]);
  assertEquals([code, out, err], [0, "", ""]);
});

Deno.test("ls of a name that is nearly right ends with 4 and the right one", async () => {
  const { code, err } = await call(["wbe2", "ls"], { config });
  assertEquals(code, 4);
  assertStringIncludes(err, 'did you mean "web2"?');
});
