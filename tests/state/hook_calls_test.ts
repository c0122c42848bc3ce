import { assertEquals } from "@std/assert";
import { claimCall, enterHook, noteHeldBack } from "../../src/state/hook_calls.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDER = "/var/lib/agent/svc/svc1/task#0";
const BASE = { ridFolder: FOLDER, hook: "on_late", intervalMs: 60_000 };

Deno.test("claimCall() holds back what comes within the interval, and tells how often with the next call", async () => {
  const { files } = fakeSystem();
  const at = (now: number) => claimCall(files, { ...BASE, now });
  assertEquals(await at(0), { kind: "granted", heldBack: 0 });
  assertEquals(await at(1), { kind: "held" });
  assertEquals(await at(59_999), { kind: "held" });
  assertEquals(await at(60_000), { kind: "granted", heldBack: 2 });
  assertEquals(await at(120_000), { kind: "granted", heldBack: 0 });
});

Deno.test("claimCall() counts each hook and each task for itself, and nothing without an interval", async () => {
  const { files } = fakeSystem();
  const others = [{}, { hook: "on_long" }, { ridFolder: `${FOLDER}1` }, { intervalMs: 0 }];
  for (const other of others) {
    assertEquals((await claimCall(files, { ...BASE, now: 5, ...other })).kind, "granted");
  }
});

Deno.test("claimCall() grants what tells another thing, and what follows an earlier call", async () => {
  const { files } = fakeSystem();
  const tell = async (told: string, isFollowUp = false) =>
    (await claimCall(files, { ...BASE, now: 5, told, isFollowUp })).kind;
  assertEquals([await tell("success"), await tell("success"), await tell("failure")], [
    "granted",
    "held",
    "granted",
  ]);
  assertEquals([await tell("failure"), await tell("failure", true)], ["held", "granted"]);
});

Deno.test("claimCall() is not silenced by a clock that was set back, nor by a file that cannot be read", async () => {
  const { files } = fakeSystem();
  await claimCall(files, { ...BASE, now: 1_000_000 });
  assertEquals((await claimCall(files, { ...BASE, now: 5 })).kind, "granted");
  for (const text of ["", "[]", "null", '{"at":"x"}', "{"]) {
    files.put(`${FOLDER}/hooks/on_late.json`, text);
    assertEquals((await claimCall(files, { ...BASE, now: 6 })).kind, "granted", text);
  }
});

Deno.test("claimCall() is exact when many ask at once", async () => {
  const { files } = fakeSystem();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => claimCall(files, { ...BASE, now: 5 })));
  assertEquals(outcomes.filter(({ kind }) => kind === "granted").length, 1);
  assertEquals(await claimCall(files, { ...BASE, now: 99_999 }), { kind: "granted", heldBack: 19 });
});

Deno.test("enterHook() lets one in at a time, and noteHeldBack() counts the others", async () => {
  const { files } = fakeSystem();
  const first = enterHook(files, BASE);
  assertEquals([first === undefined, enterHook(files, BASE)], [false, undefined]);
  assertEquals(enterHook(files, { ...BASE, hook: "on_long" }) === undefined, false);
  await claimCall(files, { ...BASE, now: 0 });
  await noteHeldBack(files, { ...BASE, now: 1 });
  first?.release();
  assertEquals(enterHook(files, BASE) === undefined, false);
  assertEquals(await claimCall(files, { ...BASE, now: 60_000 }), { kind: "granted", heldBack: 1 });
});
