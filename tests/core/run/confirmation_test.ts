import { assertEquals } from "@std/assert";
import { confirmationQuestion, decideConfirmation, isYes } from "../../../src/core/run/confirmation.ts";
import type { Confirmation } from "../../../src/core/run/confirmation.ts";

const cases: [isWanted: boolean, isConfirmed: boolean, isScheduled: boolean, decision: Confirmation][] = [
  [false, false, false, "not needed"],
  [false, true, true, "not needed"],
  [true, false, false, "ask"],
  [true, true, false, "confirmed by option"],
  [true, false, true, "leave out"],
  [true, true, true, "leave out"],
];

for (const [isWanted, isConfirmed, isScheduled, decision] of cases) {
  const how = JSON.stringify({ isWanted, isConfirmed, isScheduled });
  Deno.test(`decideConfirmation() says "${decision}" for ${how}`, () => {
    assertEquals(decideConfirmation(isWanted, { isConfirmed, isScheduled }), decision);
  });
}

Deno.test("isYes() takes exactly yes, blanks and a carriage return around it aside", () => {
  assertEquals(["yes", " yes ", "yes\r"].map(isYes), [true, true, true]);
  assertEquals(["YES", "Yes", "y", "yes!", "yes yes", ""].map(isYes), Array(6).fill(false));
});

Deno.test("confirmationQuestion() names the task, and ends where the answer is typed", () => {
  assertEquals(
    confirmationQuestion("task#db").split("\n").at(-1),
    "Do you really want to run task#db (yes/no) > ",
  );
});
