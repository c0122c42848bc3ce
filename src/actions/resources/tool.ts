import { LineSplitter } from "../../core/process/lines.ts";
import type { ToolOutcome } from "../../drivers/driver.ts";
import type { Stream, System } from "../../ports.ts";
import { endTree } from "../run/supervision/end_tree.ts";

/** What programs of the host get to run with: nothing that an operator's shell has set. */
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};
const DEFAULT_TIMEOUT_MS = 60_000;
const GRACE_MS = 2_000;
/** As coreutils has it. */
const TIMEOUT_CODE = 124;
const NOT_FOUND_CODE = 127;

export interface ToolOptions {
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** Runs a program of the host to its end, or ends its tree when it takes too long or is not wanted any more. */
export async function runTool(
  { processes, clock, host }: Pick<System, "processes" | "clock" | "host">,
  argv: readonly [string, ...string[]],
  stopping: AbortSignal,
  { timeoutMs = DEFAULT_TIMEOUT_MS, env = {}, onLine }: ToolOptions = {},
): Promise<ToolOutcome> {
  const output = new ToolOutput(onLine);
  const mark = `OPENSVC_RUN_ID=${host.uuid()}`;
  const environment = { ...ENVIRONMENT, ...env, OPENSVC_RUN_ID: mark.slice(mark.indexOf("=") + 1) };
  let running;
  try {
    running = processes.start({
      argv,
      cwd: "/",
      env: environment,
      stdin: "null",
      onOutput: (stream, chunk) => output.add(stream, chunk),
    });
  } catch (error) {
    const stderr = error instanceof Error ? error.message : String(error);
    return { code: NOT_FOUND_CODE, stdout: "", stderr };
  }
  const over = new AbortController();
  const late = clock.sleep(timeoutMs, AbortSignal.any([over.signal, stopping])).then(() => "late" as const);
  const first = await Promise.race([running.ended, late]);
  over.abort();
  if (first === "late") {
    await endTree({ processes, clock }, running, { graceMs: GRACE_MS, marks: [mark], signal: stopping });
    const why = stopping.aborted ? "interrupted" : `no answer within ${timeoutMs / 1000} s`;
    return { ...output.finish(), code: TIMEOUT_CODE, stderr: `${argv[0]}: ${why}` };
  }
  const code = first.kind === "exited" ? first.code : 128 + first.number;
  return { ...output.finish(), code };
}

/** Collects what a program writes, as text and as lines. */
class ToolOutput {
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  readonly #texts = { stdout: "", stderr: "" };
  readonly #onLine: ((line: string) => void) | undefined;

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine;
  }

  add(stream: Stream, chunk: Uint8Array): void {
    this.#texts[stream] += this.#decoders[stream].decode(chunk, { stream: true });
    if (!this.#onLine) return;
    for (const line of this.#splitters[stream].push(chunk)) this.#onLine(line);
  }

  finish(): { readonly stdout: string; readonly stderr: string } {
    if (this.#onLine) {
      for (const splitter of Object.values(this.#splitters)) splitter.finish().forEach(this.#onLine);
    }
    return this.#texts;
  }
}
