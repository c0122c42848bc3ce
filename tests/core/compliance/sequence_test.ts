import { assertEquals } from "@std/assert";
import type { ComplianceAction, Done, StepAction } from "../../../src/core/compliance/sequence.ts";
import {
  decisiveOf,
  nextStep,
  statusOf,
  statusText,
  wantedOf,
} from "../../../src/core/compliance/sequence.ts";

/** What is called when the calls end with these codes, and what counts. */
function play(wanted: StepAction, codes: readonly number[], isForced = false) {
  const done: Done[] = [];
  for (let next = nextStep(wanted, isForced, done); next; next = nextStep(wanted, isForced, done)) {
    done.push({ action: next, code: codes[done.length] ?? 0 });
    if (done.length > 9) throw new Error("It goes on for ever");
  }
  return [done.map(({ action }) => action).join(" "), statusText(decisiveOf(done)!.code)];
}

const played: readonly [wanted: StepAction, codes: number[], calls: string, status: string][] = [
  ["check", [0], "check", "ok"],
  ["check", [1, 0], "check fixable", "nok"],
  ["check", [1, 1], "check fixable", "nok"],
  ["check", [2], "check", "n/a"],
  ["check", [3], "check", "nok(3)"],
  ["fixable", [0], "fixable", "ok"],
  ["fixable", [1], "fixable", "nok"],
  ["fix", [0], "check", "ok"],
  ["fix", [1, 1], "check fixable", "nok"],
  ["fix", [1, 0, 0, 0], "check fixable fix check", "ok"],
  ["fix", [1, 0, 1, 1], "check fixable fix check", "nok"],
  ["fix", [1, 2, 0, 0], "check fixable fix check", "ok"],
  ["fix", [2, 2, 2, 2], "check fixable fix check", "n/a"],
];

for (const [wanted, codes, calls, status] of played) {
  Deno.test(`nextStep() ${wanted} with codes ${codes}: ${calls} is ${status}`, () => {
    assertEquals(play(wanted, codes), [calls, status]);
  });
}

Deno.test("nextStep() forced is the one call, whatever it says", () => {
  for (const wanted of ["check", "fixable", "fix"] as const) assertEquals(play(wanted, [1], true)[0], wanted);
});

Deno.test("a call that the agent ended is the last one, and counts", () => {
  const done: Done[] = [{ action: "check", code: 1 }, { action: "fixable", code: 124, isEnded: true }];
  assertEquals(nextStep("fix", false, done), undefined);
  assertEquals(decisiveOf(done)?.code, 124);
});

Deno.test("wantedOf() mends only what is marked, when nobody asks for more", () => {
  const wanted = (action: ComplianceAction) => [wantedOf(action, false), wantedOf(action, true)];
  assertEquals(wanted("auto"), ["check", "fix"]);
  assertEquals(wanted("check"), ["check", "check"]);
  assertEquals(wanted("fix"), ["fix", "fix"]);
});

Deno.test("statusOf() knows three codes, and all others are not ok", () => {
  assertEquals([0, 1, 2, 3, 127, 143].map(statusOf), ["ok", "nok", "n/a", "nok", "nok", "nok"]);
  assertEquals([1, 2, 126].map(statusText), ["nok", "n/a", "nok(126)"]);
});
