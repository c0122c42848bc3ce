import { assertEquals } from "@std/assert";
import { FolderIndex } from "../../src/state/folder_index.ts";

Deno.test("FolderIndex tells what is in a folder, and lists each folder once", () => {
  const listed: string[] = [];
  const index = new FolderIndex({
    list: (folder) => {
      listed.push(folder);
      return folder === "/var/svc" ? [{ name: "a", kind: "folder" }] : [];
    },
  });

  const found = ["/var/svc/a", "/var/svc/b", "/var/vol/a", "/var/svc/a"].map((folder) => index.has(folder));

  assertEquals(found, [true, false, false, true]);
  assertEquals(listed, ["/var/svc", "/var/vol"]);
});
