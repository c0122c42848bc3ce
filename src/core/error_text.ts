/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether there was no room on a disk, or none that is left to this user. */
export function isDiskFull(error: unknown): boolean {
  return /\(os error (?:28|122)\)/.test(messageOf(error));
}
