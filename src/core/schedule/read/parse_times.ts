import { DurationSyntaxError, parseDuration } from "../../duration.ts";
import { DAY } from "../civil.ts";
import type { TimeRange } from "../model.ts";
import type { Piece, Source } from "./source.ts";

const TIME_REGEXP = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/;
const LAST_SECOND = DAY - 1;

/** Reads the first field, `09:00-12:00@10,~14:00-15:00`; throws `ScheduleSyntaxError`. */
export function parseTimeRanges(source: Source, field: Piece): TimeRange[] {
  return source.split(field, ",", "a time range such as 09:00-18:00").map((piece) =>
    parseTimeRange(source, piece)
  );
}

function parseTimeRange(source: Source, piece: Piece): TimeRange {
  const isTilde = piece.text.startsWith("~");
  const rest = isTilde ? { text: piece.text.slice(1), position: piece.position + 1 } : piece;
  const [span, period] = source.cut(rest, "@");
  const written = period && parseInterval(source, period);
  const { begin, end, isPlanned } = parseSpan(source, span);
  const length = begin > end ? DAY - begin + end : end - begin;
  const intervalSeconds = written ?? length + 1;
  return {
    ...piece,
    begin,
    end,
    intervalSeconds,
    isWallInterval: written === undefined,
    isPlanned,
    isRandom: isTilde && length > 2 && intervalSeconds >= length,
    isTilde,
  };
}

function parseSpan(source: Source, span: Piece): Pick<TimeRange, "begin" | "end" | "isPlanned"> {
  if (span.text === "" || span.text === "*") return { begin: 0, end: LAST_SECOND, isPlanned: false };
  const [from, to] = source.cut(span, "-");
  const begin = parseTime(source, from, false);
  const end = to ? parseTime(source, to, true) : begin;
  return begin === end ? { begin, end: begin + 1, isPlanned: true } : { begin, end, isPlanned: false };
}

/** Seconds since midnight; `24:00` is the last second, and only an end. */
function parseTime(source: Source, { text, position }: Piece, isEnd: boolean): number {
  const match = TIME_REGEXP.exec(text);
  if (!match) {
    const found = text === "" ? "the time is missing" : `"${text}" is no time`;
    source.fail(position, found, "HH:MM or HH:MM:SS, such as 09:00");
  }
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > (isEnd ? 24 : 23)) source.fail(position, `hour ${hour}`, `0 to ${isEnd ? 24 : 23}`);
  const minuteAt = position + match[1]!.length + 1;
  if (minute > 59) source.fail(minuteAt, `minute ${minute}`, "0 to 59");
  if (second > 59) source.fail(minuteAt + match[2]!.length + 1, `second ${second}`, "0 to 59");
  if (hour === 24 && minute + second > 0) {
    source.fail(position, `"${text}" is after midnight`, "24:00 at most");
  }
  return Math.min(hour * 3600 + minute * 60 + second, LAST_SECOND);
}

function parseInterval(source: Source, { text, position }: Piece): number {
  const seconds = readDuration(source, text, position);
  if (seconds === 0) source.fail(position, "the interval is zero", "1 second or more (@0 alone means never)");
  return seconds;
}

function readDuration(source: Source, text: string, position: number): number {
  try {
    return parseDuration(text, "m");
  } catch (error) {
    if (!(error instanceof DurationSyntaxError)) throw error;
    source.fail(position + error.position, `in the interval ${error.problem}`, error.expected);
  }
}
