import { EXIT_CODE_ROWS } from "../cli/exit_code.ts";
import { formatColumns } from "../core/text/table.ts";
import { ENVIRONMENT_ROWS } from "./environment.ts";

/** Texts of the help that belong to no single command. */
export const TOPICS = [
  {
    name: "selectors",
    summary: "how services are named",
    text: `  testmd             the service testmd
  ns1/svc/web        the service web of the namespace ns1
  svc/daemon         a service whose name is also a command
  'db*'              those whose names match (quote what a shell would expand)
  '**'               those of all namespaces
  a,b                both (union)
  'db*+task:'        those of the first that also have a task (intersection)
  '!db*'             all others (negation)
  task.user=nobody   those with a task of that user
`,
  },
  {
    name: "resources",
    summary: "how resources of a service are chosen",
    text: `  --rid 'task#1'     one resource
  --rid task         a group
  --rid task.host    a driver
  --rid 'task#b*'    those whose ids match
  --rid a,b          either
  --tags a+b,c       those with both tags a and b, or with tag c
  --subsets x        those of a subset

Several of these flags intersect.
`,
  },
  {
    name: "schedules",
    summary: "how schedules are written",
    text:
      `A value is empty (never), one expression, or a JSON list of expressions, of which those with ! exclude.

[!] TIMERANGES [DAYS [WEEKS [MONTHS]]]

  @10                        every 10 minutes
  @1h30m                     every hour and a half
  02:00                      at two
  ~00:00-06:00               once between midnight and six, at a random instant
  08:00-18:00@15 mon-fri     every 15 minutes of the working hours
  04:00 *:1                  at four, on the first day of the month
  04:00 fri#last             at four, on the last Friday of the month
  02:00 sun %2               at two, on Sundays of even weeks
  ["@10", "!12:00-14:00"]    every 10 minutes, but not at noon

Five to seven fields are a crontab expression: 30 2 * * 1-5. So are @hourly, @daily, @weekly, @monthly, @yearly; @reboot
runs once per boot. The commands agent schedule explain and agent schedule next tell what an expression means.
`,
  },
  {
    name: "environment",
    summary: "environment variables that the agent reads",
    get text() {
      return formatColumns(ENVIRONMENT_ROWS.map(({ name, meaning }) => [`  ${name}`, meaning]));
    },
  },
  {
    name: "exit-codes",
    summary: "what the exit code tells",
    get text() {
      return formatColumns(EXIT_CODE_ROWS.map(({ code, meaning }) => [`  ${code}`, meaning]));
    },
  },
] as const;
