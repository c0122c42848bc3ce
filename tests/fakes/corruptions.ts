/**
 * The ways in which a file is found that is not what its writer left.
 *
 * @module
 */
import { MAX_STATE_BYTES } from "../../src/state/state_file.ts";
import type { FakeFiles } from "./files.ts";

/** Puts something else in the place of a file that was written as `text`. */
export interface Corruption {
  readonly what: string;
  readonly put: (files: FakeFiles, path: string, text: string) => void;
}

/** More than is read of any state file. */
const LARGE = "x".repeat(MAX_STATE_BYTES + 1);

function withText(what: string, textOf: (text: string) => string): Corruption {
  return { what, put: (files, path, text) => files.put(path, textOf(text)) };
}

export const CORRUPTIONS: readonly Corruption[] = [
  withText("empty", () => ""),
  withText("garbage", () => "\x01\x7f{{]] garbage\n"),
  withText("the first half of itself", (text) => text.slice(0, text.length / 2)),
  withText("a list", () => "[1, 2]\n"),
  withText("a number", () => "7\n"),
  withText("null", () => "null\n"),
  withText(
    "an object of other types",
    () => '{"at": 5, "until": "x", "pid": "1", "boot_id": 3, "exitcode": "0"}\n',
  ),
  withText("too large", () => LARGE),
  {
    what: "a folder",
    put(files, path) {
      files.remove(path);
      files.putKind(path, "folder");
    },
  },
  {
    what: "a pipe",
    put(files, path) {
      files.remove(path);
      files.putKind(path, "other");
    },
  },
  {
    what: "a link",
    put(files, path, text) {
      files.put("/elsewhere/target", text);
      files.remove(path);
      files.link(path, "/elsewhere/target");
    },
  },
  {
    what: "without the right to read",
    put(files, path, text) {
      files.put(path, text);
      files.denyReading(path);
    },
  },
  {
    what: "no UTF-8",
    put(files, path, text) {
      files.put(path, text);
      files.denyReading(
        path,
        new SyntaxError(`Cannot read "${path}" at line 1: it holds bytes that are no UTF-8`),
      );
    },
  },
];
