import { assertEquals } from "@std/assert";
import { mayEnter } from "../../../src/core/secrets/passage.ts";

const admin = { uid: 1000, gid: 1000, groups: [1000, 34] };

const cases: readonly (readonly [folder: readonly [uid: number, gid: number, mode: number], may: boolean])[] =
  [
    [[0, 0, 0o755], true],
    [[0, 0, 0o711], true],
    [[0, 0, 0o700], false],
    [[0, 0, 0o744], false],
    [[0, 34, 0o710], true],
    [[0, 1000, 0o710], true],
    // The most particular bits count, also when others would allow more.
    [[0, 34, 0o701], false],
    [[1000, 0, 0o700], true],
    [[1000, 34, 0o011], false],
  ];

for (const [[uid, gid, mode], may] of cases) {
  Deno.test(`mayEnter() is ${may} for mode ${mode.toString(8)} of ${uid}:${gid}`, () => {
    assertEquals(mayEnter(admin, { uid, gid, mode }), may);
  });
}

Deno.test("mayEnter() is true for root everywhere", () => {
  assertEquals(mayEnter({ uid: 0, gid: 0, groups: [] }, { uid: 1000, gid: 1000, mode: 0 }), true);
});
