/**
 * Giving the room of a file's beginning back while somebody goes on appending to it.
 *
 * @module
 */

/** `O_WRONLY`, and `FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE`, of Linux. */
const WRITE_ONLY = 1;
const PUNCH_KEEPING_SIZE = 3;

type Library = Deno.DynamicLibrary<{
  readonly open: { readonly parameters: readonly ["buffer", "i32"]; readonly result: "i32" };
  readonly fallocate: { readonly parameters: readonly ["i32", "i32", "i64", "i64"]; readonly result: "i32" };
  readonly close: { readonly parameters: readonly ["i32"]; readonly result: "i32" };
}>;

let library: Library | false | undefined;

/** Makes a hole of the bytes before `offset`; without effect where the file system or the C library cannot. */
export function releaseRoom(path: string, offset: number): void {
  library ??= load();
  if (library === false || offset <= 0) return;
  const { open, fallocate, close } = library.symbols;
  const fd = open(new TextEncoder().encode(`${path}\0`), WRITE_ONLY);
  if (fd < 0) return;
  fallocate(fd, PUNCH_KEEPING_SIZE, 0n, BigInt(offset));
  close(fd);
}

function load(): Library | false {
  try {
    return Deno.dlopen("libc.so.6", {
      open: { parameters: ["buffer", "i32"], result: "i32" },
      fallocate: { parameters: ["i32", "i32", "i64", "i64"], result: "i32" },
      close: { parameters: ["i32"], result: "i32" },
    });
  } catch {
    return false;
  }
}
