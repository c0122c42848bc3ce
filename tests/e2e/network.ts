/**
 * A network of its own for a test: namespaces, each as another host would be, with addresses that nobody else has.
 *
 * @module
 */
import { kill, PATH } from "./box.ts";

/** One namespace, kept by a process that does nothing; gone with it. */
export class Network implements AsyncDisposable {
  readonly #keeper: Deno.ChildProcess;

  private constructor(keeper: Deno.ChildProcess) {
    this.#keeper = keeper;
  }

  /** Makes one with these addresses on its loopback interface, such as `192.0.2.1/25`. */
  static async open(...addresses: readonly string[]): Promise<Network> {
    const setUp = ["ip link set lo up", ...addresses.map((address) => `ip addr add ${address} dev lo`)];
    const text = `set -e; ${setUp.join("; ")}; echo ready; exec 1>&-; exec sleep 3600`;
    const keeper = new Deno.Command("unshare", {
      args: ["--net", "sh", "-c", text],
      clearEnv: true,
      env: { PATH },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let said = "";
    for await (const chunk of keeper.stdout.pipeThrough(new TextDecoderStream())) said += chunk;
    if (said.trim() !== "ready") throw new Error(`A network could not be made: ${said}`);
    return new Network(keeper);
  }

  /** The words that run a command there. */
  wrap(argv: readonly string[]): string[] {
    return ["nsenter", `--net=/proc/${this.#keeper.pid}/ns/net`, "--", ...argv];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    kill(this.#keeper.pid);
    await this.#keeper.status;
  }
}

/** What `needs` asks for. */
export const NETWORK_PROGRAMS = ["unshare", "nsenter", "ip"] as const;
