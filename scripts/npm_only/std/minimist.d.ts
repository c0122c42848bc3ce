/** The part of the npm package `minimist` (which has no types of its own) that the stand-in uses. */
interface Options {
  "--"?: boolean;
  boolean?: string[];
  string?: string[];
  alias?: Record<string, string[]>;
  default?: Record<string, unknown>;
  stopEarly?: boolean;
  unknown?: (arg: string) => boolean;
}

export default function minimist(args: string[], options?: Options): Record<string, unknown>;
