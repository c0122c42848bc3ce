/**
 * A user of its own for a test that runs as root: made before, removed after, with a name that nobody else has.
 *
 * @module
 */

export interface TestUser extends Disposable {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** A supplementary group of the user. */
  readonly extra: { readonly name: string; readonly gid: number };
  /** A group that the user is not in. */
  readonly other: { readonly name: string; readonly gid: number };
}

/** Whether users can be made here. */
export const CAN_MAKE_USERS = Deno.uid() === 0 && tool("sh", "-c", "command -v useradd").code === 0;

/** Makes the user and its groups. */
export function makeTestUser(): TestUser {
  const name = `agt${crypto.randomUUID().slice(0, 8)}`;
  const [extra, other] = [`${name}x`, `${name}o`] as const;
  const home = Deno.makeTempDirSync();
  const steps = [["groupadd", extra], ["groupadd", other]];
  steps.push(["useradd", "-M", "-d", home, "-s", "/bin/sh", "-U", "-G", extra, name]);
  for (const step of steps) succeed(step);
  const uid = Number(tool("id", "-u", name).text);
  Deno.chownSync(home, uid, null);
  return {
    name,
    uid,
    home,
    gid: gidOf(name),
    extra: { name: extra, gid: gidOf(extra) },
    other: { name: other, gid: gidOf(other) },
    [Symbol.dispose]() {
      for (const step of [["userdel", name], ["groupdel", extra], ["groupdel", other]]) succeed(step);
      Deno.removeSync(home, { recursive: true });
    },
  };
}

function gidOf(group: string): number {
  return Number(tool("sh", "-c", `getent group ${group} | cut -d: -f3`).text);
}

/** Other tests change the same files at the same time, and a process of the user may take a moment to be gone. */
function succeed(argv: readonly string[]): void {
  for (let left = 50;; left--) {
    const { code, text } = tool(...argv);
    if (code === 0) return;
    if (left === 0) throw new Error(`Cannot prepare the test: ${argv.join(" ")} gave ${code} ${text}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

function tool(...[command = "", ...args]: string[]) {
  const { code, stdout, stderr } = new Deno.Command(command, { args, stdin: "null" }).outputSync();
  return { code, text: new TextDecoder().decode(new Uint8Array([...stdout, ...stderr])).trim() };
}
