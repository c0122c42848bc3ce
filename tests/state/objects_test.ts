import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatObjectPath, parseObjectPath } from "../../src/core/naming/object_path.ts";
import { foldersOf } from "../../src/state/folders.ts";
import { MAX_CONFIG_BYTES } from "../../src/core/config/bounds.ts";
import { ConfigReader, listObjects } from "../../src/state/objects.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDERS = foldersOf({ environment: {}, uid: 0 });
const SVC1 = parseObjectPath("svc1");

Deno.test("listObjects() finds services, other kinds and namespaces, and nothing else", () => {
  const { files } = fakeSystem({
    config: { testmd: "", "ns1/svc/web": "", "ns1/cfg/c": "" },
    files: {
      "/etc/agent/node.conf": "",
      "/etc/agent/cluster.conf": "",
      "/etc/agent/cfg/c.conf": "",
      "/etc/agent/.testmd.conf": "",
      "/etc/agent/testmd.conf~": "",
      "/etc/agent/Copy of testmd.conf": "",
      "/etc/agent/testmd.d/x.conf": "",
      "/etc/agent/nosuchkind/x.conf": "",
    },
  });
  files.makeFolder("/etc/agent/folder.conf");
  assertEquals(listObjects(files, FOLDERS).map(formatObjectPath).sort(), [
    "cfg/c",
    "ns1/cfg/c",
    "ns1/svc/web",
    "testmd",
  ]);
});

const reasons: [
  edge: string,
  change: (system: ReturnType<typeof fakeSystem>) => void,
  reason: string | undefined,
][] = [
  ["as it should be", () => {}, undefined],
  [
    "a file of another user",
    ({ files }) => files.change("/etc/agent/svc1.conf", { uid: 1000 }),
    "belongs to uid 1000",
  ],
  [
    "a folder above of another user",
    ({ files }) => files.change("/etc", { uid: 33 }),
    "/etc belongs to uid 33",
  ],
  [
    "a folder above that others may write",
    ({ files }) => files.change("/etc/agent", { mode: 0o775 }),
    "may be written by others",
  ],
  [
    "a file that the group may write",
    ({ files }) => files.change("/etc/agent/svc1.conf", { mode: 0o660 }),
    "may be written by others",
  ],
  [
    "a file with another name",
    ({ files }) => files.change("/etc/agent/svc1.conf", { links: 2 }),
    "has 2 names",
  ],
  ["a link", ({ files }) => {
    files.remove("/etc/agent/svc1.conf");
    files.link("/etc/agent/svc1.conf", "/etc/other.conf");
  }, "it is a link, expected a regular file"],
];

for (const [edge, change, reason] of reasons) {
  Deno.test(`ConfigReader reads or refuses: ${edge}`, () => {
    const system = fakeSystem({ config: { svc1: "text" } });
    change(system);
    const found = new ConfigReader(system, FOLDERS).read(SVC1);
    assertEquals(found.kind, reason === undefined ? "text" : "refused");
    if (found.kind === "refused") assertEquals(found.reason.includes(reason!), true, found.reason);
  });
}

Deno.test("ConfigReader tells a file that cannot be read from one that must not be believed", () => {
  const system = fakeSystem({ config: { svc1: "x".repeat(MAX_CONFIG_BYTES + 1) } });
  const found = new ConfigReader(system, FOLDERS).read(SVC1);
  assertEquals(found.kind, "broken");
  assertStringIncludes(JSON.stringify(found), "expected at most 1048576");
});

Deno.test("ConfigReader looks at both ways when a folder above is a link", () => {
  const system = fakeSystem({ files: { "/srv/etc/svc1.conf": "text" } });
  system.files.link("/etc/agent", "/srv/etc");
  const kind = () => new ConfigReader(system, FOLDERS).read(SVC1).kind;
  assertEquals(kind(), "text");
  system.files.change("/srv", { uid: 1000 });
  assertEquals(kind(), "refused");
});

Deno.test("ConfigReader leaves the rights of an ordinary user's files to the system", () => {
  const system = fakeSystem({ config: { svc1: "text" }, self: { uid: 1000, gid: 1000 } });
  system.files.change("/etc/agent/svc1.conf", { mode: 0o664 });
  assertEquals(new ConfigReader(system, FOLDERS).read(SVC1).kind, "text");
  assertEquals(new ConfigReader(system, FOLDERS).read(parseObjectPath("svc2")).kind, "missing");
});
