import { assertEquals, assertThrows } from "@std/assert";
import { parseObjectPath } from "../../src/core/naming/object_path.ts";
import {
  configPath,
  foldersOf,
  type FoldersRequest,
  logPath,
  runtimePath,
  statePath,
} from "../../src/state/folders.ts";

const cases: [edge: string, request: FoldersRequest, folders: string[]][] = [
  ["root's own", { environment: {}, uid: 0 }, [
    "/etc/agent",
    "/var/lib/agent",
    "/var/log/agent",
    "/run/agent",
  ]],
  ["AGENT_ROOT", { environment: { AGENT_ROOT: "/r" }, uid: 0 }, ["/r/etc", "/r/var", "/r/log", "/r/run"]],
  ["--root before AGENT_ROOT", { environment: { AGENT_ROOT: "/r" }, uid: 0, root: "/x" }, [
    "/x/etc",
    "/x/var",
    "/x/log",
    "/x/run",
  ]],
  [
    "one by one, over all others",
    { environment: { AGENT_ETC: "/etc/opensvc", AGENT_ROOT: "/r", AGENT_RUN: "/run/x" }, uid: 0 },
    ["/etc/opensvc", "/r/var", "/r/log", "/run/x"],
  ],
  [
    "a user's, by XDG",
    { environment: { XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s", XDG_RUNTIME_DIR: "/u" }, uid: 1000 },
    ["/c/agent", "/s/agent", "/s/agent/log", "/u/agent"],
  ],
  [
    "a user's, by HOME",
    { environment: { HOME: "/home/a" }, uid: 1000 },
    [
      "/home/a/.config/agent",
      "/home/a/.local/state/agent",
      "/home/a/.local/state/agent/log",
      "/home/a/.local/state/agent/run",
    ],
  ],
  ["a relative one counts as not given", { environment: { AGENT_ROOT: "r" }, uid: 0 }, [
    "/etc/agent",
    "/var/lib/agent",
    "/var/log/agent",
    "/run/agent",
  ]],
];

for (const [edge, request, expected] of cases) {
  Deno.test(`foldersOf() finds ${edge}`, () => {
    const { etc, var: state, log, run } = foldersOf(request);
    assertEquals([etc, state, log, run], expected);
  });
}

Deno.test("foldersOf() refuses a user without a home", () => {
  assertThrows(() => foldersOf({ environment: {}, uid: 1000 }), RangeError, "HOME is not set");
});

Deno.test("paths below the folders are those of the reference", () => {
  const folders = foldersOf({ environment: { AGENT_ROOT: "/r" }, uid: 0 });
  const of = (text: string) =>
    [configPath, statePath, logPath, runtimePath].map((path) => path(folders, parseObjectPath(text)));
  assertEquals(of("testmd"), [
    "/r/etc/testmd.conf",
    "/r/var/svc/testmd",
    "/r/log/testmd.log",
    "/r/run/svc/testmd",
  ]);
  assertEquals(of("ns1/svc/web"), [
    "/r/etc/namespaces/ns1/svc/web.conf",
    "/r/var/namespaces/ns1/svc/web",
    "/r/log/namespaces/ns1/svc/web.log",
    "/r/run/namespaces/ns1/svc/web",
  ]);
});
