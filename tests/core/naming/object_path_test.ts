import { assertEquals, assertThrows } from "@std/assert";
import {
  configFileOf,
  formatObjectPath,
  isReservedName,
  logFileOf,
  parseObjectPath,
  stateFolderOf,
} from "../../../src/core/naming/object_path.ts";

const places: [text: string, short: string, config: string, state: string, log: string][] = [
  ["testmd", "testmd", "testmd.conf", "svc/testmd", "testmd.log"],
  ["svc/daemon", "daemon", "daemon.conf", "svc/daemon", "daemon.log"],
  ["root/svc/a", "a", "a.conf", "svc/a", "a.log"],
  ["cfg/x", "cfg/x", "cfg/x.conf", "cfg/x", "cfg/x.log"],
  [
    "ns1/svc/web",
    "ns1/svc/web",
    "namespaces/ns1/svc/web.conf",
    "namespaces/ns1/svc/web",
    "namespaces/ns1/svc/web.log",
  ],
];

for (const [text, short, config, state, log] of places) {
  Deno.test(`parseObjectPath() reads ${text}, which has its places on disk`, () => {
    const path = parseObjectPath(text);
    assertEquals(formatObjectPath(path), short);
    assertEquals(parseObjectPath(short), path);
    assertEquals([configFileOf(path), stateFolderOf(path), logFileOf(path)], [config, state, log]);
  });
}

Deno.test("parseObjectPath() puts a bare name into the default namespace, and a full path where it says", () => {
  assertEquals(parseObjectPath("web", "ns1").namespace, "ns1");
  assertEquals(parseObjectPath("cfg/web", "ns1").namespace, "ns1");
  assertEquals(parseObjectPath("root/svc/web", "ns1").namespace, "root");
});

for (const name of ["a", "A1", "web-1.prod", "3.web"]) {
  Deno.test(`parseObjectPath() takes the name ${name}`, () => assertEquals(parseObjectPath(name).name, name));
}

const bad = [
  "",
  "a_b",
  "-a",
  "a-",
  "1a",
  "a.",
  ".a",
  "..",
  "a b",
  "é",
  "a\n",
  "../a",
  "x/a",
  "svc/",
  "/a",
  "a/b/c/d",
  "n.s/svc/a",
  "../svc/a",
  "a".repeat(201),
];

for (const text of bad) {
  Deno.test(`parseObjectPath() refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
    assertThrows(() => parseObjectPath(text), SyntaxError, "Cannot read the object path");
  });
}

Deno.test("isReservedName() knows the first words of the command line and the kinds", () => {
  assertEquals(["node", "daemon", "svc", "crontab", "testmd"].map(isReservedName), [
    true,
    true,
    true,
    true,
    false,
  ]);
});
