/**
 * A server for ssh that is there for one test: its own keys, its own port, nothing of the operator's `~/.ssh`.
 *
 * @module
 */
import { join } from "@std/path";
import { exec, kill, PATH, until } from "./box.ts";

/** A running server, and the configuration by which clients reach it under the names of nodes. */
export interface SshServer extends AsyncDisposable {
  /** For `ssh -F`: `n1` is 127.0.0.1, `n2` is 127.0.0.2; at `n3`, 127.0.0.3, nobody listens. */
  readonly clientConfig: string;
}

const NODES = ["n1", "n2", "n3"];
const LISTENING = 2;

/** Starts it for the user who runs the tests, on loopback addresses, one for each node. */
export async function startSshServer(folder: string): Promise<SshServer> {
  const [hostKey, userKey] = [join(folder, "host_key"), join(folder, "user_key")];
  for (const file of [hostKey, userKey]) {
    await checked(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file]);
  }
  const authorized = join(folder, "authorized_keys");
  await Deno.copyFile(`${userKey}.pub`, authorized);
  const port = freePort();
  const serverConfig = join(folder, "sshd_config");
  await Deno.writeTextFile(serverConfig, serverText({ hostKey, authorized, port }));
  const clientConfig = join(folder, "ssh_config");
  await Deno.writeTextFile(clientConfig, clientText({ userKey, folder, port }));
  if (Deno.uid() === 0) await Deno.mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const server = new Deno.Command("/usr/sbin/sshd", {
    args: ["-D", "-e", "-f", serverConfig],
    clearEnv: true,
    env: { PATH },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("the ssh server answers", () => canConnect(port));
  return {
    clientConfig,
    async [Symbol.asyncDispose]() {
      kill(server.pid);
      await server.status;
    },
  };
}

async function checked(argv: readonly string[]): Promise<void> {
  const { code, stderr } = await exec(argv);
  if (code !== 0) throw new Error(`${argv[0]}: ${stderr}`);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function canConnect(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.2", port })).close();
    return true;
  } catch {
    return false;
  }
}

function serverText(
  { hostKey, authorized, port }: {
    readonly hostKey: string;
    readonly authorized: string;
    readonly port: number;
  },
): string {
  const lines = [
    ...NODES.slice(0, LISTENING).map((_, i) => `ListenAddress 127.0.0.${i + 1}:${port}`),
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorized}`,
    "AuthenticationMethods publickey",
    "PermitRootLogin prohibit-password",
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
  ];
  return `${lines.join("\n")}\n`;
}

function clientText(
  { userKey, folder, port }: { readonly userKey: string; readonly folder: string; readonly port: number },
): string {
  const hosts = NODES.map((name, i) => `Host ${name}\n  HostName 127.0.0.${i + 1}\n`);
  const all = [
    "Host *",
    `  Port ${port}`,
    `  IdentityFile ${userKey}`,
    "  IdentitiesOnly yes",
    "  IdentityAgent none",
    `  UserKnownHostsFile ${join(folder, "known_hosts")}`,
    "  GlobalKnownHostsFile none",
  ];
  return `${hosts.join("")}${all.join("\n")}\n`;
}
