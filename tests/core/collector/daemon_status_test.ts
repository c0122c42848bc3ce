import { assertEquals } from "@std/assert";
import { daemonStatusBody } from "../../../src/core/collector/daemon_status.ts";
import { ENDPOINTS } from "../../fakes/feeder/endpoints.ts";

const NODE = { node: "n1", clusterId: "c-1", clusterName: "default", at: "2026-03-02T10:00:00.000Z" };
const WEB = {
  path: "ns1/svc/web",
  app: "shop",
  avail: "up",
  overall: "warn",
  frozen: 0,
  provisioned: true,
  statusGroup: { fs: "up" },
  resources: {
    "fs#0": {
      status: "up",
      type: "fs.flag",
      label: "fs.flag",
      disable: false,
      optional: false,
      monitor: true,
      log: ["warn: something: else", "a line"],
    },
  },
};

Deno.test("daemonStatusBody() tells of every service, as the feed wants it", () => {
  const body = daemonStatusBody(NODE, [WEB, {
    ...WEB,
    path: "db",
    frozen: 1_772_445_600,
    provisioned: "mixed",
  }]);
  assertEquals(ENDPOINTS["POST /api/daemon/status"]!(body, "body"), []);
  assertEquals(body["changes"], ["@n1", "ns1/svc/web", "ns1/svc/web@n1", "db", "db@n1"]);
  const { cluster } = body["data"] as { cluster: Record<string, Record<string, Record<string, unknown>>> };
  assertEquals(cluster["object"]!["db"], {
    avail: "up",
    overall: "warn",
    placement_state: "optimal",
    frozen: "frozen",
    provisioned: "mixed",
  });
  const instances = cluster["node"]!["n1"]!["instance"] as Record<
    string,
    Record<string, Record<string, unknown>>
  >;
  assertEquals(instances["ns1/svc/web"]!["status"], {
    avail: "up",
    overall: "warn",
    frozen_at: "0001-01-01T00:00:00Z",
    resources: {
      "fs#0": {
        ...{ status: "up", label: "fs.flag", type: "fs.flag", disable: false, optional: false },
        log: [{ level: "warn", message: "something: else" }, { level: "info", message: "a line" }],
      },
    },
    status_group: { fs: "up" },
  });
  assertEquals(instances["ns1/svc/web"]!["config"], {
    app: "shop",
    resources: { "fs#0": { is_monitored: true } },
  });
  assertEquals(instances["db"]!["status"]!["frozen_at"], "2026-03-02T10:00:00.000Z");
});

Deno.test("daemonStatusBody() of a node without services is one that the feed takes", () => {
  assertEquals(ENDPOINTS["POST /api/daemon/status"]!(daemonStatusBody(NODE, []), "body"), []);
});
