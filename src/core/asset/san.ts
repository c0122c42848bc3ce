/**
 * What connects the host to storage elsewhere: fibre channel and iSCSI.
 *
 * @module
 */

/** A host bus adapter. */
export interface HbaFact {
  readonly hba_id: string;
  readonly hba_type: "fc" | "fcoe" | "iscsi";
}

/** A target that an adapter sees. */
export interface TargetFact {
  readonly hba_id: string;
  readonly tgt_id: string;
}

/** A fibre channel port of the host. */
export interface FcHost {
  /** Such as `host3`. */
  readonly name: string;
  /** Such as `0x21000024ff3434e4`. */
  readonly portName: string;
  /** Where its folder really is, such as `/sys/devices/pci0000:00/…/net/eth2/…`. */
  readonly place: string;
}

/** A port that a port of the host sees. */
export interface FcRemotePort {
  /** `rport-3:0-1`, or `target3:0:1`. */
  readonly name: string;
  readonly portName: string;
  readonly state: string;
}

/** Reads the name of the host from `/etc/iscsi/initiatorname.iscsi`; undefined when there is none. */
export function parseInitiator(text: string): string | undefined {
  return /^\s*InitiatorName\s*=\s*(\S+)\s*$/m.exec(text)?.[1];
}

/** The adapters of the host; names of ports are written without their `0x`, as arrays write them. */
export function hbasOf(hosts: readonly FcHost[], initiator: string | undefined): HbaFact[] {
  const ports = hosts.map(({ portName, place }): HbaFact => ({
    hba_id: bare(portName),
    hba_type: /\/(?:net|eth)/.test(place) ? "fcoe" : "fc",
  }));
  return initiator === undefined ? ports : [...ports, { hba_id: initiator, hba_type: "iscsi" }];
}

/** The targets of fibre channel ports that are there, each pair once. */
export function fcTargets(hosts: readonly FcHost[], remotes: readonly FcRemotePort[]): TargetFact[] {
  const byName = new Map(hosts.map((host) => [host.name, bare(host.portName)]));
  return unique(remotes.flatMap(({ name, portName, state }) => {
    const host = byName.get(`host${/^(?:rport-|target)(\d+):/.exec(name)?.[1]}`);
    const target = bare(portName);
    if (host === undefined || /^0*$/.test(target) || /not present/i.test(state)) return [];
    return [{ hba_id: host, tgt_id: target }];
  }));
}

/** The targets of iSCSI sessions. */
export function iscsiTargets(initiator: string | undefined, sessions: readonly string[]): TargetFact[] {
  if (initiator === undefined) return [];
  return unique(
    sessions.filter((name) => name !== "").map((tgt_id) => ({ hba_id: initiator, tgt_id })),
  );
}

function unique(targets: readonly TargetFact[]): TargetFact[] {
  return [...new Map(targets.map((target) => [`${target.hba_id} ${target.tgt_id}`, target])).values()];
}

function bare(portName: string): string {
  return portName.trim().replace(/^0x/, "").toLowerCase();
}
