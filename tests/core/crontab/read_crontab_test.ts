import { assertEquals } from "@std/assert";
import { crontabPlace } from "../../../src/core/crontab/crontab_place.ts";
import { readCrontab } from "../../../src/core/crontab/read_crontab.ts";
import { readVariable } from "../../../src/core/crontab/variable.ts";

const variables: [line: string, name: string | undefined, value?: string][] = [
  ["A=b", "A", "b"],
  ["A = b c ", "A", "b c"],
  ["A=", "A", ""],
  ['A=" b "', "A", " b "],
  ["'A' = ' b'", "A", " b"],
  ["A=it's", "A", "it's"],
  ["A=$HOME/x=y", "A", "$HOME/x=y"],
  ['A="b', undefined],
  ['A="b" c', undefined],
  ["* * * * * A=b", undefined],
  ["@daily A=b", undefined],
  ["0 0 1 1 * x", undefined],
];

for (const [line, name, value] of variables) {
  Deno.test(`readVariable() ${line} is ${name === undefined ? "no variable" : `${name}, "${value}"`}`, () => {
    assertEquals(readVariable(line), name === undefined ? undefined : { name, value: value! });
  });
}

function user(text: string) {
  return readCrontab(text, { isSystem: false });
}

Deno.test("a variable counts for the lines after it only", () => {
  const { jobs } = user("@daily a\nX=1\n@daily b\nX=2\n__proto__=3\n@daily c\n");
  assertEquals(jobs.map((job) => Object.entries(job.variables)), [[], [["X", "1"]], [["X", "2"], [
    "__proto__",
    "3",
  ]]]);
});

Deno.test("the zone of CRON_TZ and the delay of RANDOM_DELAY count for the lines after them", () => {
  const { jobs, remarks } = user(
    "0 1 * * * a\nCRON_TZ=Asia/Tokyo\nRANDOM_DELAY=30\n0 1 * * * b\n*/5 * * * * c\nCRON_TZ=\n@reboot d\n",
  );
  assertEquals(jobs.map(({ timezone, schedule }) => [timezone, schedule]), [
    [undefined, "0 1 * * *"],
    ["Asia/Tokyo", "~01:00-01:30"],
    ["Asia/Tokyo", "*/5 * * * *"],
    [undefined, "@reboot"],
  ]);
  assertEquals(remarks, [{
    line: 5,
    text: 'RANDOM_DELAY=30 is left out: no window of one day can say "*/5 * * * *" with it',
  }]);
});

Deno.test("a comment right above a job is that of the job, others are those of the crontab", () => {
  const { jobs, comment } = user(
    "# head\n\n# m h  dom mon dow   command\n# first\n# job\n@daily a\n@daily b\n# lost\nX=1\n@daily c\n# tail\n",
  );
  assertEquals(jobs.map((job) => job.comment), ["first job", "", ""]);
  assertEquals(comment, "head lost tail");
});

Deno.test("every line that cannot be read is told with its number", () => {
  const { problems } = user(
    "61 * * * * a\n\n@often b\n* * * *\n@daily\nCRON_TZ=Mars/Base\nRANDOM_DELAY=some\nnonsense\n@daily ok\n",
  );
  assertEquals(problems.map(({ line }) => line), [1, 3, 4, 5, 6, 7, 8]);
  assertEquals(problems[0]!.text, '"61" is no minute of cron, expected 0 to 59, with "," "-" or "*/2"');
});

Deno.test("a PATH or HOME that a configuration would replace cannot be read, other variables can", () => {
  const { problems } = user(
    "PATH=/{name}:/bin\nHOME=/$(x)\nX={name}\nPATH=${X}/bin\nPATH=$HOME/bin\n@daily a\n",
  );
  assertEquals(problems.map(({ line }) => line), [1, 2, 4]);
});

Deno.test("a crontab without a job cannot be used", () => {
  assertEquals(user("# nothing\nX=1\n").problems.length, 1);
  assertEquals(user("").problems.length, 1);
});

Deno.test("what the agent does otherwise is remarked with its line", () => {
  const { remarks, problems } = user(
    'MAILTO=joe\nMAILTO=""\nLOGNAME=x\nTZ=UTC\nPATH=$PATH:/x\n-*/5 * * * * a\n#0 1 * * * b\n# *  *  *  *  * words\n@daily c\n',
  );
  assertEquals(problems, []);
  assertEquals(remarks.map(({ line }) => line), [1, 3, 4, 5, 6, 7]);
});

Deno.test("a system crontab has a user column, and a line without one cannot be read", () => {
  const { jobs, problems } = readCrontab("@daily\troot  run a\n0 1 * * *  joe\tb\n@daily alone\n", {
    isSystem: true,
  });
  assertEquals(jobs.map((job) => [job.user, job.command.text]), [["root", "run a"], ["joe", "b"]]);
  assertEquals(problems.map(({ line }) => line), [3]);
});

const places: [path: string, isSystem: boolean, owner?: string][] = [
  ["/etc/crontab", true],
  ["/etc/cron.d/php", true],
  ["backup/cron.d/php", true],
  ["/var/spool/cron/crontabs/joe", false, "joe"],
  ["/var/spool/cron/joe", false, "joe"],
  ["crontab", false],
  ["-", false],
];

for (const [path, isSystem, owner] of places) {
  Deno.test(`crontabPlace() ${path}: ${isSystem ? "system" : owner ?? "unknown owner"}`, () => {
    assertEquals(crontabPlace(path), { isSystem, owner });
  });
}
