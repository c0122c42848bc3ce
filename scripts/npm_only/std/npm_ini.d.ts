/** The part of the npm package `ini` (which has no types of its own) that the stand-in uses. */
export function parse(text: string, options?: { bracketedArray?: boolean }): Record<string, unknown>;
