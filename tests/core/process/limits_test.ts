import { assertEquals } from "@std/assert";
import {
  limitsAbove,
  limitWords,
  mayRaiseLimits,
  parseHardLimits,
} from "../../../src/core/process/limits.ts";

const PROC_LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max file size             unlimited            4096                 bytes     
Max processes             100                  200                  processes 
Max open files            1024                 524288               files     
`;

Deno.test("limitWords() counts in the units of ulimit", () => {
  assertEquals(limitWords({ nofile: 64, fsize: 4096, as: 1_048_576, cpu: 3 }), "n=64 f=8 v=1024 t=3");
});

Deno.test("limitWords() takes an incomplete unit as a whole one", () => {
  assertEquals(limitWords({ fsize: 513, stack: 1 }), "f=2 s=1");
});

Deno.test("limitWords() of no limit is empty", () => assertEquals(limitWords({}), ""));

Deno.test("parseHardLimits() reads the second column", () => {
  assertEquals(parseHardLimits(PROC_LIMITS), { cpu: Infinity, fsize: 4096, nproc: 200, nofile: 524288 });
});

Deno.test("limitsAbove() names what only root can give", () => {
  const limits = { nofile: 600_000, nproc: 200, core: 5 };
  assertEquals(limitsAbove(limits, parseHardLimits(PROC_LIMITS)), { nofile: 600_000 });
});

Deno.test("mayRaiseLimits() looks at the one capability that counts", () => {
  assertEquals(mayRaiseLimits("CapPrm:\t000001ffffffffff\nCapEff:\t000001fffeffffff\n"), false);
  assertEquals(mayRaiseLimits("CapEff:\t0000000001000000\n"), true);
  assertEquals(mayRaiseLimits(""), false);
});
