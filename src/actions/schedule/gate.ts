/** One condition of something that is to run, with its value. */
export interface Gate {
  readonly name: string;
  readonly is_open: boolean;
  readonly value: string;
}

export function gate(name: string, is_open: boolean, value: string): Gate {
  return { name, is_open, value };
}

/** A gate that is closed when its value cannot be read, and says why. */
export function readGate(name: string, read: () => Gate): Gate {
  try {
    return read();
  } catch (error) {
    return gate(name, false, error instanceof Error ? error.message : String(error));
  }
}
