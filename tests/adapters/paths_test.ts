import { assertEquals, assertThrows } from "@std/assert";
import { ifPresent } from "../../src/adapters/paths.ts";

function failing(error: Error): () => unknown {
  return () =>
    ifPresent(() => {
      throw error;
    });
}

Deno.test("ifPresent() tells what is missing, and what the rights do not allow in our own words", () => {
  assertEquals(ifPresent(() => 5), 5);
  assertEquals(ifPresent(() => Deno.lstatSync("/nonexistent/file")), undefined);
  assertEquals(ifPresent(() => Deno.lstatSync("/dev/null/file")), undefined);
  assertThrows(
    failing(new Deno.errors.PermissionDenied("Permission denied (os error 13): lstat '/var/x y'")),
    Error,
    'Cannot read "/var/x y": permission denied, expected the rights of its owner',
  );
  assertThrows(failing(new Deno.errors.PermissionDenied("otherwise")), Deno.errors.PermissionDenied);
  assertThrows(failing(new RangeError("too large")), RangeError, "too large");
});
