import { assertEquals } from "@std/assert";
import { parseRetcodes } from "../../../src/core/retcodes.ts";
import { type CommandEnd, verdictOf } from "../../../src/core/run/verdict.ts";

const WELL: CommandEnd = { code: 0, signal: null, isTimedOut: false, isStopped: false, reason: null, pid: 7 };
const RETCODES = parseRetcodes("0:up 1:down 3:warn 124:up 137:up");

const cases: { edge: string; end: Partial<CommandEnd>; status: string; isFailed: boolean }[] = [
  { edge: "a code that is up", end: {}, status: "up", isFailed: false },
  { edge: "a code that is warn", end: { code: 3 }, status: "warn", isFailed: false },
  { edge: "a code that is down", end: { code: 1 }, status: "down", isFailed: true },
  { edge: "a code that is not in the list", end: { code: 9 }, status: "down", isFailed: true },
  {
    edge: "a timeout, whatever the list says",
    end: { code: 124, isTimedOut: true },
    status: "down",
    isFailed: true,
  },
  {
    edge: "a signal, whatever the list says",
    end: { code: 137, signal: "SIGKILL" },
    status: "down",
    isFailed: true,
  },
  { edge: "a wish to stop", end: { isStopped: true }, status: "down", isFailed: true },
  { edge: "a start that failed", end: { pid: null }, status: "down", isFailed: true },
];

for (const { edge, end, status, isFailed } of cases) {
  Deno.test(`verdictOf() judges ${edge}`, () => {
    const verdict = verdictOf(RETCODES, { ...WELL, ...end });
    assertEquals([verdict.status, verdict.isFailed, verdict.reason !== null], [status, isFailed, isFailed]);
  });
}

Deno.test("verdictOf() says why, in the words of the end where it has some", () => {
  const reasonOf = (end: Partial<CommandEnd>) => verdictOf(RETCODES, { ...WELL, ...end }).reason;
  assertEquals(reasonOf({ code: 9, reason: "exit code 9" }), "exit code 9");
  assertEquals(verdictOf(parseRetcodes("0:down"), WELL).reason, "exit code 0 is down");
  assertEquals(reasonOf({ code: 3, reason: "exit code 3" }), null);
});
