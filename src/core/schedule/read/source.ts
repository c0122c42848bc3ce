import { ScheduleSyntaxError } from "../error.ts";

/** A piece of an expression, and where it begins in it. */
export interface Piece {
  readonly text: string;
  /** 0-based offset in the expression. */
  readonly position: number;
}

/** The expression being read; it knows how to complain about a place in it. */
export class Source {
  constructor(readonly expression: string, readonly memberIndex: number) {}

  /** Throws a `ScheduleSyntaxError` for what stands at `position`. */
  fail(position: number, problem: string, expected: string): never {
    throw new ScheduleSyntaxError({
      expression: this.expression,
      memberIndex: this.memberIndex,
      position,
      problem,
      expected,
    });
  }

  /** Splits a piece at every separator; an empty part is an error, where `expected` should have been. */
  split(piece: Piece, separator: string, expected: string): Piece[] {
    const parts = piecesOf(piece, separator);
    for (const { text, position } of parts) {
      if (text === "") this.fail(position, `nothing beside the "${separator}"`, expected);
    }
    return parts;
  }

  /** Splits a piece at a separator that may stand in it once; the second part is absent without it. */
  cut(piece: Piece, separator: string): [Piece, Piece | undefined] {
    const [left, right, extra] = piecesOf(piece, separator);
    if (extra) this.fail(extra.position - 1, `a second "${separator}"`, `one "${separator}" at most`);
    return [left!, right];
  }
}

function piecesOf({ text, position }: Piece, separator: string): Piece[] {
  let offset = position;
  return text.split(separator).map((part) => {
    const piece = { text: part, position: offset };
    offset += part.length + 1;
    return piece;
  });
}
