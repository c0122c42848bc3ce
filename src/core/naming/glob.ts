const SPECIAL_REGEXP = /[*?[]/;
const cache = new Map<string, RegExp>();
const MAX_CACHED = 1000;

/** True when the text holds a character with a meaning in globs: `*`, `?` or `[`. */
export function isGlob(text: string): boolean {
  return SPECIAL_REGEXP.test(text);
}

/**
 * Compares a text with a shell glob: `*` any characters, `?` one, `[abc]`, `[a-z]` and `[!a]` one of a set.
 *
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(matchesGlob("task#backup", "task#b*"));
 * ```
 */
export function matchesGlob(text: string, glob: string): boolean {
  if (!isGlob(glob)) return text === glob;
  let regexp = cache.get(glob);
  if (!regexp) {
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(glob, regexp = toRegExp(glob));
  }
  return regexp.test(text);
}

function toRegExp(glob: string): RegExp {
  let source = "";
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    const end = char === "[" ? glob.indexOf("]", i + 2) : -1;
    if (char === "*") {
      if (glob[i - 1] !== "*") source += ".*";
    } else if (char === "?") source += ".";
    else if (end > 0) {
      source += toSet(glob.slice(i + 1, end));
      i = end;
    } else source += char.replace(/[\\^$.|+()[\]{}]/, "\\$&");
  }
  try {
    return new RegExp(`^${source}$`, "su");
  } catch (cause) {
    throw new SyntaxError(`Cannot read the pattern "${glob}": a set in brackets is out of order`, { cause });
  }
}

function toSet(content: string): string {
  const isNegated = content.startsWith("!") || content.startsWith("^");
  const members = (isNegated ? content.slice(1) : content).replace(
    /[\\\]^[/(){}|&~!#$%*+,.:;<=>?@`]/g,
    (c) => /[\\\]^[/(){}|$*+.?]/.test(c) ? `\\${c}` : c,
  );
  return `[${isNegated ? "^" : ""}${members}]`;
}
