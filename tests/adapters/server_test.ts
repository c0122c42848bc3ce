import { assertEquals, assertThrows } from "@std/assert";
import { createServer } from "../../src/adapters/server.ts";

const server = createServer();
const HELLO = { status: 200, type: "text/plain", body: "hello" };

async function inFolder(body: (socket: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-server-" });
  try {
    await body(`${folder}/s.sock`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function exists(path: string): boolean {
  try {
    return Deno.lstatSync(path) !== undefined;
  } catch {
    return false;
  }
}

/** What a plain client of HTTP/1.1 is told. */
async function request(socket: string, head: string): Promise<string> {
  const connection = await Deno.connect({ transport: "unix", path: socket });
  await connection.write(new TextEncoder().encode(`${head}\r\nHost: x\r\nConnection: close\r\n\r\n`));
  return await new Response(connection.readable).text();
}

Deno.test("serve() answers on a socket of its owner alone, whatever the umask, and removes it at the end", async () => {
  await inFolder(async (socket) => {
    const before = Deno.umask(0);
    const seen: string[] = [];
    const serving = server.serve(socket, ({ method, path }) => {
      seen.push(`${method} ${path}`);
      return { ...HELLO, status: 404 };
    });
    try {
      assertEquals([Deno.umask(), ((await Deno.stat(socket)).mode ?? 0) & 0o777], [0, 0o600]);
      assertEquals(await server.ask(socket, "/a/b?c=d", 5_000), { ...HELLO, status: 404 });
      assertEquals(seen, ["GET /a/b"]);
    } finally {
      Deno.umask(before);
      await serving[Symbol.asyncDispose]();
    }
    assertEquals([exists(socket), await server.ask(socket, "/", 5_000)], [false, undefined]);
  });
});

Deno.test("serve() tells plain clients the method that is allowed, and no stack when an answer fails", async () => {
  await inFolder(async (socket) => {
    const serving = server.serve(socket, ({ method }) => {
      if (method === "DELETE") throw new Error("secret");
      return { ...HELLO, status: 405, allow: "GET, HEAD" };
    });
    const post = await request(socket, "POST / HTTP/1.1");
    assertEquals(post.startsWith("HTTP/1.1 405 "), true);
    assertEquals(/^allow: GET, HEAD\r$/m.test(post), true);
    const failed = await request(socket, "DELETE / HTTP/1.1");
    assertEquals([failed.startsWith("HTTP/1.1 500 "), failed.includes("secret")], [true, false]);
    await serving[Symbol.asyncDispose]();
  });
});

Deno.test("serve() ends at once, whoever still waits for an answer", async () => {
  await inFolder(async (socket) => {
    let isAsked = () => {};
    const asked = new Promise<void>((resolve) => isAsked = resolve);
    const serving = server.serve(socket, () => {
      isAsked();
      return new Promise(() => {});
    });
    const waiting = server.ask(socket, "/", 60_000);
    await asked;
    await serving[Symbol.asyncDispose]();
    assertEquals(await waiting, undefined);
  });
});

Deno.test("serve() replaces the socket of a killed server, and nothing else", async () => {
  await inFolder(async (socket, folder) => {
    // A second name outlives the listener, as the file of a killed process does.
    const listener = Deno.listen({ transport: "unix", path: `${folder}/first` });
    await Deno.link(`${folder}/first`, socket);
    listener.close();
    assertEquals(exists(socket), true);
    assertEquals(await server.ask(socket, "/", 5_000), undefined);
    const serving = server.serve(socket, () => HELLO);
    assertEquals((await server.ask(socket, "/", 5_000))?.body, "hello");
    await serving[Symbol.asyncDispose]();
    await Deno.writeTextFile(`${folder}/file`, "kept");
    assertThrows(() => server.serve(`${folder}/file`, () => HELLO), Error, "it is no socket");
    assertEquals(await Deno.readTextFile(`${folder}/file`), "kept");
    assertEquals(await server.ask(`${folder}/file`, "/", 5_000), undefined);
  });
});

Deno.test("serve() throws where it cannot listen, with one line", async () => {
  await inFolder((_, folder) => {
    for (const path of [`${folder}/none/s.sock`, `${folder}/${"x".repeat(120)}`]) {
      const error = assertThrows(() => server.serve(path, () => HELLO), Error);
      assertEquals(error.message.includes("\n"), false);
    }
    return Promise.resolve();
  });
});

Deno.test("serve() never listens on the network, whatever the environment says", async () => {
  await inFolder(async (socket) => {
    Deno.env.set("DENO_SERVE_ADDRESS", "tcp:127.0.0.1:0");
    const serving = server.serve(socket, () => HELLO);
    assertEquals([exists(socket), (await server.ask(socket, "/", 5_000))?.body], [true, "hello"]);
    await serving[Symbol.asyncDispose]();
  });
});

Deno.test("ask() gives up after its time", async () => {
  await inFolder(async (socket) => {
    const serving = server.serve(socket, () => new Promise(() => {}));
    assertEquals(await server.ask(socket, "/", 100), undefined);
    await serving[Symbol.asyncDispose]();
  });
});
