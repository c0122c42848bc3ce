import type { CommandSpec } from "../cli/command.ts";
import type { Program } from "../cli/run_cli.ts";
import { COMPLETION } from "./completion.ts";
import { HELP } from "./help.ts";
import { PRINT_SCHEDULE } from "./print_schedule.ts";
import { RUN } from "./run.ts";
import { TOPICS } from "./topics.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  RUN,
  PRINT_SCHEDULE,
  COMPLETION,
  HELP,
];

/** Commands and topics: what `runCli` runs. */
export const PROGRAM: Program = { commands: COMMANDS, topics: TOPICS };
