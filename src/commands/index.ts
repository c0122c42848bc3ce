import type { CommandSpec } from "../cli/command.ts";
import type { Program } from "../cli/run_cli.ts";
import { NODE_COMPLIANCE, SERVICE_COMPLIANCE } from "./compliance/index.ts";
import { COMPLETION } from "./completion.ts";
import { CREATE } from "./config/create.ts";
import { DELETE } from "./config/delete.ts";
import { DISABLE, ENABLE } from "./config/disable.ts";
import { EDIT_CONFIG } from "./config/edit_config.ts";
import { EVAL } from "./config/eval.ts";
import { GET } from "./config/get.ts";
import { KEYWORDS_COMMAND } from "./config/keywords.ts";
import { LS } from "./config/ls.ts";
import { PRINT_CONFIG } from "./config/print_config.ts";
import { SET } from "./config/set.ts";
import { UNSET } from "./config/unset.ts";
import { VALIDATE_CONFIG } from "./config/validate_config.ts";
import { CRONTAB_IMPORT } from "./crontab/import.ts";
import { DAEMON_RELOAD, DAEMON_RESTART, DAEMON_START, DAEMON_STOP } from "./daemon/control.ts";
import { DAEMON_INSTALL, DAEMON_UNINSTALL } from "./daemon/install.ts";
import { DAEMON_RUN } from "./daemon/run.ts";
import { DAEMON_STATUS } from "./daemon/status.ts";
import { DOCTOR } from "./doctor.ts";
import { FREEZE, THAW } from "./freeze.ts";
import { HELP } from "./help.ts";
import { ADD, CHANGE } from "./keys/add.ts";
import { DECODE } from "./keys/decode.ts";
import { KEYS } from "./keys/keys.ts";
import { REMOVE } from "./keys/remove.ts";
import { HISTORY } from "./history.ts";
import { KILL } from "./kill.ts";
import { LOGS } from "./logs.ts";
import { NODE_PRINT_COLLECTOR } from "./node/print_collector.ts";
import { NODE_PRINT_SCHEDULE } from "./node/print_schedule.ts";
import { NODE_PRINT_SYSTEM } from "./node/print_system.ts";
import { NODE_PUSH } from "./node/push.ts";
import { NODE_REGISTER } from "./node/register.ts";
import { PAUSE, RESUME } from "./pause.ts";
import { PRINT_RESINFO } from "./print_resinfo.ts";
import { PRINT_SCHEDULE } from "./print_schedule.ts";
import { PRINT_STATUS } from "./print_status.ts";
import { PS } from "./ps.ts";
import { PUSH_CONFIG, PUSH_RESINFO, PUSH_STATUS } from "./push.ts";
import { RUN } from "./run.ts";
import { SCHEDULE_CHECK } from "./schedule/check.ts";
import { SCHEDULE_EVAL } from "./schedule/eval.ts";
import { SCHEDULE_EXPLAIN } from "./schedule/explain.ts";
import { SCHEDULE_NEXT } from "./schedule/next.ts";
import { RESOURCE_MONITOR } from "./resource_monitor.ts";
import { PROVISION, RESTART, START, STOP, UNPROVISION } from "./start_stop.ts";
import { STATUS } from "./status.ts";
import { SYNC_ALL, SYNC_DRP, SYNC_NODES } from "./sync.ts";
import { TOPICS } from "./topics.ts";
import { WAIT } from "./wait.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  RUN,
  WAIT,
  START,
  STOP,
  RESTART,
  PROVISION,
  UNPROVISION,
  RESOURCE_MONITOR,
  SYNC_ALL,
  SYNC_NODES,
  SYNC_DRP,
  PUSH_RESINFO,
  PUSH_CONFIG,
  PUSH_STATUS,
  ...SERVICE_COMPLIANCE,
  PRINT_SCHEDULE,
  PRINT_STATUS,
  PRINT_RESINFO,
  STATUS,
  PS,
  KILL,
  HISTORY,
  FREEZE,
  THAW,
  PAUSE,
  RESUME,
  LOGS,
  CREATE,
  DELETE,
  LS,
  GET,
  SET,
  UNSET,
  EVAL,
  PRINT_CONFIG,
  VALIDATE_CONFIG,
  EDIT_CONFIG,
  ENABLE,
  DISABLE,
  ADD,
  CHANGE,
  REMOVE,
  KEYS,
  DECODE,
  DAEMON_START,
  DAEMON_STOP,
  DAEMON_RESTART,
  DAEMON_STATUS,
  DAEMON_RELOAD,
  DAEMON_RUN,
  DAEMON_INSTALL,
  DAEMON_UNINSTALL,
  NODE_PRINT_SCHEDULE,
  NODE_PRINT_SYSTEM,
  NODE_PUSH,
  NODE_REGISTER,
  NODE_PRINT_COLLECTOR,
  SCHEDULE_EXPLAIN,
  SCHEDULE_NEXT,
  SCHEDULE_CHECK,
  SCHEDULE_EVAL,
  CRONTAB_IMPORT,
  ...NODE_COMPLIANCE,
  DOCTOR,
  KEYWORDS_COMMAND,
  COMPLETION,
  HELP,
];

/** Commands and topics: what `runCli` runs. */
export const PROGRAM: Program = { commands: COMMANDS, topics: TOPICS };
