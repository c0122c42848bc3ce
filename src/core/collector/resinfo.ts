/** One fact of a resource: a row of `print resinfo`, a documented contract to which fields are only added. */
export interface ResinfoRow {
  /** The service, as people write it. */
  readonly res_svcname: string;
  readonly res_nodename: string;
  readonly topology: string;
  /** `env` stands for the `[env]` section. */
  readonly rid: string;
  readonly res_key: string;
  readonly res_value: string;
}

/** What `POST /api/instance/resource_info` takes, made of the rows of one service; undefined when there is nothing to tell. */
export function resinfoBody(rows: readonly ResinfoRow[]): Readonly<Record<string, unknown>> | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const byRid = Map.groupBy(rows, ({ rid }) => rid);
  return {
    path: first.res_svcname,
    topology: first.topology,
    info: [...byRid].map(([rid, facts]) => ({
      rid,
      keys: facts.map(({ res_key, res_value }) => ({ key: res_key, value: res_value })),
    })),
  };
}
