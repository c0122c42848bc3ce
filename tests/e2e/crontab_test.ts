/** A crontab becomes a service, and the daemon runs what cron would run; the chart of what comes next. */
import { assert, assertEquals } from "@std/assert";
import { AGENT, e2eTest, exists, needs, until } from "./box.ts";

e2eTest("the daemon runs an imported job with its input, its variables and its folder", async (box) => {
  const file = `${box.path}/seen`;
  const stdin = [
    "GREETING='hello  world'",
    `HOME=${box.path}`,
    "MAILTO=somebody",
    `@reboot { echo "$GREETING"; pwd; echo "$PATH"; date -d @0 +\\%Y; cat; } > seen.new; mv seen.new seen%it's%{name}`,
    "",
  ].join("\n");
  const made = await box.agent(["crontab", "import", "-", "--service", "jobs", "-q"], { stdin });
  assertEquals(made, { code: 0, stdout: "create jobs\n", stderr: "" });
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the job ran", () => exists(file));
  assertEquals(box.read(file), `hello  world\n${box.path}\n/usr/bin:/bin\n1970\nit's\n{name}\n`);
  await until("the run is on record", () => box.history("jobs", "task#1").length === 1);
  assertEquals(box.history("jobs", "task#1")[0]!.exitcode, 0);
});

e2eTest("crontab import of a line that cannot be read writes nothing and exits 3", async (box) => {
  const { code, stdout } = await box.agent(["crontab", "import", "-", "--service", "jobs"], {
    stdin: "@reboot /bin/true\n61 * * * * /bin/true\n",
  });
  assertEquals([code, stdout, box.list(`${box.root}/etc`)], [3, "", []]);
});

e2eTest("print schedule --timeline is as wide as the terminal", async (box) => {
  box.config("testmd", "[task#0]\ncommand = /bin/true\nschedule = @5s\n");
  for (const columns of [70, 120]) {
    const line = `stty cols ${columns} && ${AGENT} testmd print schedule --timeline -q`;
    const { code, text } = await box.terminal(line);
    const chart = text.split("\n").find((line) => line.startsWith("task#0")) ?? "";
    assertEquals(code, 0, text);
    assert(chart.length <= columns && chart.length > columns / 2, text);
    assert(/^task#0 +#+[#|]$/.test(chart), text);
  }
}, { leftOut: needs({ programs: ["script", "stty"] }) });
