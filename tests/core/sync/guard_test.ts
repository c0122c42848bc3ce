import { assertEquals } from "@std/assert";
import type { GuardFacts } from "../../../src/core/sync/guard.ts";
import { syncRefusal } from "../../../src/core/sync/guard.ts";

const NODES = [{ group: "nodes", node: "n2" }] as const;
const DRP = [{ group: "drpnodes", node: "n3" }] as const;
const LOCAL = [{ group: "local", node: "n1" }] as const;

function refusal(facts: Partial<GuardFacts>, isForced = false): string | undefined {
  const found = syncRefusal({
    self: "n1",
    isDrpNode: false,
    isOnlyNode: false,
    targets: NODES,
    avail: "up",
    isFlex: false,
    primary: undefined,
    environment: undefined,
    nodeEnvironment: "TST",
    ...facts,
  }, isForced);
  return found && `${found.kind}: ${found.reason}`;
}

Deno.test("syncRefusal() lets only the node send where the service is up, unless it is forced", () => {
  assertEquals(refusal({}), undefined);
  for (const avail of ["down", "warn", "undef", "stdby up"] as const) {
    assertEquals(refusal({ avail }), `inactive: the instance is not up here, but ${avail}`);
    assertEquals(refusal({ avail }, true), undefined);
  }
  assertEquals(refusal({ avail: "down", targets: LOCAL }), undefined);
});

Deno.test("syncRefusal() lets a service without any status send from its only node", () => {
  assertEquals(refusal({ avail: "n/a", isOnlyNode: true, targets: DRP }), undefined);
  assertEquals(refusal({ avail: "n/a" })?.startsWith("inactive: nothing tells whether"), true);
  assertEquals(refusal({ avail: "n/a", targets: LOCAL }), undefined);
});

Deno.test("syncRefusal() keeps a disaster recovery node from sending back, and a flex node that is not the primary", () => {
  assertEquals(
    refusal({ isDrpNode: true }),
    "inactive: a node of the disaster recovery site does not send to nodes",
  );
  assertEquals(refusal({ isDrpNode: true, targets: DRP }), undefined);
  assertEquals(refusal({ isFlex: true, primary: "n2" }), "inactive: of a flex service only n2 sends");
  assertEquals(refusal({ isFlex: true, primary: "N1" }), undefined);
});

Deno.test("syncRefusal() refuses to send production data from elsewhere, forced or not", () => {
  for (const isForced of [false, true]) {
    assertEquals(
      refusal({ environment: "PRD" }, isForced)?.startsWith(
        "refused: a PRD service is not sent from a node of TST",
      ),
      true,
    );
  }
  assertEquals(refusal({ environment: "PRD", nodeEnvironment: "PRD" }), undefined);
  assertEquals(refusal({ environment: "TST", nodeEnvironment: "PRD" }), undefined);
});
