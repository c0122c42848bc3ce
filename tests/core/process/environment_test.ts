import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  type EnvironmentRequest,
  problemOfName,
  taskEnvironment,
} from "../../../src/core/process/environment.ts";

const REQUEST: EnvironmentRequest = {
  identity: { name: "admin", home: "/home/admin", shell: "/bin/bash" },
  run: {
    servicePath: "ns1/svc/web",
    serviceName: "web",
    serviceId: "id1",
    kind: "svc",
    namespace: "ns1",
    rid: "task#0",
    sessionId: "sid1",
    isLeader: true,
    origin: "scheduler",
    plannedAt: 1_700_000_000,
  },
};

function envOf(request: Partial<EnvironmentRequest>) {
  const outcome = taskEnvironment({ ...REQUEST, ...request });
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return outcome.env;
}

Deno.test("taskEnvironment() is built from nothing", () => {
  assertEquals(envOf({ ambient: { MAIL: "x", LD_PRELOAD: "y", PATH: "/evil" } }), {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/home/admin",
    USER: "admin",
    LOGNAME: "admin",
    SHELL: "/bin/bash",
    LANG: "C.UTF-8",
    OPENSVC_SVCPATH: "ns1/svc/web",
    OPENSVC_SVCNAME: "web",
    OPENSVC_SVC_ID: "id1",
    OPENSVC_KIND: "svc",
    OPENSVC_NAMESPACE: "ns1",
    OPENSVC_ACTION: "run",
    OPENSVC_RID: "task#0",
    OPENSVC_LEADER: "1",
    OPENSVC_SESSION_ID: "sid1",
    OPENSVC_ACTION_ORIGIN: "scheduler",
    OPENSVC_PLANNED_AT: "1700000000",
    OSVC_SESSION_UUID: "sid1",
    OSVC_ACTION_ORIGIN: "daemon",
    OSVC_SCHED_TIME: "1700000000",
  });
});

Deno.test("taskEnvironment() leaves out what a run by hand of a plain service has not", () => {
  const run = {
    ...REQUEST.run,
    namespace: "root",
    serviceId: undefined,
    plannedAt: undefined,
    origin: "user",
  };
  const env = envOf({ run });
  assertEquals(env["OSVC_ACTION_ORIGIN"], "user");
  for (
    const name of [
      "OPENSVC_NAMESPACE",
      "OPENSVC_SVC_ID",
      "OPENSVC_PLANNED_AT",
      "OSVC_SCHED_TIME",
      "TZ",
      "TERM",
    ]
  ) {
    assertEquals(name in env, false, name);
  }
});

Deno.test("taskEnvironment() lets a later source win, the command line last", () => {
  const env = envOf({
    ambient: { PROXY: "ambient", A: "ambient", SECRET: "no" },
    inherit: ["PROXY", "A", "ABSENT"],
    sources: [{ A: "keyword", B: "keyword", PATH: "/opt/bin" }, { B: "flag" }],
  });
  assertEquals([env["PROXY"], env["A"], env["B"], env["PATH"]], ["ambient", "keyword", "flag", "/opt/bin"]);
  assertEquals("SECRET" in env || "ABSENT" in env, false);
});

Deno.test("taskEnvironment() takes path, language, zone and terminal", () => {
  const env = envOf({ path: "/p", language: "fr_FR.UTF-8", timezone: "Europe/Paris", terminal: "xterm" });
  assertEquals([env["PATH"], env["LANG"], env["TZ"], env["TERM"]], [
    "/p",
    "fr_FR.UTF-8",
    "Europe/Paris",
    "xterm",
  ]);
});

for (
  const name of ["LD_PRELOAD", "LD_X", "X_PRELOAD", "BASH_ENV", "ENV", "IFS", "DENO_DIR", "NODE_OPTIONS"]
) {
  Deno.test(`taskEnvironment() never hands on ${name}, whoever asks`, () => {
    const asked = { [name]: "x" };
    for (
      const request of [{ ambient: asked, inherit: [name] }, { sources: [asked] }, { sources: [{}, asked] }]
    ) {
      const outcome = taskEnvironment({ ...REQUEST, ...request });
      assertStringIncludes(outcome.kind === "refused" ? outcome.reason : "", `Cannot set variable "${name}"`);
    }
  });
}

for (
  const name of [
    "",
    "1A",
    "A-B",
    "A B",
    "A=B",
    "é",
    "UID",
    "SHLVL",
    "_",
    "AGENT_X_A",
    "agent_x_word",
    "OPENSVC_RID",
  ]
) {
  Deno.test(`problemOfName() refuses "${name}"`, () => {
    assertStringIncludes(problemOfName(name) ?? "", `Cannot set variable "${name}": `);
  });
}

for (const name of ["A", "_a1", "PATH", "HOME", "ENVIRONMENT", "ALD_", "PWD", "name", "word"]) {
  Deno.test(`problemOfName() has nothing against "${name}"`, () =>
    assertEquals(problemOfName(name), undefined));
}

Deno.test("taskEnvironment() refuses a NUL in a value", () => {
  const outcome = taskEnvironment({ ...REQUEST, sources: [{ A: "x\0y" }] });
  assertEquals(outcome, {
    kind: "refused",
    reason: 'Cannot set variable "A": its value holds a NUL character, expected none',
  });
});
