/** Stands in for `@std/cli`: the parts of it that we use. @module */
export * from "./cli_parse_args.ts";
