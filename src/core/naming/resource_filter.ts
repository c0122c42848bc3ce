import { toCommaWords } from "../convert.ts";
import { matchesGlob } from "./glob.ts";
import { compareRids } from "./rid.ts";

/** What was typed after `--rid`, `--tags` and `--subsets`. */
export interface ResourceFilterTexts {
  readonly rid?: string | undefined;
  readonly tags?: string | undefined;
  readonly subsets?: string | undefined;
}

/** The filters taken apart; one that was not given is undefined and lets everything through. */
export interface ResourceFilter {
  /** Resource ids, groups, drivers or globs; one of them must match. */
  readonly rids: readonly string[] | undefined;
  /** One of these must have all its tags on the resource. */
  readonly tags: readonly (readonly string[])[] | undefined;
  readonly subsets: readonly string[] | undefined;
}

/** What a filter looks at. */
export interface FilteredResource {
  readonly rid: string;
  /** Group and type, such as `task.host`. */
  readonly driver: string;
  readonly tags: ReadonlySet<string>;
  readonly subset: string;
}

export interface ResourceSelection<Resource> {
  /** In natural order of their ids. */
  readonly matched: readonly Resource[];
  /** What no resource answers to, with its flag: each member of `--rid`; `--tags` and `--subsets` as a whole. */
  readonly missing: readonly string[];
}

/**
 * Reads the filters: a comma is *or*, in tags a plus is *and*, and binds tighter.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseResourceFilter({ tags: "a+b,c" }).tags, [["a", "b"], ["c"]]);
 * ```
 */
export function parseResourceFilter({ rid, tags, subsets }: ResourceFilterTexts): ResourceFilter {
  const members = (text: string | undefined) => text ? toCommaWords(text) : undefined;
  return {
    rids: members(rid),
    tags: members(tags)?.map((member) =>
      member.split("+").map((tag) => tag.trim()).filter((tag) => tag !== "")
    ),
    subsets: members(subsets),
  };
}

/** Chooses the resources that pass all filters, and tells what in the filters names none. */
export function selectResources<Resource extends FilteredResource>(
  { rids, tags, subsets }: ResourceFilter,
  resources: readonly Resource[],
): ResourceSelection<Resource> {
  const tests: [flag: string, members: readonly string[] | undefined, test: Test][] = [
    ["--rid", rids, isRidMatch],
    ["--tags", tags?.map((all) => all.join("+")), isTagMatch],
    ["--subsets", subsets, (resource, member) => matchesGlob(resource.subset, member)],
  ];
  const missing: string[] = [];
  let matched = [...resources].sort((a, b) => compareRids(a.rid, b.rid));
  for (const [flag, members, test] of tests) {
    if (!members) continue;
    const lost = members.filter((member) => !resources.some((resource) => test(resource, member)));
    // A rid that does not exist is a mistake; a tag or a subset that nobody has is one side of an *or*.
    if (flag === "--rid" || lost.length === members.length) {
      missing.push(...lost.map((member) => `${flag} ${member}`));
    }
    matched = matched.filter((resource) => members.some((member) => test(resource, member)));
  }
  return { matched, missing };
}

type Test = (resource: FilteredResource, member: string) => boolean;

function isRidMatch({ rid, driver }: FilteredResource, member: string): boolean {
  if (member.includes("#")) return matchesGlob(rid, member);
  if (member.includes(".")) return matchesGlob(driver, member);
  return matchesGlob(rid.slice(0, rid.indexOf("#")), member);
}

function isTagMatch({ tags }: FilteredResource, member: string): boolean {
  return member.split("+").every((tag) => tags.has(tag));
}
