import { assertEquals } from "@std/assert";
import { formatMetrics } from "../../../src/core/text/metrics.ts";

Deno.test("formatMetrics() writes help, type and one sample a line", () => {
  const text = formatMetrics([
    {
      name: "lag_seconds",
      type: "histogram",
      help: "How late.",
      samples: [
        { suffix: "_bucket", labels: { le: "0.1" }, value: 3 },
        { suffix: "_bucket", labels: { le: "+Inf" }, value: 4 },
        { suffix: "_sum", value: 1.25 },
        { suffix: "_count", value: 4 },
      ],
    },
    { name: "none", type: "gauge", help: "Without samples.", samples: [] },
  ]);
  assertEquals(
    text,
    "# HELP lag_seconds How late.\n# TYPE lag_seconds histogram\n" +
      'lag_seconds_bucket{le="0.1"} 3\nlag_seconds_bucket{le="+Inf"} 4\nlag_seconds_sum 1.25\nlag_seconds_count 4\n',
  );
});

for (
  const [what, value, written] of [
    ["a quote", 'a"b', '"a\\"b"'],
    ["a backslash", "a\\b", '"a\\\\b"'],
    ["a line break", "a\nb", '"a\\nb"'],
    ["a backslash before an n", "a\\n", '"a\\\\n"'],
    ["other letters", "día {x}", '"día {x}"'],
  ] as const
) {
  Deno.test(`formatMetrics() escapes ${what} in a label`, () => {
    const text = formatMetrics([
      { name: "m", type: "gauge", help: "h", samples: [{ labels: { l: value }, value: 1 }] },
    ]);
    assertEquals(text.split("\n")[2], `m{l=${written}} 1`);
  });
}

Deno.test("formatMetrics() keeps help on one line, quotes as they are", () => {
  const text = formatMetrics([{ name: "m", type: "gauge", help: 'a\\b\n"c"', samples: [{ value: 1 }] }]);
  assertEquals(text.split("\n")[0], '# HELP m a\\\\b\\n"c"');
});

for (
  const [value, written] of [
    [0, "0"],
    [-1.5, "-1.5"],
    [1795621456.12, "1795621456.12"],
    [1e21, "1e+21"],
    [
      Infinity,
      "+Inf",
    ],
    [-Infinity, "-Inf"],
    [NaN, "NaN"],
  ] as const
) {
  Deno.test(`formatMetrics() writes the number ${written}`, () => {
    const text = formatMetrics([{ name: "m", type: "gauge", help: "h", samples: [{ value }] }]);
    assertEquals(text.split("\n")[2], `m ${written}`);
  });
}
