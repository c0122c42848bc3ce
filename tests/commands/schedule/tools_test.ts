import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../../fakes/run_agent.ts";
import { fakeSystem } from "../../fakes/system.ts";

async function schedule(args: string[], stdin = "") {
  const system = fakeSystem({ stdin, zone: "Europe/Paris" });
  const exitCode = await runAgent(["schedule", ...args], system);
  return { exitCode, out: system.stdout.text, err: system.stderr.text };
}

const next: { args: string[]; out: string[] }[] = [
  {
    args: ["02:30 mon-tue", "-n", "2", "--timezone", "UTC"],
    out: ["2026-03-03T02:30:00+00:00", "2026-03-09T02:30:00+00:00"],
  },
  { args: ["@10", "-n", "2"], out: ["2026-03-02T11:00:00+01:00", "2026-03-02T11:10:00+01:00"] },
  { args: ["@1h", "-n", "1", "--last", "2026-03-02T10:30:00"], out: ["2026-03-02T11:30:00+01:00"] },
  { args: ["12:00", "-n", "1", "--from", "2026-05-01T00:00:00"], out: ["2026-05-01T12:00:00+02:00"] },
  { args: ["*", "*", "*", "*", "*", "-n", "1"], out: ["2026-03-02T11:00:00+01:00"] },
  { args: ["@0"], out: [] },
];

for (const { args, out } of next) {
  Deno.test(`schedule next ${args.join(" ")} shows ${out.join(", ") || "nothing"}`, async () => {
    const shown = await schedule(["next", ...args]);
    assertEquals([shown.exitCode, shown.out], [0, out.map((line) => `${line}\n`).join("")]);
  });
}

const wrong: { args: string[]; code: number; says: string }[] = [
  { args: ["next", "25:00"], code: 3, says: "25:00" },
  { args: ["check", "@10 noday"], code: 3, says: "noday" },
  { args: ["next", "@10", "-n", "0"], code: 2, says: "Cannot show 0 runs" },
  { args: ["next", "@10", "--from", "soon"], code: 2, says: "Cannot use --from" },
  { args: ["next", "@10", "--timezone", "Europe/Nowhere"], code: 2, says: "Europe/Nowhere" },
];

for (const { args, code, says } of wrong) {
  Deno.test(`schedule ${args.join(" ")} exits with ${code}`, async () => {
    const { exitCode, err, out } = await schedule(args);
    assertEquals([exitCode, out], [code, ""]);
    assertStringIncludes(err, says);
  });
}

Deno.test("schedule check says ok, and hints at what surprises", async () => {
  assertEquals((await schedule(["check", "08:00-18:00 mon-fri"])).out, "ok\n");
  const { exitCode, out } = await schedule(["check", "@10 fri:last", "--format", "json"]);
  const { valid, hints } = JSON.parse(out);
  assertEquals([exitCode, valid, hints.length], [0, true, 1]);
  assertStringIncludes(hints[0], "fri#last");
});

Deno.test("schedule eval answers each line in its place, bad ones with an error", async () => {
  const lines = [
    '{"id":7,"schedule":"@10","now":"2026-03-02T10:00:00","last":"2026-03-02T09:55:00"}',
    "nonsense",
    '{"schedule":"25:00","now":"2026-03-02T10:00:00","last":null}',
    '{"schedule":"@0","now":"2026-03-02T10:00:00","last":null}',
  ];
  const { out } = await schedule(["eval"], lines.join("\n"));
  const [first, second, third, fourth, ...more] = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([first.id, first.next], [7, "2026-03-02T10:05:00"]);
  assertEquals([typeof second.error, typeof third.error, fourth.next, more], ["string", "string", null, []]);
});

Deno.test("schedule check answers a program that asks about an expression that cannot be read", async () => {
  const { exitCode, out, err } = await schedule(["check", "25:00", "--format", "json"]);
  assertEquals([exitCode, err], [3, ""]);
  const answer = JSON.parse(out);
  assertEquals([answer.valid, answer.hints], [false, []]);
  assertStringIncludes(answer.error, "hour 25, expected 0 to 23");
  assertEquals(JSON.parse((await schedule(["check", "@10", "--format", "json"])).out).error, null);
});

Deno.test("schedule next warns of a last run that it ignores", async () => {
  const { exitCode, out, err } = await schedule(["next", "@10", "-n", "1", "--last", "2030-01-01T00:00:00"]);
  assertEquals([exitCode, out], [0, "2026-03-02T11:00:00+01:00\n"]);
  assertStringIncludes(err, "the last run is more than 60 s in the future, and is ignored");
});

Deno.test("schedule explain shows the spelling, the words, the zone, hints and the next three runs", async () => {
  const { exitCode, out, err } = await schedule(["explain", '["@10 mon-fri", "!11:05-12:00 fri:last"]']);
  assertEquals([exitCode, err], [0, ""]);
  assertEquals(out.trimEnd().split("\n"), [
    'schedule   ["@10m mon-fri","!11:05-12:00 fri:last"]',
    "meaning    every 10 minutes, Monday to Friday",
    "           except from 11:05 to 12:00, on the last day of the month when it is a Friday",
    "time zone  Europe/Paris",
    'hint       "fri:last" is the last day of the month when it is also fri; such a weekday by its number is "fri#last"',
    "next runs  2026-03-02T11:00:00+01:00",
    "           2026-03-02T11:10:00+01:00",
    "           2026-03-02T11:20:00+01:00",
  ]);
});

Deno.test("schedule explain answers programs, from an instant and a last run on", async () => {
  const flags = ["--format", "json", "--timezone", "UTC", "--from", "2026-05-01T00:00:00"];
  const { out } = await schedule(["explain", "@1h", ...flags, "--last", "2026-04-30T23:30:00"]);
  assertEquals(JSON.parse(out), {
    spelling: "@1h",
    meaning: ["every hour"],
    hints: [],
    timezone: "UTC",
    next: ["2026-05-01T00:30:00+00:00", "2026-05-01T01:30:00+00:00", "2026-05-01T02:30:00+00:00"],
  });
});

Deno.test("schedule explain says when nothing comes: never, or only at a boot", async () => {
  assertStringIncludes((await schedule(["explain", "* *:30 * feb"])).out, "next runs  none within 40 years");
  assertStringIncludes((await schedule(["explain", "@reboot"])).out, "next runs  at the next boot");
  assertEquals((await schedule(["explain", "25:00"])).exitCode, 3);
});
