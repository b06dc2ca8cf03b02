import { describe, expect, it } from "vitest";
import { findNumbers } from "./number";

const read = (text: string, decimal?: "." | ",") => findNumbers(text, decimal === undefined ? {} : { decimal }).map((one) => one.value);

describe("numbers in running text", () => {
  it.each([
    ["1,234.56", [1234.56]],
    ["1.234,56", [1234.56]],
    ["1 234,56", [1234.56]],
    ["1\u202F234\u00A0567", [1234567]],
    ["1'234.50 and 1’234’567", [1234.5, 1234567]],
    ["1,37,430 and 12,34,56,789", [137430, 123456789]],
    ["1.234.567 and 1,234,567", [1234567, 1234567]],
    ["0.125 and 0,125", [0.125, 0.125]],
    ["3,5 and 3.5", [3.5, 3.5]],
    ["1.2K, 3M, 10k, 2 million, 1.5 lakh, 3 Mio., 5 mil, 2 crore", [1200, 3e6, 10000, 2e6, 150000, 3e6, 5000, 2e7]],
    ["½ and 1½", [0.5, 1.5]],
    ["100GB, 70%, 30s, 5min", [100, 70, 30, 5]],
    ["-5 and −3", [-5, -3]],
    ["1, 2, 3 and 4,5,6", [1, 2, 3, 4, 5, 6]],
    ["Q4 100 000", [100000]],
    ["5-10", [5, 10]],
    ["sub-200ms", [200]],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    "S3, EC2, t3.2xlarge, m5.large, v1.2.3, gpt-4",
    "192.168.0.1, 10.0.0.0, 1.2.3",
    "2024-01-15, 01/02/2024, 12:30",
    "#123456, issue #12, 24/7, 1st, 2nd, foo_1, 3f2a9c",
  ])("finds none in %j", (text) => {
    expect(read(text)).toEqual([]);
  });

  it("takes the document's decimal mark where three digits could be either", () => {
    expect(read("1.234", ",")).toEqual([1234]);
    expect(read("1.234", ".")).toEqual([1.234]);
    expect(read("1,234", ",")).toEqual([1.234]);
    expect(read("1,234", ".")).toEqual([1234]);
    expect(read("0.234", ",")).toEqual([0.234]);
  });
});
