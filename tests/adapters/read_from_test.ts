import { assertEquals, assertNotEquals } from "@std/assert";
import { readFrom } from "../../src/adapters/read_from.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FakeFiles } from "../fakes/files.ts";

interface Place {
  put(text: string): void;
  add(text: string): void;
  rename(to: string): void;
  read(from: number, name?: string): ReturnType<typeof readFrom>;
}

function real(folder: string): Place {
  const file = `${folder}/log`;
  return {
    put: (text) => Deno.writeTextFileSync(file, text),
    add: (text) => Deno.writeTextFileSync(file, text, { append: true }),
    rename: (to) => Deno.renameSync(file, `${folder}/${to}`),
    read: (from, name = "log") => readFrom(`${folder}/${name}`, from),
  };
}

function fake(): Place {
  const files = new FakeFiles(new FakeClock(0, "UTC"), { uid: 0, gid: 0 });
  return {
    put: (text) => files.put("/f/log", text),
    add: (text) => files.append("/f/log", text),
    rename: (to) => files.rename("/f/log", `/f/${to}`),
    read: (from, name = "log") => files.readFrom(`/f/${name}`, from),
  };
}

function check(place: Place): void {
  const text = (from: number) => new TextDecoder().decode(place.read(from)?.bytes);
  assertEquals(place.read(0), undefined);
  place.put("häß\n");
  assertEquals([text(0), text(3), text(-3), text(-100), text(Infinity), text(99)], [
    "häß\n",
    "ß\n",
    "ß\n",
    "häß\n",
    "",
    "",
  ]);
  const before = place.read(0)!;
  place.add("more\n");
  const after = place.read(before.size)!;
  assertEquals([new TextDecoder().decode(after.bytes), after.size], ["more\n", 11]);
  assertEquals(after.identity, before.identity);
  place.rename("log.1");
  assertEquals(place.read(0), undefined);
  assertEquals(place.read(0, "log.1")?.identity, before.identity);
  place.put("new\n");
  assertNotEquals(place.read(0)?.identity, before.identity);
}

Deno.test("readFrom() reads from a byte on, or from the end, and knows a file under another name", () => {
  const folder = Deno.makeTempDirSync();
  try {
    check(real(folder));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the fake of readFrom() does the same", () => check(fake()));
