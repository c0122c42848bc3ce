import type { FcHost, FcRemotePort, HbaFact, TargetFact } from "../../core/asset/san.ts";
import { fcTargets, hbasOf, iscsiTargets, parseInitiator } from "../../core/asset/san.ts";
import type { Probe } from "./probe.ts";

const HOSTS = "/sys/class/fc_host";
const SESSIONS = "/sys/class/iscsi_session";

/** The adapters of the host to storage elsewhere. Throws `ProbeError`. */
export function readHbas(probe: Probe): HbaFact[] {
  return hbasOf(readFcHosts(probe), readInitiator(probe));
}

/** What these adapters see. Throws `ProbeError`. */
export function readTargets(probe: Probe): TargetFact[] {
  const remotes = [
    ...remotePorts(probe, "/sys/class/fc_remote_ports", "rport-"),
    ...remotePorts(probe, "/sys/class/fc_transport", "target"),
  ];
  const sessions = probe.names(SESSIONS, "session").map((name) =>
    probe.need(`${SESSIONS}/${name}/targetname`)
  );
  return [
    ...fcTargets(readFcHosts(probe), remotes),
    ...iscsiTargets(readInitiator(probe), sessions),
  ];
}

function readInitiator(probe: Probe): string | undefined {
  return parseInitiator(probe.text("/etc/iscsi/initiatorname.iscsi") ?? "");
}

function readFcHosts(probe: Probe): FcHost[] {
  return probe.names(HOSTS, "host").map((name) => ({
    name,
    portName: probe.need(`${HOSTS}/${name}/port_name`),
    place: probe.place(`${HOSTS}/${name}`) ?? "",
  }));
}

/** A port that has gone meanwhile is no port. */
function remotePorts(probe: Probe, folder: string, start: string): FcRemotePort[] {
  return probe.names(folder, start).flatMap((name) => {
    const portName = probe.text(`${folder}/${name}/port_name`);
    return portName === undefined
      ? []
      : [{ name, portName, state: probe.text(`${folder}/${name}/port_state`) ?? "" }];
  });
}
