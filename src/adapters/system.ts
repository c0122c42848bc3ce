/**
 * The real world, as one bundle of ports.
 *
 * @module
 */
import type { System } from "../ports.ts";
import { createCipher } from "./cipher.ts";
import { createClock } from "./clock.ts";
import { createFiles } from "./files.ts";
import { createHost } from "./host.ts";
import { createHttp } from "./http.ts";
import { createNetwork } from "./network.ts";
import { createProcesses } from "./processes.ts";
import { createPrompt } from "./prompt.ts";
import { createServer } from "./server.ts";
import { createSignals } from "./signals.ts";
import { createTerminal } from "./terminal.ts";
import { createUsers } from "./users.ts";

/** Makes the real ports of this process; nothing is read or opened before it is needed. */
export function createSystem(): System {
  const processes = createProcesses();
  const terminal = createTerminal();
  return {
    clock: createClock(),
    files: createFiles(),
    processes,
    users: createUsers(processes),
    prompt: createPrompt(terminal),
    terminal,
    signals: createSignals(),
    server: createServer(),
    http: createHttp(),
    network: createNetwork(),
    host: createHost(),
    cipher: createCipher(),
  };
}
