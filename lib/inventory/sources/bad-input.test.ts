import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { madeCompany, stateFile } from "../testing/terraform";
import { readSource } from "./read-source";
import { sourceText } from "./source-text";

const CANARY = "kanarie-9f3b-gelb";

function refusal(text: string): string {
  try {
    readSource(text);
  } catch (error) {
    if (error instanceof AppError && error.kind === "invalid") return error.message;
    throw error;
  }
  throw new Error("the file was accepted");
}

describe("files that are nothing known", () => {
  it.each([
    ["empty", "  \n", /empty/],
    ["text", "hello", /neither JSON nor a YAML map/],
    ["a list", "[1,2]", /JSON list/],
    ["other JSON", '{"a":1}', /no Terraform state, plan or Compose file/],
    ["other YAML", "kind: Deployment\n", /no map "services"/],
    ["a rule file", "groups:\n  - name: x\n    rules: []\n", /alerts page/],
    ["a saved plan", "PK\u0003\u0004tfplan", /binary/],
    ["NUL", "a: \u0000", /binary/],
    ["several documents", "services: {a: {image: b}}\n---\nservices: {}\n", /several documents/],
    ["no services", "services: {}\n", /no services/],
    ["a state of version 3", '{"version":3,"terraform_version":"0.11.14","modules":[]}', /version 3; version 4 is read/],
    ["a state cut off after its head", '{"version":4,"terraform_version":"1.9.0"}', /no list of resources/],
    ["an unknown format", '{"format_version":"2.0","values":{}}', /format version/],
    ["a resource without type", '{"version":4,"terraform_version":"1.9.0","resources":[{"mode":"managed","instances":[{}]}]}', /no type or no name/],
    [
      "a resource with a strange type",
      '{"version":4,"terraform_version":"1.9.0","resources":[{"mode":"managed","type":"a b","name":"c","instances":[{}]}]}',
      /no type or no name/,
    ],
    ["an encrypted state", '{"meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}', /tofu state pull/],
    ["the log of a plan", '{"@level":"info","@message":"Terraform 1.11"}\n{"@level":"info"}\n', /log that "terraform plan -json" writes/],
    ["a change without address", '{"format_version":"1.2","resource_changes":[{"mode":"managed","change":{"actions":["create"]}}]}', /no address/],
  ])("%s", (_, text, expected) => expect(refusal(text)).toMatch(expected));

  it("never quotes the file", () => {
    const cut = stateFile(madeCompany(20, CANARY), { secret: CANARY }).slice(0, -40);
    for (const text of [
      cut,
      cut.replace('"password": "', '"password": '),
      `services:\n  a:\n    environment:\n      - "PASSWORD=${CANARY}\n    b: ]`,
      `services:\n  a: *${CANARY}\n`,
      `services:\n  a: {image: x, image: ${CANARY}\n`,
      `services:\n  <<: ${CANARY}\n`,
      `{"version":4,"terraform_version":"1","resources":[{"mode":"managed","type":"x_${CANARY}","instances":[{}]}]}`,
    ]) {
      expect(refusal(text)).not.toContain(CANARY);
    }
    expect(refusal(cut)).toMatch(/not valid JSON.*cut off/);
  });
});

describe("the bytes of a file", () => {
  async function* chunks(...parts: (string | number[])[]) {
    for (const part of parts) yield typeof part === "string" ? Buffer.from(part, "utf8") : Uint8Array.from(part);
  }
  it("are UTF-8, also where a chunk ends inside a letter, or UTF-16 with its mark", async () => {
    expect(await sourceText(chunks("a: ", [0xc3], [0xa4]), 100)).toBe("a: ä");
    expect(await sourceText(chunks([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), 100)).toBe("{}");
  });
  it("are refused when they are too many, without reading on, or no text", async () => {
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 1;
        yield new Uint8Array(1_000);
      }
    }
    await expect(sourceText(endless(), 5_000)).rejects.toMatchObject({ kind: "too-large", status: 413 });
    expect(read).toBe(6);
    await expect(sourceText(chunks([0x50, 0x4b, 3, 4, 0xff, 0xff]), 100)).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining("terraform show -json"),
    });
  });
});

describe("files made to hurt", () => {
  const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

  it("are refused by size, with the limit", () => {
    expect(refusal(`{"version":4,"x":"${"a".repeat(33_000_000)}"}`)).toMatch(/33 MB; at most 32 MB/);
    expect(refusal(`services:\n  a: {image: "${"a".repeat(5_000_001)}"}`)).toMatch(/at most 5 MB/);
  });

  it("are refused by depth", () => {
    expect(refusal(`{"version":4,"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).toMatch(/too deep/);
    expect(refusal(`services: ${"[".repeat(5_000)}${"]".repeat(5_000)}`)).toMatch(/too deep/);
    expect(refusal(times(3_000, (i) => `${" ".repeat(i)}a:`).join("\n"))).toMatch(/too deep/);
  });

  it("are refused when aliases or merge keys multiply, or lead to themselves", () => {
    const nested = (line: (i: number) => string) => `a0: &a0 {k: v}\n${times(30, (i) => line(i + 1)).join("\n")}\nservices: {}\n`;
    expect(refusal(nested((i) => `a${i}: &a${i} [${times(9, () => `*a${i - 1}`).join(", ")}]`))).toMatch(/too many values/);
    expect(refusal(nested((i) => `a${i}: &a${i}\n  <<: [*a${i - 1}, *a${i - 1}]\n  k${i}: 1`))).toMatch(/too many values/);
    const wide = `base: &base {${times(2_000, (i) => `k${i}: 1`).join(", ")}}\nservices:\n${times(2_000, (i) => `  s${i}: {<<: *base}`).join("\n")}\n`;
    expect(refusal(wide)).toMatch(/too many values/);
    expect(refusal("services: &s\n  a: *s\n")).toMatch(/alias without its anchor/);
  });

  it("cannot reach prototypes", () => {
    expect(refusal("services:\n  __proto__: {image: x}\n")).toMatch(/__proto__/);
    const state =
      '{"version":4,"terraform_version":"1","resources":[{"mode":"managed","type":"aws_instance","name":"constructor","instances":[{"attributes":{"__proto__":{"instance_type":"x"},"constructor":1}}]}]}';
    expect(readSource(state).resources[0]?.specification).toEqual({ "resource type": "aws_instance" });
    expect(readSource("services:\n  constructor: {image: x, extends: toString}\n").resources[0]).toMatchObject({ name: "constructor" });
  });

  it("are refused by number of resources, and 5,000 are read", () => {
    expect(readSource(stateFile(madeCompany(5_000, CANARY))).resources).toHaveLength(5_000);
    const many = times(20_001, () => ({}));
    expect(refusal(JSON.stringify({ version: 4, terraform_version: "1", resources: [{ mode: "managed", type: "a_b", name: "c", instances: many }] }))).toMatch(
      /20,001 resources/,
    );
  });
});
