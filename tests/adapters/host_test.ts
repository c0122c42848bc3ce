import { assertEquals, assertMatch } from "@std/assert";
import { createHost } from "../../src/adapters/host.ts";

const host = createHost();

Deno.test("the host has a name, a boot id and versions", () => {
  assertEquals(host.hostName, Deno.hostname());
  assertMatch(host.bootId, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  assertMatch(host.version.zones, /^20\d\d[a-z]$/);
  assertEquals(host.version.runtime, `deno ${Deno.version.deno}`);
});

Deno.test("findProgram() looks in the folders, in order, for what can be executed", () => {
  const folder = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${folder}/tool`, "", { mode: 0o755 });
  Deno.writeTextFileSync(`${folder}/text`, "", { mode: 0o644 });
  Deno.mkdirSync(`${folder}/folder`);
  const path = `/no/such:${folder}:/bin`;
  const found = ["tool", "text", "folder", "sh", `${folder}/tool`, `${folder}/text`].map((name) =>
    host.findProgram(name, path)
  );
  Deno.removeSync(folder, { recursive: true });
  assertEquals(found, [`${folder}/tool`, undefined, undefined, "/bin/sh", `${folder}/tool`, undefined]);
});

const PROBE = `
import { createHost } from "${new URL("../../src/adapters/host.ts", import.meta.url).href}";
const { self, calledAs } = createHost();
console.log(JSON.stringify({ self, calledAs }));
`;

/** What a fresh program knows of itself, started with these variables; FOLDER stands for a folder with an `agent`. */
async function selfWith(variables: Record<string, string>, mode = 0o755) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/probe.ts`, PROBE);
    await Deno.writeTextFile(`${folder}/agent`, "");
    await Deno.chmod(`${folder}/agent`, mode);
    await Deno.symlink("agent", `${folder}/testmd`);
    await Deno.mkdir(`${folder}/bin`);
    await Deno.symlink("../agent", `${folder}/bin/agent`);
    const env = Object.fromEntries(
      Object.entries(variables).map(([k, v]) => [k, v.replace("FOLDER", folder)]),
    );
    const args = ["run", "--no-lock", "--no-config", "--allow-all", `${folder}/probe.ts`];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, env }).output();
    return JSON.parse(new TextDecoder().decode(stdout).replaceAll(folder, "FOLDER"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const EXECUTABLE = "FOLDER/agent";

Deno.test("self is the executable that the start text names, calledAs the link", async () => {
  const named = await selfWith({ AGENT_EXECUTABLE: EXECUTABLE, AGENT_CALLED_AS: "FOLDER/testmd" });
  assertEquals(named, { self: [EXECUTABLE], calledAs: "testmd" });
});

Deno.test("calledAs is nothing for the executable itself, and for a link of the same name", async () => {
  for (const caller of [EXECUTABLE, "FOLDER/bin/agent"]) {
    const named = await selfWith({ AGENT_EXECUTABLE: EXECUTABLE, AGENT_CALLED_AS: caller });
    assertEquals(named, { self: [EXECUTABLE] });
  }
});

Deno.test("self does not believe a variable that names what others may write, or nothing", async () => {
  const fallback = { self: [Deno.execPath(), "run", "--allow-all", "FOLDER/probe.ts"] };
  assertEquals(await selfWith({ AGENT_EXECUTABLE: EXECUTABLE }, 0o777), fallback);
  assertEquals(await selfWith({ AGENT_EXECUTABLE: "FOLDER/none" }), fallback);
  assertEquals(await selfWith({ AGENT_EXECUTABLE: "agent" }), fallback);
});
