import { assertEquals } from "@std/assert";
import type { SystemAnswers } from "../../../src/core/asset/body.ts";
import { systemReport } from "../../../src/core/asset/body.ts";

const told = <Value>(value: Value) => ({ kind: "told", value }) as const;

const ANSWERS: SystemAnswers = {
  properties: told({ nodename: { title: "node name", source: "probe", value: "n1" } }),
  hardware: told([]),
  uids: told([{ uid: 0, username: "root" }]),
  gids: told([]),
  lan: told({}),
  hba: told([]),
  targets: { kind: "left out", reason: "it cannot be read" },
  package: told([]),
};

Deno.test("systemReport() sends what is complete, empty lists too, and says what it leaves out", () => {
  const { body, leftOut } = systemReport(ANSWERS, 1000);
  assertEquals(Object.keys(body), ["properties", "hardware", "uids", "gids", "lan", "hba", "package"]);
  assertEquals(leftOut, [{ section: "targets", reason: "it cannot be read" }]);
});

Deno.test("systemReport() leaves a list whole that is too long", () => {
  const uids = Array.from({ length: 20_001 }, (_, uid) => ({ uid, username: `u${uid}` }));
  const { body, leftOut } = systemReport({ ...ANSWERS, uids: told(uids) }, 10_000_000);
  assertEquals(body.uids, undefined);
  assertEquals(leftOut[0]?.reason, "there are 20001, and at most 20000 are sent");
  assertEquals(systemReport({ ...ANSWERS, uids: told(uids.slice(1)) }, 10_000_000).body.uids?.length, 20_000);
});

Deno.test("systemReport() gives up sections, packages first, until the rest can be sent", () => {
  const uids = told(Array.from({ length: 50 }, (_, uid) => ({ uid, username: `u${uid}` })));
  const { body, leftOut } = systemReport({ ...ANSWERS, uids }, 400);
  assertEquals(Object.keys(body), ["properties", "gids", "lan", "hba"]);
  assertEquals(leftOut.map(({ section }) => section), ["targets", "package", "hardware", "uids"]);
});
