import { PROPERTY_ROWS } from "../asset/property_rows.ts";
import type { Keyword } from "./keyword.ts";

/** Keywords of `node.conf` about what the node tells of itself, made from the rows of its properties. */
export const ASSET_KEYWORDS: readonly Keyword[] = PROPERTY_ROWS.filter(({ isConfigurable }) => isConfigurable)
  .map(({ name, title, isNumber, text, example }) => ({
    option: name,
    section: "node",
    converter: isNumber ? "integer" : "string",
    isScopable: true,
    ...(isNumber ? { minimum: 0 } : {}),
    since: "2.1",
    ...(example === undefined ? {} : { example }),
    text: text ?? `What the collector is told as the ${title}, instead of what the agent finds.`,
  }));
