import { describe, expect, it } from "vitest";
import { findQuantities } from "./quantity";

const shown = (text: string) => findQuantities(text).map(({ value, high, unit }) => [value, ...(high === null ? [] : [high]), unit].join(" "));

describe("numbers with their units", () => {
  it.each([
    ["a dump of 1.125 GB", ["1.125 GB"]],
    ["a dump of 2.500 GB", ["2500 GB"]],
    ["1.200 Nutzer", ["1200 users"]],
    ["takes 2.375 s", ["2.375 s"]],
    ["1.500 ms", ["1500 ms"]],
    ["99.975 % or 99,975 %", ["99.975 percent", "99.975 percent"]],
    ["1.234,5 GB", ["1234.5 GB"]],
    ["3 Mio. Nutzer, 2 Tsd. Anfragen", ["3000000 users", "2000 requests"]],
    ["10-20k users", ["10000 20000 users"]],
    ["1.1M requests", ["1100000 requests"]],
    ["1,37,430 users", ["137430 users"]],
  ])("%s", (text, wanted) => expect(shown(text)).toEqual(wanted));

  it("takes the first alone where the second is no upper end", () => expect(shown("5-3 nodes")).toEqual(["5 "]));
});
