/** On the executable: any call of a writer fails, or is where the agent is killed: old or new, never torn. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Box } from "../e2e/box.ts";
import { e2eTest, exec } from "../e2e/box.ts";
import type { Place } from "../e2e/strace.ts";
import { cannotTrace, isHit, placesIn, trace } from "../e2e/strace.ts";
import { isDraft, isWhole } from "../fakes/state_check.ts";

const OLD = "[DEFAULT]\nstatus_schedule = @0\n[task#0]\ncommand = true\n";
const NEW = `${OLD}timeout = 5m\n`;

interface Command {
  readonly args: readonly string[];
  /** The texts that the configuration may have afterwards. */
  readonly configs: readonly string[];
}

const COMMANDS: readonly Command[] = [
  { args: ["svc1", "run", "--cron"], configs: [OLD] },
  { args: ["svc1", "set", "--kw", "task#0.timeout=5m"], configs: [OLD, NEW] },
];

interface Fault {
  readonly what: string;
  /** As strace writes it, without `when`. */
  readonly effect: string;
  readonly isTried: (place: Place) => boolean;
  /** Whether the agent has to get over it. */
  readonly isHarmless?: boolean;
}

const FAULTS: readonly Fault[] = [
  { what: "meets a full disk", effect: "error=ENOSPC", isTried: ({ isWriting }) => isWriting },
  { what: "meets a broken disk", effect: "error=EIO", isTried: () => true },
  {
    what: "is interrupted",
    effect: "error=EINTR",
    // No file system lets these two be interrupted.
    isTried: ({ isWriting, call }) => isWriting && call !== "rename" && call !== "mkdir",
    isHarmless: true,
  },
  { what: "is where the agent is killed", effect: "signal=KILL", isTried: ({ isWriting }) => isWriting },
];

/** Every file of the box but the logs, by its path. */
function filesOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) Object.assign(found, filesOf(path));
    else found[path] = Deno.readTextFileSync(path);
  }
  return found;
}

function assertWhole(box: Box, { configs }: Command): void {
  const config = join(box.root, "etc", "svc1.conf");
  for (const [path, text] of Object.entries(filesOf(box.root))) {
    if (isDraft(path)) continue;
    if (path === config) assert(configs.includes(text), `the configuration is torn: ${text}`);
    else assert(isWhole(path, text), `${path} is torn: ${JSON.stringify(text)}`);
  }
}

/** Puts everything back to where it was before. */
async function restore(box: Box): Promise<void> {
  await Deno.remove(box.root, { recursive: true });
  assertEquals((await exec(["cp", "-a", join(box.path, "before"), box.root])).code, 0);
}

async function tryPlace(box: Box, command: Command, fault: Fault, place: Place): Promise<boolean> {
  await restore(box);
  const { effect, isHarmless = false } = fault;
  const { code, stderr, seen } = await trace(box, command.args, `${place.call}:${effect}:when=${place.n}`);
  const at = `${place.call} ${place.n}`;
  const isKill = effect.startsWith("signal");
  const isMet = isKill ? code !== 0 : isHit(seen, box.root);
  if (isMet && !isKill) {
    assertEquals(stderr.split("\n").filter((line) => /^\s+at /.test(line)), [], `${at}: no stack`);
    assert(code === 0 || (code === 1 && !isHarmless), `${at}: code ${code}: ${stderr}`);
    assert(code === 0 || stderr !== "", `${at}: it says why`);
  }
  assertWhole(box, command);
  const next = await box.agent(["svc1", "run", "--cron"]);
  assertEquals(next.code, 0, `${at}: the next run: ${next.stderr}`);
  const left = Object.keys(filesOf(box.root)).filter((path) => /\/run\/\d+/.test(path) && !isDraft(path));
  assertEquals(left, [], `${at}: no slot is taken`);
  assertWhole(box, command);
  return isMet;
}

for (const command of COMMANDS) {
  for (const fault of FAULTS) {
    e2eTest(
      `${command.args.slice(1).join(" ")}: old or new when a call of the writer ${fault.what}`,
      async (box) => {
        box.config("svc1", OLD);
        assertEquals((await box.agent(["svc1", "run", "--cron"])).code, 0);
        await Deno.rename(box.root, join(box.path, "before"));
        await Deno.mkdir(box.root);
        await restore(box);
        const { code, seen } = await trace(box, command.args);
        assertEquals(code, 0);
        const places = placesIn(seen, box.root).filter(fault.isTried);
        assert(places.length >= 4, `the writer makes calls: ${places.length}`);
        let hits = 0;
        for (const place of places) if (await tryPlace(box, command, fault, place)) hits++;
        // Helper threads take their work as it comes: some calls are met by another number.
        assert(hits >= places.length / 2, `the calls are met: ${hits} of ${places.length}`);
      },
      { leftOut: cannotTrace() },
    );
  }
}
