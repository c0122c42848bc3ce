/** Thrown when an object, a resource or a section that somebody named does not exist; exit code 4. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}

/** Thrown when the agent will not do what it was asked to, for a reason that the message tells; exit code 1. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Thrown for a file that cannot be used as it is: a folder, a link, a special file, or one without the right to read. */
export class UnusableFileError extends Error {
  override readonly name = "UnusableFileError";
}
