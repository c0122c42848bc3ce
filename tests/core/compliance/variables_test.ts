import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Rule } from "../../../src/core/compliance/definitions.ts";
import { ruleVariables, serviceRules, variableOf } from "../../../src/core/compliance/variables.ts";

Deno.test("variableOf() spells names as OpenSVC does, and refuses what no variable can be called", () => {
  assertEquals(variableOf("sshd.port-a b"), "OSVC_COMP_SSHD_PORT_A_B");
  for (const rule of ["", "a/b", "a=b", "é", "a\0"]) assertEquals(variableOf(rule), undefined, rule);
});

Deno.test("ruleVariables() lets the last one count, and says None for nothing", () => {
  const { variables, problems } = ruleVariables([["a", "1"], ["A", "2"], ["b", null], ["c", ""]]);
  assertEquals([variables, problems], [{ OSVC_COMP_A: "2", OSVC_COMP_B: "None", OSVC_COMP_C: "" }, []]);
});

Deno.test("ruleVariables() leaves out what a process cannot be given, and says so", () => {
  const rules: Rule[] = [["a/b", "1"], ["nul", "a\0b"], ["big", "é".repeat(66_000)], [
    "fits",
    "x".repeat(130_000),
  ]];
  const { variables, problems } = ruleVariables(rules);
  assertEquals(Object.keys(variables), ["OSVC_COMP_FITS"]);
  assertEquals(problems.length, 3);
  assertStringIncludes(problems[2]!, "the rule big is left out: its value is longer than the 128 KiB");
});

Deno.test("serviceRules() tell of the service and its env", () => {
  const rules = serviceRules({
    name: "web",
    path: "ns1/svc/web",
    namespace: "ns1",
    env: [["db.port", "5432"]],
  });
  assertEquals(ruleVariables(rules).variables, {
    OSVC_COMP_SVC_NAME: "web",
    OSVC_COMP_SVC_PATH: "ns1/svc/web",
    OSVC_COMP_SVC_NAMESPACE: "ns1",
    OSVC_COMP_SVC_CONF_ENV_DB_PORT: "5432",
  });
});
