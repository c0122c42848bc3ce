import type { Answer, Asked, MoreAnswers } from "./feeder.ts";

/** Where JSON-RPC is answered. */
export const COMPLIANCE_PATH = "/init/compliance/call/jsonrpc2";

const COLUMNS = [
  "run_nodename",
  "run_module",
  "run_status",
  "run_log",
  "run_action",
  "rset_md5",
  "run_svcname",
];

/** What a collector knows of modulesets and rulesets, as it tells it. */
export interface ComplianceData {
  readonly modulesets: Readonly<Record<string, readonly (readonly [string, boolean])[]>>;
  readonly rulesets: Readonly<Record<string, object>>;
  readonly modset_relations: Readonly<Record<string, readonly string[]>>;
  readonly modset_rset_relations: Readonly<Record<string, readonly string[]>>;
}

/** Stands in for the JSON-RPC side of a collector: checks every call, and remembers what was attached and logged. */
export class ComplianceSide {
  /** Rows of `comp_log_actions`, in order. */
  readonly rows: readonly string[][] = [];
  /** What was wrong with what came. */
  readonly complaints: string[] = [];
  /** Such as `svc shop moduleset far`. */
  readonly attached = new Set<string>();
  readonly #nodes: ReadonlyMap<string, string>;
  readonly #data: ComplianceData;

  /** Nodes by name, with their passwords. */
  constructor(nodes: ReadonlyMap<string, string>, data: ComplianceData) {
    this.#nodes = nodes;
    this.#data = data;
  }

  readonly answer: MoreAnswers = (asked) => asked.path === COMPLIANCE_PATH ? this.#call(asked) : undefined;

  #call({ method: verb, body }: Asked): Answer {
    const { jsonrpc, id, method, params } = body;
    const isCall = verb === "POST" && jsonrpc === "2.0" && id !== undefined && Array.isArray(params);
    if (!isCall || typeof method !== "string") return this.#fail(id, -32600, "no call of JSON-RPC 2.0");
    const [uuid, node] = (params as unknown[]).at(-1) as unknown[] ?? [];
    if (typeof node !== "string" || this.#nodes.get(node) !== uuid) {
      return this.#fail(id, -32000, "agent not registered");
    }
    try {
      const result = this.#do(method, (params as unknown[]).slice(0, -1));
      if (result === undefined) return this.#fail(id, -32601, `there is no method ${method}`);
      return { status: 200, body: { jsonrpc: "2.0", id, result } };
    } catch (error) {
      return this.#fail(id, -32602, error instanceof Error ? error.message : String(error));
    }
  }

  #fail(id: unknown, code: number, message: string): Answer {
    this.complaints.push(message);
    return { status: 200, body: { jsonrpc: "2.0", id: id ?? null, error: { code, message } } };
  }

  #do(method: string, params: readonly unknown[]): unknown {
    const change = /^comp_(attach|detach)_(svc_)?(moduleset|ruleset)$/.exec(method);
    if (change) return this.#change(change, texts(params, 2));
    switch (method) {
      case "comp_get_data_v2":
        texts(params.slice(0, 1), 1);
        return this.#chosen(list(params[1]));
      case "comp_get_svc_data_v2":
        texts(params.slice(0, 2), 2);
        return this.#chosen(list(params[2]));
      case "comp_list_modulesets":
        texts(params, 1);
        return Object.keys(this.#data.modulesets);
      case "comp_list_rulesets":
        texts(params, 2);
        return Object.keys(this.#data.rulesets);
      case "comp_log_actions":
        return this.#log(list(params[0]), list(params[1]));
    }
  }

  #change([, verb, isService, kind]: RegExpExecArray, [who, name]: readonly string[]) {
    const known: object = kind === "moduleset" ? this.#data.modulesets : this.#data.rulesets;
    if (!(name! in known)) return { status: false, msg: `${kind} ${name} is not known` };
    const key = `${isService ? "svc" : "node"} ${who} ${kind} ${name}`;
    if (verb === "attach") this.attached.add(key);
    else this.attached.delete(key);
    return { status: true, msg: "" };
  }

  #chosen(names: readonly unknown[]): ComplianceData {
    if (names.length === 0) return this.#data;
    const entries = Object.entries(this.#data.modulesets).filter(([name]) => names.includes(name));
    return { ...this.#data, modulesets: Object.fromEntries(entries) };
  }

  #log(columns: readonly unknown[], rows: readonly unknown[]): number {
    if (JSON.stringify(columns) !== JSON.stringify(COLUMNS)) throw new Error(`unknown columns ${columns}`);
    for (const row of rows) {
      const cells = texts(list(row), COLUMNS.length);
      if (!/^\d+$/.test(cells[2]!)) throw new Error(`run_status is ${cells[2]}`);
      if (!["check", "fix", "fixable"].includes(cells[4]!)) throw new Error(`run_action is ${cells[4]}`);
      (this.rows as string[][]).push([...cells]);
    }
    return 0;
  }
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error("a parameter is no list");
  return value;
}

function texts(values: readonly unknown[], count: number): readonly string[] {
  if (values.length !== count) throw new Error(`${values.length} parameters, expected ${count}`);
  return values.map((value) => {
    if (typeof value !== "string") throw new Error("a parameter is no text");
    return value;
  });
}
