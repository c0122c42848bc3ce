import type { Agent } from "../actions/agent.ts";
import type { Journal } from "../actions/journal.ts";
import { messageOf } from "../core/error_text.ts";
import { daemonRecordFile, findDaemon, writeDaemonRecord } from "../state/daemon_record.ts";

/** What the daemon says of itself on disk, so that other commands find it. */
export class OwnRecord {
  readonly #agent: Agent;
  readonly #journal: Journal;
  readonly #startedAt: number;

  constructor(agent: Agent, journal: Journal, startedAt: number) {
    this.#agent = agent;
    this.#journal = journal;
    this.#startedAt = startedAt;
  }

  /**
   * Writes the record when it is not there, or cannot be used: somebody may have cleaned up. Without it the daemon does
   * its work, and cannot be asked to stop.
   */
  async keep(): Promise<void> {
    const { system, folders } = this.#agent;
    const { processes, host } = system;
    try {
      if (findDaemon(system, folders)?.pid === processes.self.pid) return;
      const record = {
        pid: processes.self.pid,
        start_time: processes.self.startTime,
        boot_id: host.bootId,
        started_at: new Date(this.#startedAt).toISOString(),
        version: host.version.agent,
      };
      await writeDaemonRecord(system.files, folders, record, (text) => this.#journal.warning(text));
    } catch (error) {
      this.#journal.error(`the daemon cannot be found by other commands: ${messageOf(error)}`);
    }
  }

  /** A record that stays names a process that is gone: nobody believes it. */
  remove(): void {
    try {
      this.#agent.system.files.remove(daemonRecordFile(this.#agent.folders));
    } catch (error) {
      this.#journal.warning(messageOf(error));
    }
  }
}
