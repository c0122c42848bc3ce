/** Where a schedule cannot be read, and what would have been right there. */
export interface SchedulePlace {
  /** The expression as written, or the whole value when its JSON cannot be read. */
  readonly expression: string;
  /** Which expression of a JSON list it is, from 0; 0 when there is only one. */
  readonly memberIndex: number;
  /** 0-based offset within the expression. */
  readonly position: number;
  readonly problem: string;
  readonly expected: string;
}

/** How much of an expression a message quotes, in characters. */
const MAX_SHOWN = 1000;

/** Thrown when a schedule cannot be read; the message is one line, with the position counted from 1. */
export class ScheduleSyntaxError extends SyntaxError {
  override readonly name = "ScheduleSyntaxError";
  readonly expression: string;
  readonly memberIndex: number;
  readonly position: number;
  readonly expected: string;

  constructor({ expression, memberIndex, position, problem, expected }: SchedulePlace) {
    const quoted = expression.length > MAX_SHOWN ? `${expression.slice(0, MAX_SHOWN)}…` : expression;
    const shown = JSON.stringify(quoted).slice(1, -1).replaceAll('\\"', '"');
    super(
      `Cannot read the schedule "${shown}" at character ${position + 1}: ${problem}, expected ${expected}`,
    );
    this.expression = expression;
    this.memberIndex = memberIndex;
    this.position = position;
    this.expected = expected;
  }
}
