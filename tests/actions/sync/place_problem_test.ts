import { assertEquals } from "@std/assert";
import { localProblem, rootProblem } from "../../../src/actions/sync/place_problem.ts";

/** `/link` leads to `/srv/data`; nothing else is a link, and below `/srv/data/new` there is nothing yet. */
const FILES = {
  realPath: (path: string) =>
    path.startsWith("/srv/data/new") ? undefined : path.replace(/^\/link(?=\/|$)/, "/srv/data"),
};

const cases: { source: string; destination: string; more?: object; problem?: string }[] = [
  { source: "/srv/data/", destination: "/srv/copy/" },
  { source: "/srv/data", destination: "/srv/database" },
  { source: "/srv", destination: "/srv/copy", problem: "dst /srv/copy is in the source /srv" },
  { source: "/srv/data/", destination: "/srv/data", problem: "dst /srv/data is in the source /srv/data/" },
  {
    source: "/srv/data/",
    destination: "/link/new/deep",
    problem: "dst /link/new/deep is in the source /srv/data/",
  },
  {
    source: "/srv/data/",
    destination: "/srv",
    problem: "the source /srv/data/ is in dst /srv, and would be deleted there",
  },
  {
    source: "/link/",
    destination: "/srv/",
    problem: "the source /link/ is in dst /srv/, and would be deleted there",
  },
  { source: "/srv/data/a.conf", destination: "/srv" },
  { source: "/srv/data/", destination: "/srv", more: { resetsOptions: true } },
  {
    source: "/srv/data/",
    destination: "/srv",
    more: { resetsOptions: true, options: ["-a", "--delete-after"] },
    problem: "the source /srv/data/ is in dst /srv, and would be deleted there",
  },
];
for (const { source, destination, more = {}, problem } of cases) {
  Deno.test(`localProblem() of ${source} to ${destination}, ${JSON.stringify(more)}`, () => {
    const settings = { destination, options: [], resetsOptions: false, ...more };
    assertEquals(localProblem(FILES, [source], settings), problem);
  });
}

Deno.test("rootProblem() keeps the system of a target from being deleted", () => {
  const of = (sources: string[], destination: string, options: string[] = [], resetsOptions = false) =>
    rootProblem(sources, { destination, options, resetsOptions });
  const problem = "dst is /, where all that is not in /srv/data/ would be deleted";
  assertEquals([of(["/a", "/srv/data/"], "/"), of(["/srv/data/"], "//./")], [problem, problem]);
  assertEquals(of(["/srv/data"], "/"), undefined);
  assertEquals(of(["/srv/data/"], "/srv"), undefined);
  assertEquals([of(["/srv/data/"], "/", ["-R"]), of(["/srv/data/"], "/", ["--relative"])], [
    undefined,
    undefined,
  ]);
  assertEquals(of(["/srv/data/"], "/", ["-a"], true), undefined);
});
