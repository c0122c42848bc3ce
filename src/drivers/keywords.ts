import { DEFAULT_KEYWORDS } from "../core/config/default_keywords.ts";
import { createKeywordRegistry } from "../core/config/keyword.ts";
import { NODE_KEYWORDS } from "../core/config/node_keywords.ts";
import { RESOURCE_KEYWORDS } from "../core/config/resource_keywords.ts";
import { FS_FAMILIES } from "./fs/families.ts";
import { FS_KEYWORDS } from "./fs/keywords.ts";
import { IP_KEYWORDS } from "./ip/keywords.ts";
import { SYNC_KEYWORDS } from "./sync/keywords.ts";
import { APP_KEYWORDS } from "./app/keywords.ts";
import { CONTAINER_KEYWORDS } from "./container/keywords.ts";
import { CONTAINER_TASK_KEYWORDS } from "./task/container_keywords.ts";
import { TASK_KEYWORDS } from "./task/keywords.ts";

/** Every keyword that a service configuration of this version may hold. */
export const KEYWORDS = createKeywordRegistry([
  ...DEFAULT_KEYWORDS,
  ...RESOURCE_KEYWORDS,
  ...TASK_KEYWORDS,
  ...CONTAINER_TASK_KEYWORDS,
  ...FS_KEYWORDS,
  ...IP_KEYWORDS,
  ...SYNC_KEYWORDS,
  ...APP_KEYWORDS,
  ...CONTAINER_KEYWORDS,
], FS_FAMILIES);

/** Every keyword that `node.conf` may hold. */
export const NODE_REGISTRY = createKeywordRegistry(NODE_KEYWORDS);
