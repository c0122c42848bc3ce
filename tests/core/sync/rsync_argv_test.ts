import { assertEquals } from "@std/assert";
import type { Transfer } from "../../../src/core/sync/rsync_argv.ts";
import { abilitiesOf, describeRsyncCode, rsyncArguments } from "../../../src/core/sync/rsync_argv.ts";

const ALL = { hasAcls: true, hasXattrs: true };
const LOCAL: Transfer = {
  sources: ["/a/", "/b"],
  destination: "/copy/",
  remote: undefined,
  options: [],
  resetsOptions: false,
  ioTimeout: 3600,
  isDryRun: false,
  showsProgress: false,
};

Deno.test("rsyncArguments() of a copy on this node needs no ssh", () => {
  assertEquals(rsyncArguments(LOCAL, ALL), [
    "-HAXpogDtrlvx",
    "--stats",
    "--delete",
    "--force",
    "--timeout=3600",
    "--",
    "/a/",
    "/b",
    "/copy/",
  ]);
});

Deno.test("rsyncArguments() of a transfer names user and node, and puts the operator's options last", () => {
  const remote = { node: "n2", user: "backup", sshOptions: ["-F", "/etc/my ssh"], program: "sudo -n rsync" };
  const args = rsyncArguments({ ...LOCAL, remote, bandwidth: "5M", options: ["--compress"] }, ALL);
  assertEquals(args.slice(4, 6), ["--timeout=3600", "--bwlimit=5M"]);
  assertEquals(args[6], "-e");
  assertEquals(args[7]!.startsWith("ssh -F '/etc/my ssh' -o BatchMode=yes -o ConnectTimeout=10 "), true);
  assertEquals(args.slice(8), [
    "--rsync-path=sudo -n rsync",
    "--compress",
    "--",
    "/a/",
    "/b",
    "backup@n2:/copy/",
  ]);
});

Deno.test("rsyncArguments() leaves away what the operator resets, and what this rsync cannot do", () => {
  assertEquals(rsyncArguments({ ...LOCAL, resetsOptions: true, options: ["-a"] }, ALL).slice(0, 2), [
    "--timeout=3600",
    "-a",
  ]);
  assertEquals(rsyncArguments(LOCAL, { hasAcls: false, hasXattrs: false })[0], "-HpogDtrlvx");
  assertEquals(rsyncArguments(LOCAL, { ...ALL, hasXattrs: false })[0], "-HApogDtrlvx");
});

Deno.test("rsyncArguments() protects a remote path that a shell would read, and adds what is asked for", () => {
  const remote = { node: "n2", user: "root", sshOptions: [] };
  assertEquals(rsyncArguments({ ...LOCAL, remote }, ALL).includes("--protect-args"), false);
  assertEquals(
    rsyncArguments({ ...LOCAL, remote, destination: "/my $copy" }, ALL).includes("--protect-args"),
    true,
  );
  const shown = rsyncArguments({ ...LOCAL, isDryRun: true, showsProgress: true }, ALL);
  assertEquals(shown.slice(4, 7), ["--dry-run", "--info=progress2", "--no-inc-recursive"]);
});

Deno.test("abilitiesOf() reads what rsync was built with", () => {
  assertEquals(abilitiesOf("    append, ACLs, xattrs, iconv"), ALL);
  assertEquals(abilitiesOf("    append, no ACLs, no xattrs"), { hasAcls: false, hasXattrs: false });
});

Deno.test("describeRsyncCode() says what a code means where that is known", () => {
  assertEquals(describeRsyncCode(255), "rsync exited with 255: ssh could not connect");
  assertEquals(describeRsyncCode(77), "rsync exited with 77");
});
