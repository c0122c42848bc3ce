import type { ObjectPath } from "../naming/object_path.ts";
import type { IniDocument } from "./ini.ts";

/** What values depend on besides the file itself. */
export interface ConfigContext {
  readonly path: ObjectPath;
  /** Lower case. Another node's name evaluates the file as that node would. */
  readonly nodeName: string;
  /** What `{osenv.x}` reads. */
  readonly osEnvironment: Readonly<Record<string, string>>;
  /** What `--env` says: overrides `{env.x}`, whatever the case of the name. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** `node.conf`, for `{node.x}`. */
  readonly node?: IniDocument | undefined;
  readonly folders: { readonly etc: string; readonly var: string };
  /** `default` when absent. */
  readonly clusterName?: string;
}
