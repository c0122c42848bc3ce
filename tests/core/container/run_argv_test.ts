import { assertEquals } from "@std/assert";
import type { ContainerRun, ContainerSpec } from "../../../src/core/container/run_argv.ts";
import { inspectArgv, removeArgv, runArgv, stopArgv } from "../../../src/core/container/run_argv.ts";

const PLAIN: ContainerSpec = {
  name: "shop.task.0",
  image: "db:1",
  entrypoint: [],
  command: [],
  runArgs: [],
  isRemoved: false,
  volumes: [],
  devices: [],
  user: undefined,
  cwd: undefined,
  hostname: undefined,
  dnsSearch: [],
  netns: undefined,
  pidns: undefined,
  ipcns: undefined,
  utsns: undefined,
  userns: undefined,
  isPrivileged: false,
  hasInit: undefined,
};
const ONCE: ContainerRun = {
  isDetached: false,
  isInteractive: false,
  hasTerminal: false,
  variables: [],
  labels: {},
  extraArgs: [],
};
const NAMED = ["docker", "run", "--name", "shop.task.0"];

const cases: {
  edge: string;
  spec?: Partial<ContainerSpec>;
  run?: Partial<ContainerRun>;
  words: string[];
}[] = [
  { edge: "nothing but a name and an image", words: [...NAMED, "db:1"] },
  {
    edge: "the command after the image, and further words after it",
    spec: { command: ["dump", "--all x"] },
    run: { extraArgs: ["--quick"] },
    words: [...NAMED, "db:1", "dump", "--all x", "--quick"],
  },
  {
    edge: "an entrypoint of several words, the further ones before the command",
    spec: { entrypoint: ["/bin/sh", "-c"], command: ["a | b"] },
    words: [...NAMED, "--entrypoint", "/bin/sh", "db:1", "-c", "a | b"],
  },
  {
    edge: "variables by name only",
    run: { variables: ["A", "B"] },
    words: [...NAMED, "--env", "A", "--env", "B", "db:1"],
  },
  {
    edge: "the words of run_args last, where they win",
    spec: { runArgs: ["--network", "none"], netns: "host" },
    words: [...NAMED, "--network", "host", "--network", "none", "db:1"],
  },
  {
    edge: "a terminal, input, removal",
    spec: { isRemoved: true },
    run: { isInteractive: true, hasTerminal: true },
    words: [...NAMED, "--rm", "--interactive", "--tty", "db:1"],
  },
  {
    edge: "who, where, and on which host",
    spec: { user: "999:999", cwd: "/dump", hostname: "db", dnsSearch: ["a.example", "b.example"] },
    words: [
      ...[...NAMED, "--user", "999:999", "--workdir", "/dump", "--hostname", "db"],
      ...["--dns-search", "a.example", "--dns-search", "b.example", "db:1"],
    ],
  },
  {
    edge: "namespaces",
    spec: { pidns: "host", ipcns: "host", utsns: "host", userns: "host" },
    words: [...NAMED, "--pid", "host", "--ipc", "host", "--uts", "host", "--userns", "host", "db:1"],
  },
  {
    edge: "volumes, devices, rights",
    spec: { volumes: ["/a:/b:ro", "v:/c"], devices: ["/dev/x"], isPrivileged: true, hasInit: true },
    words: [
      ...[...NAMED, "--privileged", "--init", "--volume", "/a:/b:ro", "--volume", "v:/c"],
      ...["--device", "/dev/x", "db:1"],
    ],
  },
  {
    edge: "labels, and a return as soon as it runs",
    run: { isDetached: true, labels: { a: "b c" } },
    words: [...NAMED, "--detach", "--label", "a=b c", "db:1"],
  },
];

for (const { edge, spec, run, words } of cases) {
  Deno.test(`runArgv() gives ${edge}`, () => {
    assertEquals(runArgv("docker", { ...PLAIN, ...spec }, { ...ONCE, ...run }), words as [string]);
  });
}

Deno.test("the other command lines name the container last", () => {
  assertEquals(stopArgv("podman", "c", 1.5), ["podman", "stop", "-t", "2", "c"]);
  assertEquals(removeArgv("docker", "c", true), ["docker", "rm", "--force", "c"]);
  assertEquals(removeArgv("docker", "c"), ["docker", "rm", "c"]);
  assertEquals(inspectArgv("docker", "c").at(-1), "c");
});
