import { assertEquals, assertThrows } from "@std/assert";
import { parseState, statusOfState } from "../../../src/core/container/state.ts";
import { defaultContainerName, problemOfContainerName } from "../../../src/core/container/name.ts";
import { problemOfContainerVariables } from "../../../src/core/container/variables.ts";

const answers: { stdout?: string; stderr?: string; code?: number; state: string; exitCode?: number }[] = [
  { stdout: "running 0 db:1\n", state: "running" },
  { stdout: "exited 3 db:1\n", state: "exited", exitCode: 3 },
  { stdout: "created 0 db:1\n", state: "created" },
  { code: 1, stderr: "Error response from daemon: No such container: x\n", state: "absent" },
  { code: 1, stdout: "\n", stderr: "Error: No such object: x\n", state: "absent" },
  { code: 125, stderr: 'Error: inspecting object: no such container "x"\n', state: "absent" },
  {
    code: 125,
    stderr: 'Error: no container with name or ID "x" found: no such container\n',
    state: "absent",
  },
];
for (const { stdout = "", stderr = "", code = 0, state, exitCode } of answers) {
  Deno.test(`parseState() reads ${state} from ${JSON.stringify(stdout + stderr)}`, () => {
    const found = parseState({ code, stdout, stderr });
    assertEquals([found.state, found.exitCode], [state, exitCode ?? null]);
    if (state !== "absent") assertEquals(found.image, "db:1");
  });
}

Deno.test("parseState() throws what the engine says when it does not know", () => {
  const down =
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
  assertThrows(() => parseState({ code: 1, stdout: "", stderr: `${down}\n` }), Error, down);
  const error = "Error response from daemon: layer is broken\nSee 'docker run --help'.\n";
  assertThrows(() => parseState({ code: 1, stdout: "", stderr: error }), Error, "layer is broken");
  assertThrows(() => parseState({ code: 2, stdout: "", stderr: "" }), Error, "exit code 2");
  assertThrows(() => parseState({ code: 0, stdout: "what", stderr: "" }), Error, "expected a state");
});

Deno.test("statusOfState() takes only a running container for up", () => {
  const of = (state: string, exitCode: number | null = null) => statusOfState({ state, exitCode });
  assertEquals(of("running"), { status: "up" });
  assertEquals([of("absent"), of("created"), of("configured")].map(({ status }) => status), [
    "down",
    "down",
    "down",
  ]);
  assertEquals(of("exited", 0), { status: "down" });
  assertEquals(of("exited", 137), { status: "down", message: "it ended with code 137" });
  assertEquals(of("paused"), { status: "warn", message: "the container is paused" });
});

Deno.test("names of containers are those of OpenSVC, and those that engines take", () => {
  const path = { namespace: "ns1", kind: "svc", name: "shop" } as const;
  assertEquals(defaultContainerName(path, "task#db"), "ns1..shop.task.db");
  assertEquals(problemOfContainerName("ns1..shop.task.db-1_x"), undefined);
  for (const bad of ["", "-x", ".x", "a b", "a/b", "a#b"]) {
    assertEquals(problemOfContainerName(bad)?.startsWith(`Cannot name a container "${bad}"`), true, bad);
  }
});

Deno.test("what the program of an engine reads itself cannot be given to a container through it", () => {
  assertEquals(
    problemOfContainerVariables(["OPENSVC_RID", "OSVC_SESSION_UUID", "LANG", "MYSQL_PWD"]),
    undefined,
  );
  for (const name of ["PATH", "HOME", "DOCKER_HOST", "CONTAINERS_CONF", "http_proxy", "XDG_RUNTIME_DIR"]) {
    assertEquals(problemOfContainerVariables(["LANG", name])?.includes(`--env ${name}=value`), true, name);
  }
  assertEquals(problemOfContainerVariables(["LD_PRELOAD"])?.startsWith("Cannot set variable"), true);
});
