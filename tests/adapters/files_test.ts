import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createFiles } from "../../src/adapters/files.ts";

const files = createFiles();

/** Runs the test in a folder that is gone afterwards. */
function inFolder(name: string, test: (folder: string) => void | Promise<void>): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await test(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

inFolder("read(), facts(), list(), realPath() and readUnlinked() tell a missing file", (folder) => {
  Deno.writeTextFileSync(`${folder}/file`, "");
  for (const path of [`${folder}/none`, `${folder}/none/deeper`, `${folder}/file/below`]) {
    assertEquals(files.read(path), undefined);
    assertEquals(files.facts(path), undefined);
    assertEquals(files.list(path), []);
    assertEquals(files.realPath(path), undefined);
    assertEquals(files.readUnlinked(path, 10), undefined);
    assertEquals(files.remove(path), false);
  }
});

inFolder("facts() does not follow links, and shows the sticky bit", (folder) => {
  Deno.mkdirSync(`${folder}/sticky`);
  Deno.chmodSync(`${folder}/sticky`, 0o1777);
  Deno.symlinkSync(`${folder}/sticky`, `${folder}/link`);
  assertEquals(files.facts(`${folder}/link`)?.kind, "link");
  const facts = files.facts(`${folder}/sticky`);
  assertEquals([facts?.kind, facts?.mode, facts?.uid], ["folder", 0o1777, Deno.uid()]);
  assertEquals(files.realPath(`${folder}/link`), Deno.realPathSync(`${folder}/sticky`));
});

inFolder("list() names the kinds", (folder) => {
  Deno.mkdirSync(`${folder}/a`);
  Deno.writeTextFileSync(`${folder}/b`, "");
  Deno.symlinkSync("b", `${folder}/c`);
  const found = [...files.list(folder)].sort((x, y) => x.name.localeCompare(y.name));
  assertEquals(found, [{ name: "a", kind: "folder" }, { name: "b", kind: "file" }, {
    name: "c",
    kind: "link",
  }]);
});

inFolder("readUnlinked() reads up to the limit, with the facts of what it read", (folder) => {
  Deno.writeTextFileSync(`${folder}/file`, "12345", { mode: 0o600 });
  const opened = files.readUnlinked(`${folder}/file`, 5);
  assertEquals([opened?.text, opened?.facts.size, opened?.facts.mode], ["12345", 5, 0o600]);
  assertThrows(() => files.readUnlinked(`${folder}/file`, 4), RangeError, "larger than 4 bytes");
});

inFolder(
  "readUnlinked() refuses what is no UTF-8, with the line, and keeps the mark at the beginning",
  (folder) => {
    const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
    Deno.writeFileSync(`${folder}/latin`, bytes("# ok\n# caf\xe9\n[a]\n"));
    assertThrows(
      () => files.readUnlinked(`${folder}/latin`, 99),
      SyntaxError,
      "at line 2: it holds bytes that are no",
    );
    Deno.writeFileSync(`${folder}/cut`, bytes("# ok\n\xe2\x82"));
    assertThrows(() => files.readUnlinked(`${folder}/cut`, 99), SyntaxError, "at line 2");
    Deno.writeTextFileSync(`${folder}/marked`, "\uFEFF[a]\nb = \uFFFD\u20AC\n");
    assertEquals(files.readUnlinked(`${folder}/marked`, 99)?.text, "\uFEFF[a]\nb = \uFFFD\u20AC\n");
  },
);

inFolder("readUnlinked() follows no link, and opens nothing but files", async (folder) => {
  await Deno.writeTextFile(`${folder}/file`, "x");
  await Deno.symlink(`${folder}/file`, `${folder}/link`);
  await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
  assertThrows(
    () => files.readUnlinked(`${folder}/link`, 9),
    Error,
    "it is a symbolic link, expected a regular file",
  );
  assertThrows(() => files.readUnlinked(folder, 9), Error, "it is a folder");
  assertThrows(() => files.readUnlinked(`${folder}/pipe`, 9), Error, "it is a special file");
});

for (const isDurable of [false, true]) {
  inFolder(
    `replace() writes whole, with its mode whatever the umask (durable: ${isDurable})`,
    async (folder) => {
      const before = Deno.umask(0o077);
      try {
        await files.replace(`${folder}/new/deep/file`, "one", { isDurable });
        await files.replace(`${folder}/new/deep/file`, "two é", { mode: 0o644, isDurable });
      } finally {
        Deno.umask(before);
      }
      assertEquals(files.read(`${folder}/new/deep/file`), "two é");
      assertEquals(files.facts(`${folder}/new/deep/file`)?.mode, 0o644);
      assertEquals(files.facts(`${folder}/new/deep`)?.mode, 0o700);
      assertEquals(files.list(`${folder}/new/deep`).length, 1);
    },
  );
}

inFolder("replace() is 0600 unless told otherwise, and takes the place of a link", async (folder) => {
  await Deno.writeTextFile(`${folder}/target`, "untouched");
  await Deno.symlink(`${folder}/target`, `${folder}/file`);
  await files.replace(`${folder}/file`, "new");
  assertEquals([files.read(`${folder}/target`), files.read(`${folder}/file`)], ["untouched", "new"]);
  assertEquals(files.facts(`${folder}/file`)?.mode, 0o600);
});

inFolder("replace() leaves no draft behind when it cannot rename", async (folder) => {
  await Deno.mkdir(`${folder}/taken/below`, { recursive: true });
  await assertRejects(() => files.replace(`${folder}/taken`, "x"), Error, `Cannot replace "${folder}/taken"`);
  assertEquals(files.list(folder).map(({ name }) => name), ["taken"]);
});

inFolder("append() makes file and folder, and adds at the end", (folder) => {
  files.append(`${folder}/log/a.log`, "one\n");
  files.append(`${folder}/log/a.log`, "two\n");
  assertEquals(files.read(`${folder}/log/a.log`), "one\ntwo\n");
  assertEquals((files.facts(`${folder}/log/a.log`)?.mode ?? 0) & 0o007, 0);
});

inFolder("makeFolder() leaves an existing folder as it is", (folder) => {
  files.makeFolder(`${folder}/a/b`, 0o755);
  files.makeFolder(`${folder}/a/b`);
  assertEquals(files.facts(`${folder}/a/b`)?.mode, 0o755 & ~Deno.umask());
});

inFolder(
  "touch() sets the time that facts() gives back, rename() moves, remove() removes folders",
  (folder) => {
    files.append(`${folder}/a/file`, "x");
    files.touch(`${folder}/a/file`, 1_480_302_060_000);
    assertEquals(files.facts(`${folder}/a/file`)?.modifiedAt, 1_480_302_060_000);
    files.rename(`${folder}/a`, `${folder}/b`);
    assertEquals([files.remove(`${folder}/b`), files.remove(`${folder}/b`)], [true, false]);
  },
);

inFolder("lock() is held by one, waits for it, and gives up in time", async (folder) => {
  const path = `${folder}/new/lock`;
  const held = await files.lock(path, 0);
  assertEquals(held !== undefined, true);
  assertEquals(files.tryLock(path), undefined);
  assertEquals(await files.lock(path, 30), undefined);
  setTimeout(() => held?.release(), 30);
  const next = await files.lock(path, 5_000);
  assertEquals(next !== undefined, true);
  next?.release();
  const again = files.tryLock(path);
  assertEquals(again !== undefined, true);
  again?.release();
});

inFolder("lock() keeps out the flock of other programs", async (folder) => {
  const held = files.tryLock(`${folder}/lock`);
  const { code } = await new Deno.Command("flock", { args: ["-n", `${folder}/lock`, "true"] }).output();
  held?.release();
  assertEquals(code, 1);
});

inFolder("watch() tells changed paths until it is disposed, and minds no missing folder", async (folder) => {
  const seen = new Set<string>();
  const change = Promise.withResolvers<void>();
  const watching = files.watch([folder, `${folder}/none`], (paths) => {
    for (const path of paths) seen.add(path);
    if (seen.has(`${folder}/file`)) change.resolve();
  });
  files.append(`${folder}/file`, "x");
  await change.promise;
  watching[Symbol.dispose]();
  watching[Symbol.dispose]();
  seen.clear();
  files.append(`${folder}/other`, "x");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals([...seen], []);
  files.watch([`${folder}/none`], () => {})[Symbol.dispose]();
});
