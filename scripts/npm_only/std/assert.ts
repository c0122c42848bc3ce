/**
 * Stands in for `@std/assert` (tests only), over Node's own assertions: the same names and arguments, limited to what
 * our tests use.
 *
 * @module
 */
import strict, { AssertionError } from "node:assert/strict";
import { inspect } from "node:util";

export { AssertionError };

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError({ message: msg || "Expected a true value" });
}

export function assertFalse(expr: unknown, msg?: string): void {
  assert(!expr, msg ?? "Expected a false value");
}

export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  assert(actual !== undefined && actual !== null, msg ?? `Expected a value, found ${actual}`);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  explain(msg, () => strict.deepStrictEqual(actual, expected));
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  explain(msg, () => strict.notDeepStrictEqual(actual, expected));
}

export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  explain(msg, () => strict.strictEqual(actual, expected));
}

export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  explain(msg, () => strict.notStrictEqual(actual, expected));
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  assert(actual.includes(expected), msg ?? `Expected ${inspect(actual)} to include ${inspect(expected)}`);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  explain(msg, () => strict.match(actual, expected));
}

export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  explain(msg, () => strict.doesNotMatch(actual, expected));
}

export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  assert(actual > expected, msg ?? `Expected ${inspect(actual)} > ${inspect(expected)}`);
}

export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  assert(actual >= expected, msg ?? `Expected ${inspect(actual)} >= ${inspect(expected)}`);
}

export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  assert(actual < expected, msg ?? `Expected ${inspect(actual)} < ${inspect(expected)}`);
}

export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  assert(actual <= expected, msg ?? `Expected ${inspect(actual)} <= ${inspect(expected)}`);
}

export function assertInstanceOf<T extends abstract new (...args: never[]) => unknown>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  assert(actual instanceof expectedType, msg ?? `Expected ${inspect(actual)} to be of ${expectedType.name}`);
}

export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ErrorClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  const type: ErrorClass<Error> = ErrorClass ?? Error;
  assert(error instanceof type, msg ?? `Expected ${type.name}, found ${inspect(error)}`);
  if (msgMatches instanceof RegExp) assertMatch(error.message, msgMatches, msg);
  else if (msgMatches !== undefined) assertStringIncludes(error.message, msgMatches, msg);
}

export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void {
  const missing = Array.from(expected).filter((want) =>
    !Array.from(actual).some((have) => isEqual(have, want))
  );
  assert(missing.length === 0, msg ?? `Expected ${inspect(actual)} to include ${inspect(missing)}`);
}

/** Every property of `expected` is in `actual`, at every depth; arrays match member by member. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(narrow(actual, expected), expected, msg);
}

export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  ErrorClass?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  let caught: unknown;
  try {
    fn();
  } catch (error) {
    caught = error ?? new Error("An empty value was thrown");
  }
  return checked(caught, ErrorClass, msgIncludes, msg);
}

export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  let caught: unknown;
  try {
    await fn();
  } catch (error) {
    caught = error ?? new Error("An empty value was thrown");
  }
  return checked(caught, ErrorClass, msgIncludes, msg);
}

export function fail(msg?: string): never {
  throw new AssertionError({ message: `Failed assertion${msg ? `: ${msg}` : "."}` });
}

function checked(
  caught: unknown,
  type: ErrorClass<Error> | string | undefined,
  includes?: string,
  msg?: string,
) {
  const hint = typeof type === "string" ? type : msg;
  assert(caught !== undefined, hint ?? "Expected the function to throw");
  if (typeof type === "function") assertIsError(caught, type, includes, msg);
  return caught;
}

/** Runs `check`, and puts `msg` before what it complains about. */
function explain(msg: string | undefined, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (msg === undefined || !(error instanceof Error)) throw error;
    throw new AssertionError({ message: `${msg}: ${error.message}` });
  }
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    strict.deepStrictEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

/** The part of `actual` that `expected` speaks of. */
function narrow(actual: unknown, expected: unknown): unknown {
  if (typeof actual !== "object" || actual === null || typeof expected !== "object" || expected === null) {
    return actual;
  }
  if (Array.isArray(actual)) {
    return Array.isArray(expected) ? actual.map((member, i) => narrow(member, expected[i])) : actual;
  }
  if (Object.getPrototypeOf(actual) !== Object.prototype) return actual;
  return Object.fromEntries(
    Object.keys(expected).filter((key) => key in actual).map((key) => [
      key,
      narrow(Reflect.get(actual, key), Reflect.get(expected, key)),
    ]),
  );
}
