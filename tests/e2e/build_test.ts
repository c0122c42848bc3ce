// deno-lint-ignore-file no-sync-fn-in-async-fn -- nothing else waits while a test prepares files
/**
 * The built executable as such: where it may be, where it unpacks, whom it trusts, what it ignores.
 *
 * `AGENT_BIN` names the executable (`scripts/test` builds one). Most of this is about the self-extracting kind; the
 * compiled kind needs no folder, and passes what is left.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, dirname } from "@std/path";

const AGENT = Deno.env.get("AGENT_BIN") ?? "";
const NOBODY = 65534;
const isRoot = Deno.uid() === 0;
const isSelfExtracting = AGENT !== "" && startOf(AGENT) === "#!/bin/sh";

interface Run {
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function startOf(path: string): string {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(9);
  file.readSync(bytes);
  return new TextDecoder().decode(bytes);
}

/** Runs a program with nothing in its environment but what is given. */
async function run(
  program: string,
  { args = ["--version"], cwd = "/", env = {} }: Run = {},
): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    clearEnv: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** A temporary folder that others may enter, with a copy of the executable in it, gone after the test. */
class Sandbox implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "agent build " });
  readonly agent = `${this.path}/agent`;
  readonly runtime = `${this.path}/runtime`;
  readonly env = { HOME: this.path, AGENT_RUNTIME_DIR: this.runtime, AGENT_ROOT: `${this.path}/root` };

  constructor() {
    Deno.chmodSync(this.path, 0o755);
    Deno.copyFileSync(AGENT, this.agent);
    Deno.chmodSync(this.agent, 0o755);
  }

  folder(name: string, mode: number): string {
    const path = `${this.path}/${name}`;
    Deno.mkdirSync(path);
    Deno.chmodSync(path, mode);
    return path;
  }

  /** The one folder that was unpacked, and nothing else. */
  unpacked(): string {
    const names = [...Deno.readDirSync(this.runtime)].map(({ name }) => name);
    assertEquals(names.length, 1, `one folder in ${names}`);
    return `${this.runtime}/${names[0]}`;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

function assertWorks({ code, stdout, stderr }: Outcome): void {
  assertEquals(stderr, "");
  assertMatch(stdout, /^agent \d+\.\d+\.\d+ \([0-9a-f]{12}(-dirty)?\)\n/);
  assertEquals(code, 0);
}

/** One line on stderr, exit code 1, nothing on stdout. */
function assertRefused({ code, stdout, stderr }: Outcome, reason: string): void {
  assertStringIncludes(stderr, reason);
  assertMatch(stderr, /^agent: Cannot [^\n]*\n$/);
  assertEquals(stdout, "");
  assertEquals(code, 1);
}

function test(name: string, fn: (box: Sandbox) => Promise<void>, isLeftOut = false): void {
  Deno.test({
    name,
    ignore: AGENT === "" || isLeftOut,
    fn: async () => {
      using box = new Sandbox();
      await fn(box);
    },
  });
}

function unpackingTest(name: string, fn: (box: Sandbox) => Promise<void>, isLeftOut = false): void {
  test(name, fn, !isSelfExtracting || isLeftOut);
}

/** Runs as nobody: through setpriv when the tests run as root, else as whoever runs them. */
function runAsOther(program: string, options: Run): Promise<Outcome> {
  if (!isRoot) return run(program, options);
  const identity = ["--reuid", `${NOBODY}`, "--regid", `${NOBODY}`, "--clear-groups", "--"];
  return run("setpriv", { ...options, args: [...identity, program, ...options.args ?? ["--version"]] });
}

/** Whether this machine lets the tests make a mount or network namespace of their own. */
function canUnshare(kind: "--mount" | "--net"): boolean {
  if (!isRoot) return false;
  try {
    return new Deno.Command("unshare", { args: [kind, "true"], stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "the checksum beside the executable is its own",
  ignore: AGENT === "",
  fn: async () => {
    const outcome = await run("sha256sum", {
      args: ["--check", "--strict", `${basename(AGENT)}.sha256`],
      cwd: dirname(AGENT),
    });
    assertEquals(outcome.stdout, `${basename(AGENT)}: OK\n`);
  },
});

unpackingTest("several first starts at once all work, and leave one whole folder", async (box) => {
  const outcomes = await Promise.all([1, 2, 3].map(() => run(box.agent, { env: box.env })));
  outcomes.forEach(assertWorks);
  const folder = box.unpacked();
  assertEquals((Deno.statSync(folder).mode ?? 0) & 0o777, 0o700);
  assertEquals([...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith(".new-")), []);
});

unpackingTest("a folder that lost a file is unpacked again", async (box) => {
  assertWorks(await run(box.agent, { env: box.env }));
  Deno.removeSync(`${box.unpacked()}/agent.js`);
  assertWorks(await run(box.agent, { env: box.env }));
  assertWorks(await run(box.agent, { env: box.env }));
  box.unpacked();
});

test("any way to call it works: path, relative path, PATH, link, link by PATH, sh", async (box) => {
  Deno.mkdirSync(`${box.path}/bin`);
  Deno.symlinkSync("../agent", `${box.path}/bin/om`);
  const env = { ...box.env, PATH: `/usr/bin:/bin:${box.path}:${box.path}/bin` };
  assertWorks(await run(box.agent, { env }));
  assertWorks(await run("./agent", { env, cwd: box.path }));
  assertWorks(await run("bin/../agent", { env, cwd: box.path }));
  assertWorks(await run("agent", { env }));
  assertWorks(await run("om", { env }));
  assertWorks(await run("./om", { env, cwd: `${box.path}/bin` }));
  assertWorks(await run("env", { env, args: ["om", "--version"] }));
  if (!isSelfExtracting) return;
  assertWorks(await run("sh", { env, args: ["agent", "--version"], cwd: box.path }));
  assertWorks(await run("sh", { env, args: ["bin/om", "--version"], cwd: box.path }));
});

test("a link named like a service chooses that service, wherever it points from", async (box) => {
  Deno.mkdirSync(`${box.path}/my links`);
  Deno.symlinkSync("../agent", `${box.path}/my links/testmd`);
  const { code, stderr } = await run(`${box.path}/my links/testmd`, { env: box.env, args: ["run"] });
  assertStringIncludes(stderr, '"testmd"');
  assertEquals(code, 4);
});

test("what surrounds it does not matter: project files, an .npmrc, variables of Deno and Node", async (box) => {
  const broken = ["deno.json", "deno.lock", "package.json", ".npmrc", "tsconfig.json", "import_map.json"];
  for (const name of broken) Deno.writeTextFileSync(`${box.path}/${name}`, "{ broken @x:registry=nowhere\n");
  Deno.writeTextFileSync(`${box.path}/.npmrc`, "@x:registry=not a url\n");
  Deno.mkdirSync(`${box.path}/node_modules/croner`, { recursive: true });
  Deno.writeTextFileSync(`${box.path}/node_modules/croner/package.json`, "broken");
  const env = {
    ...box.env,
    DENO_DIR: "/proc/none",
    DENO_V8_FLAGS: "--no-such-flag",
    DENO_LOG: "debug",
    DENO_COVERAGE_DIR: `${box.path}/coverage`,
    DENO_CERT: "/nowhere",
    DENO_TLS_CA_STORE: "nowhere",
    DENO_AUTH_TOKENS: "x@nowhere",
    DENO_COMPAT: "1",
    NODE_OPTIONS: "--no-such-flag",
    NODE_EXTRA_CA_CERTS: "/nowhere",
    NODE_CHANNEL_FD: "77",
    NPM_CONFIG_REGISTRY: "not a url",
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: "not a url",
    PIECES: "a DENO_DIR=/proc/none DENO_[x]=1 * 'b\nDENO_LOG=debug",
  };
  assertWorks(await run(box.agent, { env, cwd: box.path }));
  assertWorks(await run(box.agent, { env, cwd: box.path }));
  assertEquals([...Deno.readDirSync(box.path)].map(({ name }) => name).includes("coverage"), false);
});

test("it works without HOME and without any variable but the folder's", async (box) => {
  const env = { AGENT_RUNTIME_DIR: box.runtime };
  assertWorks(await run(box.agent, { env }));
});

test("an ordinary user with a read-only home uses AGENT_RUNTIME_DIR", async (box) => {
  const home = box.folder("home", 0o555);
  const runtime = box.folder("writable", 0o755);
  if (isRoot) Deno.chownSync(runtime, NOBODY, NOBODY);
  const env = { HOME: home };
  if (isSelfExtracting) {
    const outcome = await runAsOther(box.agent, { env });
    assertRefused(outcome, "expected a writable one in AGENT_RUNTIME_DIR");
  }
  assertWorks(await runAsOther(box.agent, { env: { ...env, AGENT_RUNTIME_DIR: runtime } }));
  assertWorks(await runAsOther(box.agent, { env: { ...env, AGENT_RUNTIME_DIR: runtime } }));
});

unpackingTest("an ordinary user unpacks under XDG_CACHE_HOME, else under ~/.cache", async (box) => {
  const home = box.folder("home", 0o755);
  if (isRoot) Deno.chownSync(home, NOBODY, NOBODY);
  assertWorks(await runAsOther(box.agent, { env: { HOME: home } }));
  assertEquals((Deno.statSync(`${home}/.cache/agent`).mode ?? 0) & 0o777, 0o700);
  assertWorks(
    await runAsOther(box.agent, { env: { HOME: "/nonexistent", XDG_CACHE_HOME: `${home}/.cache` } }),
  );
});

unpackingTest("an ordinary user may start what root unpacked and opened to all", async (box) => {
  assertWorks(await run(box.agent, { env: box.env }));
  const { code } = await run("chmod", { args: ["-R", "go+rX", box.runtime] });
  assertEquals(code, 0);
  assertWorks(await runAsOther(box.agent, { env: box.env }));
}, !isRoot);

unpackingTest("a runtime folder that belongs to somebody else is refused", async (box) => {
  assertWorks(await run(box.agent, { env: box.env }));
  Deno.chownSync(box.unpacked(), NOBODY, NOBODY);
  assertRefused(await run(box.agent, { env: box.env }), `belongs to user ${NOBODY}`);
}, !isRoot);

unpackingTest("a runtime of somebody else in a folder of ours is refused", async (box) => {
  assertWorks(await run(box.agent, { env: box.env }));
  Deno.removeSync(`${box.unpacked()}/at`);
  Deno.chownSync(`${box.unpacked()}/deno`, NOBODY, NOBODY);
  assertRefused(await run(box.agent, { env: box.env }), `belongs to user ${NOBODY}`);
}, !isRoot);

unpackingTest("a folder on the way that all can write is refused, a sticky one is fine", async (box) => {
  const open = box.folder("open", 0o777);
  const env = { ...box.env, AGENT_RUNTIME_DIR: `${open}/runtime` };
  assertRefused(await run(box.agent, { env }), "can be written by everybody");
  assertEquals([...Deno.readDirSync(`${open}/runtime`)], []);
  Deno.chmodSync(open, 0o1777);
  assertWorks(await run(box.agent, { env }));
});

unpackingTest("a folder that was moved is looked at again", async (box) => {
  assertWorks(await run(box.agent, { env: box.env }));
  const open = box.folder("open", 0o777);
  Deno.renameSync(box.runtime, `${open}/runtime`);
  const env = { ...box.env, AGENT_RUNTIME_DIR: `${open}/runtime` };
  assertRefused(await run(box.agent, { env }), "can be written by everybody");
  Deno.chmodSync(open, 0o755);
  assertWorks(await run(box.agent, { env }));
});

unpackingTest("a cut executable is reported as damaged, and leaves nothing behind", async (box) => {
  Deno.truncateSync(box.agent, 20_000_000);
  assertRefused(await run(box.agent, { env: box.env }), "is damaged");
  assertEquals([...Deno.readDirSync(box.runtime)], []);
});

unpackingTest("a file system without room is reported, and nothing is left behind", async (box) => {
  const runtime = box.folder("small", 0o755);
  const script =
    'mount -t tmpfs -o size=30m,mode=755 none "$1" && "$0" --version; code=$?; ls -A "$1"; exit "$code"';
  const env = { ...box.env, AGENT_RUNTIME_DIR: runtime };
  const outcome = await run("unshare", { args: ["--mount", "sh", "-c", script, box.agent, runtime], env });
  assertRefused(outcome, "there is no room");
}, !canUnshare("--mount"));

unpackingTest("a file system that executes nothing is reported", async (box) => {
  const runtime = box.folder("noexec", 0o755);
  const script =
    'mount -t tmpfs -o noexec,mode=755 none "$1" && "$0" --version; code=$?; ls -A "$1"; exit "$code"';
  const env = { ...box.env, AGENT_RUNTIME_DIR: runtime };
  const outcome = await run("unshare", { args: ["--mount", "sh", "-c", script, box.agent, runtime], env });
  assertRefused(outcome, "programs are not executed there");
}, !canUnshare("--mount"));

test("it works without any network", async (box) => {
  assertWorks(await run("unshare", { args: ["--net", box.agent, "--version"], env: box.env }));
}, !canUnshare("--net"));

unpackingTest("BusyBox is enough", async (box) => {
  const tools = box.folder("tools", 0o755);
  const busybox = (await run("sh", { args: ["-c", "command -v busybox"] })).stdout.trim();
  for (
    const tool of [
      "sh",
      "gzip",
      "id",
      "ls",
      "mkdir",
      "mktemp",
      "mv",
      "readlink",
      "rm",
      "sync",
      "tail",
      "tar",
      "find",
    ]
  ) {
    Deno.symlinkSync(busybox, `${tools}/${tool}`);
  }
  Deno.symlinkSync(box.agent, `${tools}/om`);
  const env = { ...box.env, PATH: tools };
  const outcome = await run(`${tools}/sh`, { args: [`${tools}/om`, "--version"], env });
  assertWorks(outcome);
  assertWorks(await run(`${tools}/sh`, { args: [`${tools}/om`, "--version"], env }));
}, await hasNoBusyBox());

test("the process that was started is the agent itself", async (box) => {
  assertWorks(await run(box.agent, { env: box.env }));
  assert((await run("sh", { args: ["-c", 'exec "$0" --version', box.agent], env: box.env })).code === 0);
  const child = new Deno.Command("sh", {
    args: ["-c", 'exec "$0" schedule eval', box.agent],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", ...box.env },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const limit = Date.now() + 5000;
  let program = "";
  while (!/(deno|agent)$/.test(program) && Date.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    program = Deno.readLinkSync(`/proc/${child.pid}/exe`);
  }
  await child.stdin.close();
  await child.status;
  assertMatch(program, /(deno|agent)$/);
});

async function hasNoBusyBox(): Promise<boolean> {
  return (await run("sh", { args: ["-c", "command -v busybox"] })).code !== 0;
}
