import { join } from "@std/path";
import type { Finding } from "../../core/doctor/finding.ts";
import { error, info, ok, warn } from "../../core/doctor/finding.ts";
import { zoneOf } from "../../core/schedule/zone.ts";
import type { Agent } from "../agent.ts";
import type { Patient } from "./patient.ts";
import { askProgram } from "./patient.ts";

const DAY_MS = 86_400_000;
/** A stamp may be ahead of the clock by that much, in milliseconds; the scheduler takes the same. */
const TOLERANCE_MS = 60_000;
const ZONE_FOLDER = "/usr/share/zoneinfo";

/** The clock, whether something keeps it right, the zone and the rules of all zones. */
export function checkClock(patient: Patient): Finding[] {
  const { agent } = patient;
  return [judgeClock(patient), judgeSync(agent), ...judgeUptime(agent), judgeZone(agent), judgeRules(agent)];
}

function judgeClock({ agent, instances }: Patient): Finding {
  const { clock, files, host } = agent.system;
  const now = clock.now();
  const found = new Date(now).toISOString();
  const advice = "set the clock, and keep it set by NTP; then agent daemon restart";
  const built = files.facts(files.realPath(host.self.at(-1)!) ?? "")?.modifiedAt;
  if (built !== undefined && now < built - DAY_MS) {
    const at = new Date(built).toISOString();
    return error("clock", `${found}, before the executable was made (${at})`, advice);
  }
  const folders = new Set(instances.map(({ memoryFolder }) => join(memoryFolder, "scheduler")));
  const newest = Math.max(0, ...[...folders].flatMap((folder) => stampTimes(agent, folder)));
  if (newest > now + TOLERANCE_MS) {
    const at = new Date(newest).toISOString();
    return warn(
      "clock",
      `${found}, before the newest stamp on disk (${at})`,
      `${advice}; such stamps are ignored`,
    );
  }
  return ok("clock", found);
}

function stampTimes({ system: { files } }: Agent, folder: string): number[] {
  return files.list(folder).filter(({ name }) => name.startsWith("last_")).map(({ name }) =>
    files.facts(join(folder, name))?.modifiedAt ?? 0
  );
}

function judgeSync(agent: Agent): Finding {
  const { files } = agent.system;
  const check = "clock synchronised";
  if (files.facts("/run/systemd/timesync/synchronized")) return ok(check, "yes, by systemd-timesyncd");
  const isSystemd = files.facts("/run/systemd/system") !== undefined;
  const told = isSystemd
    ? askProgram(agent, ["timedatectl", "show", "-p", "NTPSynchronized", "--value"])?.stdout.trim()
    : undefined;
  if (told === "yes") return ok(check, "yes");
  if (told === "no") return warn(check, "no", "start an NTP service, such as systemd-timesyncd or chrony");
  return info(check, "not known: the host has no timedatectl that could tell");
}

function judgeUptime({ system: { clock } }: Agent): Finding[] {
  if (clock.uptime() !== undefined) return [];
  return [info("uptime", "hidden: a sleep of the host cannot be told from a clock that was set")];
}

/** What cannot be used as a zone is passed over in silence by everything else. */
function judgeZone({ system: { clock, files, host }, node }: Agent): Finding {
  const check = "time zone";
  try {
    zoneOf(node.timeZone);
  } catch {
    const found = `[node] timezone of node.conf is ${JSON.stringify(node.timeZone)}, which is no zone`;
    return error(check, found, "write an IANA name, such as Europe/Paris");
  }
  if (node.isZoneFixed) return ok(check, `${node.timeZone}, by node.conf`);
  const zone = clock.timeZone();
  const variable = host.environment["TZ"]?.replace(/^:/, "");
  if (variable && variable !== zone && !variable.endsWith(`/${zone}`)) {
    const found = `TZ is ${JSON.stringify(variable)}, which names no zone: ${zone} is used`;
    return warn(check, found, "set TZ to an IANA name, or [node] timezone in node.conf");
  }
  const isCopy = !variable && zone === "UTC" && files.facts("/etc/localtime")?.kind === "file" &&
    files.facts("/etc/timezone") === undefined;
  if (!isCopy) return ok(check, variable ? `${zone}, by TZ` : zone);
  return warn(
    check,
    "/etc/localtime is a copy, and does not tell the name of its zone: UTC is used",
    "make it a link into /usr/share/zoneinfo, or set [node] timezone in node.conf",
  );
}

/** The runtime has rules of its own: those of the system may be newer. */
function judgeRules({ system: { files, host } }: Agent): Finding {
  const check = "zone rules";
  const own = host.version.zones;
  const first = files.read(`${ZONE_FOLDER}/tzdata.zi`)?.split("\n", 1)[0] ?? "";
  const system = /^# version (\d{4}[a-z]+)/.exec(first)?.[1] ?? files.read(`${ZONE_FOLDER}/+VERSION`)?.trim();
  if (!system) return ok(check, `${own}, of the agent; the system tells none`);
  const found = `${own}, of the agent; ${system}, of the system`;
  if (system <= own) return ok(check, found);
  return warn(check, found, "update the agent if a zone of your schedules has changed since");
}
