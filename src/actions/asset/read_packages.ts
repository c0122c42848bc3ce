import { parseApk } from "../../core/asset/packages/apk.ts";
import { listNames, parseDpkgStatus } from "../../core/asset/packages/dpkg.ts";
import type { FoundPackage, PackageFact } from "../../core/asset/packages/package.ts";
import { packageFact } from "../../core/asset/packages/package.ts";
import { parseRpm, RPM_FORMAT } from "../../core/asset/packages/rpm.ts";
import type { Section } from "../../core/asset/body.ts";
import { DEFAULT_PATH } from "../../core/process/environment.ts";
import type { System } from "../../ports.ts";
import { runTool } from "../resources/tool.ts";
import type { Probe } from "./probe.ts";
import { LARGE, ProbeError, sectionOf } from "./probe.ts";

const DPKG = "/var/lib/dpkg";
const APK = "/lib/apk/db/installed";
const RPM_FOLDERS = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
/** How long rpm may take to list its packages, in milliseconds. */
const RPM_TIMEOUT_MS = 60_000;

/** The packages that are installed, by every manager whose list is on the host; left out when there is none. */
export async function readPackages(
  system: Pick<System, "processes" | "clock" | "host">,
  probe: Probe,
): Promise<Section<readonly PackageFact[]>> {
  const rpm = await readRpm(system, probe);
  return sectionOf(() => {
    if (rpm.problem !== undefined) throw new ProbeError(rpm.problem);
    const lists = [readDpkg(probe), rpm.packages, readApk(probe)].filter((list) => list !== undefined);
    if (lists.length === 0) {
      throw new ProbeError("Cannot tell the packages: there is no list of dpkg, rpm or apk");
    }
    return lists.flat().map(packageFact);
  });
}

function readDpkg(probe: Probe): FoundPackage[] | undefined {
  const status = probe.text(`${DPKG}/status`, LARGE);
  if (status === undefined) return undefined;
  const fallback = probe.changedAt(`${DPKG}/status`) ?? 0;
  return parseDpkgStatus(status).map((found) => {
    const installedAt = listNames(found).map((name) => probe.changedAt(`${DPKG}/info/${name}`))
      .find((at) => at !== undefined) ?? fallback;
    return { ...found, type: "deb", sig: "", installedAt };
  });
}

function readApk(probe: Probe): FoundPackage[] | undefined {
  const text = probe.text(APK, LARGE);
  return text === undefined ? undefined : parseApk(text, probe.changedAt(APK) ?? 0);
}

/** Nothing at all where rpm has no list. */
interface RpmOutcome {
  readonly packages?: FoundPackage[];
  readonly problem?: string;
}

/** The lists of rpm are for rpm alone to read. */
async function readRpm(
  system: Pick<System, "processes" | "clock" | "host">,
  probe: Probe,
): Promise<RpmOutcome> {
  if (!hasRpmList(probe)) return {};
  const program = system.host.findProgram("rpm", DEFAULT_PATH);
  if (program === undefined) {
    return { problem: "Cannot tell the packages: there is a list of rpm, and no rpm to read it" };
  }
  const { code, stdout, stderr } = await runTool(
    system,
    [program, "-qa", "--queryformat", RPM_FORMAT],
    new AbortController().signal,
    { timeoutMs: RPM_TIMEOUT_MS },
  );
  if (code === 0) return { packages: parseRpm(stdout) };
  const why = stderr.trim().split("\n")[0] ?? "";
  return { problem: `Cannot tell the packages: ${why || `rpm ended with ${code}`}` };
}

/** A folder without any file is left over. */
function hasRpmList(probe: Probe): boolean {
  try {
    return RPM_FOLDERS.some((folder) => probe.names(folder).some((name) => /^(?:Packages|rpmdb)/.test(name)));
  } catch (error) {
    if (error instanceof ProbeError) return false;
    throw error;
  }
}
