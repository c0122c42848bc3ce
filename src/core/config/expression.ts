/**
 * The arithmetic of `$(…)`: numbers, quoted strings, comparisons, `and`, `or`, `not`, `in`. Text that is not all of
 * that belongs to a shell and is left alone; nothing is ever executed.
 *
 * @module
 */

type Value = number | string | boolean | readonly Value[];

const TOKEN_REGEXP =
  /\s*(?:(\d+(?:\.\d+)?|\.\d+)(?![\w.])|"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(\*\*|\/\/|==|!=|<=|>=|[-+*/%<>&|^(),]))/y;
const MAX_LENGTH = 1000;

interface Token {
  readonly kind: "number" | "string" | "word" | "sign";
  readonly text: string;
}

/** Thrown inside only: the text is no arithmetic. */
class NotArithmetic extends Error {}

/**
 * Replaces each `$(…)` that is arithmetic by its result, and leaves all others as they are.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(replaceExpressions("-n $(2 * 3) $(date +%F)"), "-n 6 $(date +%F)");
 * ```
 */
export function replaceExpressions(text: string): string {
  let result = "";
  let position = 0;
  let close = 0;
  while (true) {
    const start = text.indexOf("$(", position);
    // Where nothing closes, nothing is looked for again and again.
    if (start >= 0 && close >= 0 && close < start) close = text.indexOf(")", start);
    if (start < 0 || close < 0) return result + text.slice(position);
    const end = close - start > MAX_LENGTH ? -1 : closingParenthesis(text, start + 2);
    const value = end < 0 ? undefined : evaluateExpression(text.slice(start + 2, end));
    const next = value === undefined ? start + 2 : end + 1;
    result += text.slice(position, start) + (value ?? text.slice(start, next));
    position = next;
  }
}

/** Gives the result as text, or undefined when `text` is not arithmetic over known words. */
export function evaluateExpression(text: string): string | undefined {
  const tokens = tokenize(text);
  if (!tokens) return undefined;
  try {
    const parser = new ExpressionParser(tokens);
    return formatValue(parser.parse());
  } catch (error) {
    if (error instanceof NotArithmetic) return undefined;
    throw error;
  }
}

function closingParenthesis(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length && i - from <= MAX_LENGTH; i++) {
    const char = text[i];
    if (char === '"' || char === "'") {
      i = text.indexOf(char, i + 1);
      if (i < 0) return -1;
    } else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return i;
  }
  return -1;
}

function tokenize(text: string): Token[] | undefined {
  const end = text.trimEnd().length;
  if (end === 0 || end > MAX_LENGTH) return undefined;
  const tokens: Token[] = [];
  TOKEN_REGEXP.lastIndex = 0;
  while (TOKEN_REGEXP.lastIndex < end) {
    const match = TOKEN_REGEXP.exec(text);
    if (!match) return undefined;
    const [, number, double, single, word, sign] = match;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else tokens.push({ kind: "string", text: double ?? single ?? "" });
  }
  return tokens;
}

function formatValue(value: Value): string {
  if (Array.isArray(value)) throw new NotArithmetic();
  return String(value);
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);

/** Binary operators on numbers, weakest first; `**` and the unary ones are stronger. */
const LEVELS: readonly (readonly string[])[] = [["|"], ["^"], ["&"], ["+", "-"], ["*", "/", "//", "%"]];

/** A parser by recursive descent that computes as it goes; bare words are strings, but only to be compared. */
class ExpressionParser {
  #position = 0;

  constructor(readonly tokens: readonly Token[]) {}

  parse(): Value {
    const [only] = this.tokens;
    if (this.tokens.length === 1 && only?.kind !== "number") throw new NotArithmetic();
    const value = this.#or();
    if (this.#position < this.tokens.length) throw new NotArithmetic();
    return value;
  }

  #takes(...texts: string[]): string | undefined {
    const token = this.tokens[this.#position];
    if (!token || token.kind === "string" || token.kind === "number" || !texts.includes(token.text)) {
      return undefined;
    }
    this.#position++;
    return token.text;
  }

  #or(): Value {
    let value = this.#and();
    while (this.#takes("or")) {
      const other = this.#and();
      value = isTrue(value) ? value : other;
    }
    return value;
  }

  #and(): Value {
    let value = this.#not();
    while (this.#takes("and")) {
      const other = this.#not();
      value = isTrue(value) ? other : value;
    }
    return value;
  }

  #not(): Value {
    return this.#takes("not") ? !isTrue(this.#not()) : this.#comparison();
  }

  #comparison(): Value {
    const left = this.#level(0);
    const sign = this.#takes(...COMPARISONS);
    return sign === undefined ? left : compare(sign, left, this.#level(0));
  }

  #level(level: number): Value {
    const signs = LEVELS[level];
    if (!signs) return this.#unary();
    let value = this.#level(level + 1);
    let sign: string | undefined;
    while ((sign = this.#takes(...signs))) value = compute(sign, value, this.#level(level + 1));
    return value;
  }

  #unary(): Value {
    if (this.#takes("-")) return compute("-", 0, this.#unary());
    const base = this.#primary();
    return this.#takes("**") ? compute("**", base, this.#unary()) : base;
  }

  #primary(): Value {
    if (this.#takes("(")) return this.#tuple();
    const token = this.tokens[this.#position++];
    if (!token || token.kind === "sign") throw new NotArithmetic();
    return token.kind === "number" ? Number(token.text) : token.text;
  }

  #tuple(): Value {
    const values = [this.#or()];
    let isTuple = false;
    while (this.#takes(",")) {
      isTuple = true;
      if (this.tokens[this.#position]?.text !== ")") values.push(this.#or());
    }
    if (!this.#takes(")")) throw new NotArithmetic();
    return isTuple ? values : values[0]!;
  }
}

function isTrue(value: Value): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== "" && value !== 0 && value !== false;
}

function compare(sign: string, left: Value, right: Value): boolean {
  if (sign === "in") return isIn(left, right);
  if (Array.isArray(left) || Array.isArray(right)) throw new NotArithmetic();
  if (sign === "==") return left === right;
  if (sign === "!=") return left !== right;
  if (typeof left !== typeof right) throw new NotArithmetic();
  if (sign === "<") return left < right;
  if (sign === "<=") return left <= right;
  return sign === ">" ? left > right : left >= right;
}

function isIn(left: Value, right: Value): boolean {
  if (Array.isArray(right)) return right.includes(left);
  if (typeof left !== "string" || typeof right !== "string") throw new NotArithmetic();
  return right.includes(left);
}

function compute(sign: string, left: Value, right: Value): number {
  if (typeof left !== "number" || typeof right !== "number") throw new NotArithmetic();
  const value = computeNumbers(sign, left, right);
  if (!Number.isFinite(value)) throw new NotArithmetic();
  return value;
}

function computeNumbers(sign: string, left: number, right: number): number {
  switch (sign) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return Math.floor(left / right);
    case "%":
      return left - right * Math.floor(left / right);
    case "**":
      return left ** right;
    default:
      return computeBits(sign, left, right);
  }
}

function computeBits(sign: string, left: number, right: number): number {
  if (!Number.isSafeInteger(left) || !Number.isSafeInteger(right)) throw new NotArithmetic();
  const [a, b] = [BigInt(left), BigInt(right)];
  return Number(sign === "&" ? a & b : sign === "|" ? a | b : a ^ b);
}
