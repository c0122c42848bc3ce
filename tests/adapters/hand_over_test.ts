import { assertEquals, assertThrows } from "@std/assert";
import { createFiles } from "../../src/adapters/files.ts";

const files = createFiles();
const IS_ROOT = Deno.uid() === 0;

async function inFolder(test: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function rightsOf(path: string): number[] {
  const { mode, uid, gid } = files.facts(path)!;
  return [mode, uid, gid];
}

for (const owner of IS_ROOT ? [{ uid: 0, gid: 0 }, { uid: 65534, gid: 65533 }] : []) {
  Deno.test(`handOver() makes a folder 0700 and files 0400 of ${owner.uid}, whatever the umask`, async () => {
    await inFolder((folder) => {
      const before = Deno.umask(0);
      const bytes = new Uint8Array([0, 255, 10]);
      files.handOver(`${folder}/x`, owner, new Map([["A", bytes], ["B", new Uint8Array()]]));
      Deno.umask(0o777);
      files.handOver(`${folder}/y`, owner, new Map([["A", bytes]]));
      Deno.umask(before);
      const { uid, gid } = owner;
      assertEquals(rightsOf(`${folder}/x`), [0o700, uid, gid]);
      assertEquals(rightsOf(`${folder}/x/A`), [0o400, uid, gid]);
      assertEquals(rightsOf(`${folder}/y/A`), [0o400, uid, gid]);
      assertEquals(Deno.readFileSync(`${folder}/x/A`), bytes);
      assertEquals(files.remove(`${folder}/x`), true);
    });
  });
}

Deno.test("handOver() of one's own user needs no root; a folder that is there is left alone", async () => {
  await inFolder((folder) => {
    const owner = { uid: Deno.uid()!, gid: Deno.gid()! };
    files.handOver(`${folder}/x`, owner, new Map([["A", new TextEncoder().encode("hunter2")]]));
    assertEquals(rightsOf(`${folder}/x/A`), [0o400, owner.uid, owner.gid]);
    assertThrows(
      () => files.handOver(`${folder}/x`, owner, new Map()),
      Error,
      "Cannot make the private folder",
    );
    assertThrows(
      () => files.handOver(`${folder}/no/x`, owner, new Map()),
      Error,
      "Cannot make the private folder",
    );
    assertEquals(Deno.readTextFileSync(`${folder}/x/A`), "hunter2");
  });
});

Deno.test("readBytes() reads any bytes up to a limit, and tells a missing file", async () => {
  await inFolder((folder) => {
    const bytes = new Uint8Array([0, 255, 128, 10]);
    Deno.writeFileSync(`${folder}/x`, bytes);
    assertEquals(files.readBytes(`${folder}/x`, 4), bytes);
    assertThrows(() => files.readBytes(`${folder}/x`, 3), RangeError, "larger than 3 bytes");
    assertEquals(files.readBytes(`${folder}/none`, 4), undefined);
    files.setMode(`${folder}/x`, 0o640);
    assertEquals(files.facts(`${folder}/x`)?.mode, 0o640);
  });
});
