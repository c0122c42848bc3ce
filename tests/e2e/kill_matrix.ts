/**
 * Every way to change the user, every way to get away from one's parent, every way to be ended: nobody survives. With
 * control groups as the host has them, and without. Needs root, because it makes users.
 */
import { assertEquals } from "@std/assert";
import { CAN_MAKE_USERS, makeTestUser, type TestUser } from "../adapters/test_user.ts";
import {
  AGENT,
  type Box,
  e2eTest,
  exec,
  exists,
  findProcesses,
  hasProgram,
  IS_ROOT,
  needs,
  until,
} from "./box.ts";

/** What a command leaves behind when only its own process is ended. */
const PAYLOADS: Readonly<Record<string, string>> = {
  plain: "sleep 300 & sleep 300",
  double_fork: "(sleep 300 & sleep 300 &); sleep 300",
  own_session: "setsid sleep 300 & sh -c 'setsid sh -c \"sleep 300; :\"' & sleep 300",
  nohup: "nohup sleep 300 >/dev/null 2>&1 & sleep 300",
  pipe_holder: "sleep 300 | cat & (sleep 300 &); sleep 300",
  ignores_term: "trap '' TERM; sh -c 'sleep 300; sleep 300' & while :; do sleep 300; done",
};
/** Only a control group finds who left everything behind. */
const ESCAPEE = "env -i setsid -f sleep 300; sleep 300";

/** How the user is changed: by the agent's wrapper, or by the command itself. */
const WAYS: readonly {
  name: string;
  program: string;
  impersonate?: string;
  command(line: string, user: string): string;
}[] = [
  ...["setpriv", "runuser", "su", "sudo"].map((name) => ({
    name,
    program: name,
    impersonate: name,
    command: (line: string) => line,
  })),
  {
    name: "runuser -c",
    program: "runuser",
    command: (line, user) => `runuser -s /bin/sh ${user} -c '${line}'`,
  },
  {
    name: "sudo with a pty",
    program: "script",
    command: (line, user) => `script -qefc 'sudo -n -u ${user} ${line}' /dev/null`,
  },
];

function processesOf(user: TestUser) {
  return findProcesses((file) => new RegExp(`^Uid:\\s+${user.uid}\\s`, "m").test(file("status")));
}

interface Cell {
  readonly box: Box;
  readonly user: TestUser;
  readonly names: readonly string[];
}

/** One task for each payload; they run as soon as a daemon is there. */
async function prepare(
  box: Box,
  user: TestUser,
  way: typeof WAYS[number],
  hasGroups: boolean,
): Promise<Cell> {
  await Deno.chmod(box.path, 0o755);
  box.config(
    "node",
    `[node]\nmax_parallel = 50\n${way.impersonate ? `impersonate = ${way.impersonate}\n` : ""}`,
  );
  const payloads = { ...PAYLOADS, ...(hasGroups ? { escapee: ESCAPEE } : {}) };
  for (const [name, text] of Object.entries(payloads)) {
    await Deno.writeTextFile(`${box.path}/${name}`, `touch ${user.home}/${name}\n${text}\n`);
    await Deno.chmod(`${box.path}/${name}`, 0o644);
  }
  return { box, user, names: Object.keys(payloads) };
}

function configure({ box, user, names }: Cell, way: typeof WAYS[number], more: string): void {
  const tasks = names.map((name) => {
    const command = way.command(`/bin/sh ${box.path}/${name}`, user.name);
    const who = way.impersonate ? `user = ${user.name}\n` : "";
    return `[task#${name}]\ncommand = ${command}\n${who}schedule = @1h\nkill_grace = 1s\n${more}`;
  });
  box.config("svc", tasks.join(""));
}

async function runAll({ box, user, names }: Cell, daemon: readonly string[]): Promise<void> {
  const { code, stderr } = await exec(daemon, { env: box.env });
  assertEquals([code, stderr], [0, ""]);
  await until("all are there", () => names.every((name) => exists(`${user.home}/${name}`)), 30_000);
  await until("all have their children", () => processesOf(user).length > 2 * names.length, 10_000);
}

async function forget({ box, user, names }: Cell): Promise<void> {
  for (const name of names) await Deno.remove(`${user.home}/${name}`);
  await Deno.remove(`${box.root}/var`, { recursive: true });
}

function codesOf({ box, names }: Cell): unknown[] {
  return names.map((name) => box.history("svc", `task#${name}`).map(({ exitcode }) => exitcode));
}

async function matrix(
  box: Box,
  user: TestUser,
  way: typeof WAYS[number],
  prefix: readonly string[],
): Promise<void> {
  const cell = await prepare(box, user, way, prefix.length === 0 && HAS_GROUPS);
  const daemon = [...prefix, AGENT, "daemon", "start"];
  const recorded = () => codesOf(cell).every((codes) => (codes as unknown[]).length === 1);

  configure(cell, way, "timeout = 3s\n");
  await runAll(cell, daemon);
  await until("the timeouts are on record", recorded, 30_000);
  assertEquals([processesOf(user), codesOf(cell)], [[], cell.names.map(() => [124])], "timeout");
  assertEquals((await box.agent(["daemon", "stop", "--runs", "end"])).code, 0);
  await forget(cell);

  configure(cell, way, "retry = 3\n");
  await runAll(cell, daemon);
  const killed = await exec([...prefix, AGENT, "svc", "kill"], { env: box.env });
  assertEquals([killed.code, processesOf(user)], [0, []], `kill: ${killed.stderr}`);
  await until("the ends are on record", recorded, 30_000);
  const reasons = cell.names.map((name) => box.history("svc", `task#${name}`)[0]?.reason);
  assertEquals(reasons, cell.names.map(() => "killed by agent kill (uid 0)"));
  await forget(cell);
  assertEquals((await box.agent(["daemon", "stop", "--runs", "end"])).code, 0);

  await runAll(cell, daemon);
  assertEquals((await box.agent(["daemon", "stop", "--runs", "end"])).code, 0);
  assertEquals([processesOf(user), codesOf(cell)], [[], cell.names.map(() => [143])], "stop");
  await forget(cell);

  box.config("svc", `[DEFAULT]\n[subset#task]\nparallel = true\n${box.read(`${box.root}/etc/svc.conf`)}`);
  const child = box.start(["svc", "run"]);
  await until(
    "all are there by hand",
    () => cell.names.every((name) => exists(`${user.home}/${name}`)),
    30_000,
  );
  await until("all have their children", () => processesOf(user).length > 2 * cell.names.length, 10_000);
  child.kill("SIGTERM");
  assertEquals([(await child.status).code, processesOf(user)], [143, []], "by hand");
}

/** Takes the control groups away from whoever runs behind it. */
const WITHOUT_GROUPS = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /sys/fs/cgroup && exec "$@"', "sh"];
const HAS_GROUPS = IS_ROOT && canMakeGroups();

function canMakeGroups(): boolean {
  try {
    const mounts = Deno.readTextFileSync("/proc/self/mountinfo").split("\n");
    const mount = mounts.find((line) => line.includes(" - cgroup2 "))?.split(" ")[4];
    const own = /^0::(.*)$/m.exec(Deno.readTextFileSync("/proc/self/cgroup"))?.[1];
    const probe = `${mount}${own}/agent-test-${Deno.pid}`;
    Deno.mkdirSync(probe);
    Deno.removeSync(probe);
    return true;
  } catch {
    return false;
  }
}

/** The names of the ways, for those who want some of them only. */
export const WAY_NAMES = WAYS.map(({ name }) => name);

/** One test for a way to change the user: every payload, every way to be ended. */
export function killMatrixTest(name: string, { withGroups }: { readonly withGroups: boolean }): void {
  const way = WAYS.find((candidate) => candidate.name === name);
  if (way === undefined) throw new RangeError(`There is no way "${name}"`);
  const missing = CAN_MAKE_USERS
    ? needs({ programs: [way.program, "setsid", "sudo"] })
    : IS_ROOT
    ? "needs useradd"
    : "needs root";
  const noGroups = HAS_GROUPS ? undefined : "no control groups here";
  const leftOut = missing ?? (withGroups ? noGroups : hasProgram("unshare") ? undefined : "needs unshare");
  const how = withGroups ? "by control group" : "without control groups";
  e2eTest(`${name}: nobody survives a timeout, a kill, a stop, ${how}`, async (box) => {
    using user = makeTestUser();
    await matrix(box, user, way, withGroups ? [] : WITHOUT_GROUPS);
  }, { leftOut });
}
