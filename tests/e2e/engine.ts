/**
 * Engines of containers for end-to-end tests: a stand-in wherever the test runs, and podman itself where it works.
 *
 * @module
 */
import { join } from "@std/path";
import { AGENT, Box, exec, exists, hasProgram, IS_ROOT, PATH } from "./box.ts";

const STAND_IN = new URL("../fixtures/engine/engine", import.meta.url);

/** Puts the stand-in where the agent finds it; its images are there from the beginning, unless they must be pulled. */
export class StandIn {
  readonly #folder: string;

  constructor(box: Box, engine: "docker" | "podman", { images = ["db:1"], registry = [] as string[] } = {}) {
    this.#folder = join(box.path, "engine");
    Deno.mkdirSync(join(this.#folder, "state"), { recursive: true });
    Deno.copyFileSync(STAND_IN, join(this.#folder, engine));
    Deno.chmodSync(join(this.#folder, engine), 0o755);
    this.write("images", images.map((image) => `${image}\n`).join(""));
    this.write("registry", registry.map((image) => `${image}\n`).join(""));
    box.config("node", `[node]\npath = ${this.#folder}:${PATH}\n`);
  }

  write(name: string, text: string): void {
    Deno.writeTextFileSync(join(this.#folder, "state", name), text);
  }

  read(name: string): string {
    return Deno.readTextFileSync(join(this.#folder, "state", name));
  }

  has(name: string): boolean {
    return exists(join(this.#folder, "state", name));
  }

  remove(name: string): void {
    Deno.removeSync(join(this.#folder, "state", name));
  }

  /** Command lines so far, without the engine and those that only look. */
  get calls(): string[] {
    const lines = this.read("calls").trimEnd().split("\n").map((line) => line.slice(line.indexOf(" ") + 1));
    return lines.filter((line) => !/^(?:container|image) inspect/.test(line));
  }

  isRunning(name: string): boolean {
    const folder = `containers/${name}`;
    if (!this.has(`${folder}/pid`) || this.has(`${folder}/exit`)) return false;
    return exists(`/proc/${this.read(`${folder}/pid`).trim()}`);
  }
}

/** Podman with an image `localhost/busybox:1`, and all that it keeps below one folder. */
export class Podman implements AsyncDisposable {
  readonly #folder: string;
  readonly #program: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#program = join(folder, "podman");
  }

  /** Undefined where podman cannot run a container. */
  static async open(box: Box): Promise<Podman | undefined> {
    const podman = new Podman(join(box.path, "podman"));
    await podman.#install(box);
    const { code } = await podman.call("run", "--rm", "localhost/busybox:1", "true");
    if (code === 0) return podman;
    await podman[Symbol.asyncDispose]();
    return undefined;
  }

  /** The agent finds a script of this name, which says where everything is, and what a container may be given here. */
  async #install(box: Box): Promise<void> {
    Deno.mkdirSync(this.#folder);
    const runtime = hasProgram("runc") ? "runc" : "crun";
    const places = `--root ${this.#folder}/store --runroot ${this.#folder}/run --tmpdir ${this.#folder}/tmp`;
    const engine =
      `--storage-driver vfs --cgroup-manager cgroupfs --events-backend file --runtime ${runtime}`;
    const settings =
      `[containers]\nnetns = "none"\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n`;
    Deno.writeTextFileSync(join(this.#folder, "containers.conf"), settings);
    const script = `#!/bin/sh\nexport CONTAINERS_CONF=${this.#folder}/containers.conf\n` +
      `exec /usr/bin/podman ${places} ${engine} "$@"\n`;
    Deno.writeTextFileSync(this.#program, script, { mode: 0o755 });
    box.config("node", `[node]\npath = ${this.#folder}:${PATH}\n`);
    await exec(["sh", "-ec", MAKE_IMAGE, "sh", this.#folder, this.#program]);
  }

  call(...args: readonly string[]) {
    return exec([this.#program, ...args], { env: { HOME: this.#folder } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.call("rm", "--all", "--force", "--time", "0");
    for (const mount of Deno.readTextFileSync("/proc/self/mounts").split("\n")) {
      const place = mount.split(" ")[1] ?? "";
      if (place.startsWith(this.#folder)) await exec(["umount", "-l", place]);
    }
  }
}

/** A root file system of busybox and its libraries. */
const MAKE_IMAGE = `
root=$1/root
mkdir -p "$root/bin" "$root/tmp" "$root/dev" "$root/proc" "$root/sys" "$root/etc"
cp "$(command -v busybox)" "$root/bin/busybox"
for file in $(ldd "$root/bin/busybox" 2>/dev/null | grep -o '/[^ ]*'); do
  mkdir -p "$root\${file%/*}"
  cp -L "$file" "$root$file"
done
for name in sh sleep cat echo env id true false; do ln -s busybox "$root/bin/$name"; done
tar -C "$root" -cf "$1/image.tar" .
"$2" import "$1/image.tar" localhost/busybox:1
`;

/** For `leftOut`: why podman cannot be used here. In some containers it is there, and can run nothing. */
export async function whyNoPodman(): Promise<string | undefined> {
  const missing = AGENT === "" ? "AGENT_BIN is not set" : needsPodman();
  if (missing !== undefined) return missing;
  const box = new Box();
  try {
    await using podman = await Podman.open(box);
    return podman === undefined ? "podman cannot run a container here" : undefined;
  } finally {
    await box.end();
  }
}

function needsPodman(): string | undefined {
  if (!IS_ROOT) return "needs root";
  const missing = ["podman", "busybox", "tar"].find((name) => !hasProgram(name));
  return missing && `needs ${missing}`;
}
