import { assertEquals } from "@std/assert";
import { distrust, distrustSecrecy, otherWriter, type Step } from "../../src/core/trust.ts";

/** `/ 0 755` is a folder of root; a path that ends with `.conf` is a file. */
function steps(...texts: string[]): Step[] {
  return texts.map((text) => {
    const [path, uid, mode, kind] = text.split(" ") as [string, string, string, Step["kind"] | undefined];
    const usual = path.endsWith(".conf") ? "file" : "folder";
    return { path, uid: Number(uid), mode: Number.parseInt(mode, 8), kind: kind ?? usual };
  });
}

const trusted: [edge: string, steps: Step[], selfUid: number][] = [
  ["all belongs to root", steps("/ 0 755", "/etc 0 755", "/etc/a.conf 0 644"), 0],
  ["the agent's own user may own it", steps("/ 0 755", "/home/a 1000 700", "/home/a/a.conf 1000 600"), 1000],
  [
    "a sticky folder of root above one of root",
    steps("/ 0 755", "/tmp 0 1777", "/tmp/x 0 700", "/tmp/x/a.conf 0 600"),
    0,
  ],
  ["a link of root: its mode says nothing", steps("/ 0 755", "/etc 0 777 link", "/etc/a.conf 0 600"), 0],
];

const distrusted: [edge: string, steps: Step[], selfUid: number, reason: string][] = [
  [
    "the file of another",
    steps("/ 0 755", "/a.conf 1000 600"),
    0,
    "/a.conf belongs to uid 1000, expected uid 0",
  ],
  [
    "a folder of another",
    steps("/ 0 755", "/srv 33 755", "/srv/a.conf 0 600"),
    0,
    "/srv belongs to uid 33, expected uid 0",
  ],
  [
    "a link of another",
    steps("/ 0 755", "/etc 33 777 link", "/a.conf 0 600"),
    0,
    "/etc belongs to uid 33, expected uid 0",
  ],
  [
    "the file of a third one, for an ordinary user",
    steps("/ 0 755", "/a.conf 33 600"),
    1000,
    "/a.conf belongs to uid 33, expected uid 0 or 1000",
  ],
  [
    "the group may write the file",
    steps("/a.conf 0 620"),
    0,
    "/a.conf may be written by others (mode 620), expected its owner alone",
  ],
  [
    "others may write the file",
    steps("/a.conf 0 602"),
    0,
    "/a.conf may be written by others (mode 602), expected its owner alone",
  ],
  [
    "others may write a folder",
    steps("/x 0 777", "/x/a.conf 0 600"),
    0,
    "/x may be written by others (mode 777), expected its owner alone",
  ],
  [
    "a sticky file",
    steps("/a.conf 0 1666"),
    0,
    "/a.conf may be written by others (mode 1666), expected its owner alone",
  ],
  [
    "a sticky folder of another",
    steps("/x 1000 1777", "/x/a.conf 1000 600"),
    1000,
    "/x may be written by others (mode 1777), expected its owner alone",
  ],
];

const [ONE_NAME] = steps("/a.conf 0 600") as [Step];
trusted.push(["a file with one name", [{ ...ONE_NAME, links: 1 }], 0]);
trusted.push([
  "a folder: its names are those of its folders",
  [{ ...ONE_NAME, kind: "folder", links: 5 }],
  0,
]);
distrusted.push([
  "a file with another name elsewhere",
  [{ ...ONE_NAME, links: 2 }],
  0,
  "/a.conf has 2 names (hard links), expected one: only one way to it was looked at",
]);

for (const [edge, way, selfUid] of trusted) {
  Deno.test(`distrust() believes: ${edge}`, () => assertEquals(distrust(way, selfUid), undefined));
}
for (const [edge, way, selfUid, reason] of distrusted) {
  Deno.test(`distrust() does not believe: ${edge}`, () => assertEquals(distrust(way, selfUid), reason));
}

Deno.test("distrustSecrecy() wants a file that its owner alone can read", () => {
  const file = (uid: number, mode: number) => distrustSecrecy({ path: "/x.conf", uid, mode }, 0);
  assertEquals([file(0, 0o600), file(0, 0o400)], [undefined, undefined]);
  assertEquals(file(0, 0o640), "/x.conf may be read by others (mode 640), expected mode 600");
  assertEquals(file(0, 0o604), "/x.conf may be read by others (mode 604), expected mode 600");
  assertEquals(file(1000, 0o600), "/x.conf belongs to uid 1000, expected uid 0");
  assertEquals(distrustSecrecy({ path: "/x.conf", uid: 1000, mode: 0o600 }, 1000), undefined);
});

const writers: [edge: string, steps: Step[], uids: number[], writer: string | undefined][] = [
  ["root alone", steps("/ 0 755", "/bin 0 755", "/bin/a 0 755"), [], undefined],
  ["the user it runs as", steps("/ 0 755", "/home/a 1000 755", "/home/a/run 1000 755"), [1000], undefined],
  [
    "another user",
    steps("/ 0 755", "/home/a 1000 755", "/home/a/run 0 755"),
    [],
    "/home/a belongs to uid 1000",
  ],
  [
    "everybody, by a folder",
    steps("/ 0 755", "/opt 0 777", "/opt/run 0 755"),
    [],
    "everybody may write /opt (mode 777)",
  ],
  ["everybody, and no name can be taken", steps("/ 0 755", "/tmp 0 1777", "/tmp/run 0 755"), [], undefined],
  ["everybody, the file", steps("/ 0 755", "/run 0 757 file"), [], "everybody may write /run (mode 757)"],
  ["a link of root, its mode says nothing", steps("/ 0 755", "/bin 0 777 link"), [], undefined],
  ["a link of another", steps("/ 0 755", "/bin 33 777 link"), [], "/bin belongs to uid 33"],
];

for (const [edge, way, uids, writer] of writers) {
  Deno.test(`otherWriter() tells of ${edge}`, () => assertEquals(otherWriter(way, uids), writer));
}

Deno.test("otherWriter() takes the group of root for root, and no other group", () => {
  const [step] = steps("/usr 0 775") as [Step];
  assertEquals(otherWriter([{ ...step, gid: 0 }], []), undefined);
  assertEquals(otherWriter([{ ...step, gid: 50 }], []), "group 50 may write /usr (mode 775)");
});
