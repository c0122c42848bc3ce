import { assertEquals, assertThrows } from "@std/assert";
import { createConfiguration } from "../../../src/core/config/configuration.ts";
import { parseIni } from "../../../src/core/config/ini.ts";
import { formatObjectPath, type ObjectPath, parseObjectPath } from "../../../src/core/naming/object_path.ts";
import { isSingleObject, parseObjectSelector, selectObjects } from "../../../src/core/naming/selector.ts";
import { KEYWORDS } from "../../../src/drivers/keywords.ts";

const TEXTS: Record<string, string> = {
  web1: "[DEFAULT]\npriority = 5\n[task#0]\ncommand = /bin/true\nuser = nobody\ntags = a b\n",
  web2: "[task#1]\ncommand = /bin/false\nuser = {env.u}\n[env]\nu = admin\n",
  web10: "[fs#1]\ntype = flag\n[task#0]\nuser = {user}\n",
  db: "[DEFAULT]\ndisable = true\n",
  "ns1/svc/web1": "",
  "ns1/svc/api": "",
  "cfg/web1": "",
};

const EXISTING = Object.keys(TEXTS).map((text) => parseObjectPath(text));

function select(text: string, namespace?: string): { paths: string[]; unmatched: readonly string[] } {
  const { paths, unmatched } = selectObjects(parseObjectSelector(text, namespace), EXISTING, configOf);
  return { paths: paths.map(formatObjectPath), unmatched };
}

function configOf(path: ObjectPath): ReturnType<typeof createConfiguration> {
  return createConfiguration(parseIni(TEXTS[formatObjectPath(path)]!), KEYWORDS, {
    path,
    nodeName: "n1",
    osEnvironment: {},
    folders: { etc: "", var: "" },
  });
}

const cases: [selector: string, paths: string[], unmatched?: string[]][] = [
  ["web1", ["web1"]],
  ["svc/web1", ["web1"]],
  ["root/svc/web1", ["web1"]],
  ["cfg/web1", ["cfg/web1"]],
  ["ns1/svc/web1", ["ns1/svc/web1"]],
  ["*", ["db", "web1", "web2", "web10"]],
  ["web*", ["web1", "web2", "web10"]],
  ["web?", ["web1", "web2"]],
  ["**", ["cfg/web1", "db", "ns1/svc/api", "ns1/svc/web1", "web1", "web2", "web10"]],
  ["ns1/**", ["ns1/svc/api", "ns1/svc/web1"]],
  ["**/web1", ["cfg/web1", "ns1/svc/web1", "web1"]],
  ["ns1/svc/", ["ns1/svc/api", "ns1/svc/web1"]],
  ["*/svc/web1", ["ns1/svc/web1", "web1"]],
  ["db,web1,db", ["db", "web1"]],
  ["web*+!web2", ["web1", "web10"]],
  ["!web*", ["db", "ns1/svc/api", "ns1/svc/web1"]],
  ["web1,db+!db", ["web1"], ["db+!db"]],
  ["nobody", [], ["nobody"]],
  ["web1,nobody,x*", ["web1"], ["nobody", "x*"]],
  ["task:", ["web1", "web2", "web10"]],
  ["fs#1:", ["web10"]],
  ["disable:", ["db"]],
  ["*+!task:", ["db"]],
  ["task.user=nobody", ["web1"]],
  ["task.user=admin", ["web2"]],
  ["task#1.user=admin", ["web2"]],
  ["task.user:", ["web1", "web2"]],
  ["task.command~^/bin", ["web1", "web2"]],
  ["task.tags~=b", ["web1"]],
  ["priority<10", ["web1"]],
  ["priority>=100", ["db", "ns1/svc/api", "ns1/svc/web1", "web2", "web10"]],
  ["task.schedule:", [], ["task.schedule:"]],
  ["task.confirmation:", [], ["task.confirmation:"]],
];

for (const [selector, paths, unmatched = []] of cases) {
  Deno.test(`selectObjects() ${selector}`, () => assertEquals(select(selector), { paths, unmatched }));
}

Deno.test("selectObjects() looks in the default namespace for bare names", () => {
  assertEquals(select("web1", "ns1").paths, ["ns1/svc/web1"]);
});

for (const text of ["", "a,", "!", "a++b", "a/b/c/d", "task.user~("]) {
  Deno.test(`parseObjectSelector() refuses "${text}"`, () => {
    assertThrows(() => parseObjectSelector(text), SyntaxError, "Cannot read");
  });
}

Deno.test("isSingleObject() tells a name from a pattern", () => {
  const answers = ["web1", "ns1/svc/web1", "web*", "a,b", "!a", "task:"].map((text) =>
    isSingleObject(parseObjectSelector(text))
  );
  assertEquals(answers, [true, true, false, false, false, false]);
});
