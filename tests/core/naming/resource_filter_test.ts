import { assertEquals } from "@std/assert";
import {
  parseResourceFilter,
  type ResourceFilterTexts,
  selectResources,
} from "../../../src/core/naming/resource_filter.ts";

const RESOURCES = [
  { rid: "task#10", driver: "task.host", tags: new Set(["a"]), subset: "s1" },
  { rid: "task#2", driver: "task.host", tags: new Set(["a", "b"]), subset: "" },
  { rid: "task#backup", driver: "task.docker", tags: new Set(["b", "c"]), subset: "s2" },
  { rid: "fs#1", driver: "fs.flag", tags: new Set<string>(), subset: "s1" },
];

const cases: [filter: ResourceFilterTexts, matched: string[], missing?: string[]][] = [
  [{}, ["fs#1", "task#2", "task#10", "task#backup"]],
  [{ rid: "task#2" }, ["task#2"]],
  [{ rid: "task" }, ["task#2", "task#10", "task#backup"]],
  [{ rid: "task.host" }, ["task#2", "task#10"]],
  [{ rid: "task#b*" }, ["task#backup"]],
  [{ rid: "t*" }, ["task#2", "task#10", "task#backup"]],
  [{ rid: "*.flag, task#2" }, ["fs#1", "task#2"]],
  [{ rid: "task#2,task#3,ip" }, ["task#2"], ["--rid task#3", "--rid ip"]],
  [{ tags: "a" }, ["task#2", "task#10"]],
  [{ tags: "a+b,c" }, ["task#2", "task#backup"]],
  [{ tags: "a+c" }, [], ["--tags a+c"]],
  [{ tags: "z,b" }, ["task#2", "task#backup"]],
  [{ tags: "y,z" }, [], ["--tags y", "--tags z"]],
  [{ subsets: "s2,s9" }, ["task#backup"]],
  [{ subsets: "s1,s2" }, ["fs#1", "task#10", "task#backup"]],
  [{ rid: "task", tags: "b", subsets: "s2" }, ["task#backup"]],
  [{ rid: "fs", tags: "a" }, []],
  [{ rid: "", tags: undefined }, ["fs#1", "task#2", "task#10", "task#backup"]],
];

for (const [filter, matched, missing = []] of cases) {
  Deno.test(`selectResources() ${JSON.stringify(filter)}`, () => {
    const selection = selectResources(parseResourceFilter(filter), RESOURCES);
    assertEquals(selection.matched.map(({ rid }) => rid), matched);
    assertEquals(selection.missing, missing);
  });
}
