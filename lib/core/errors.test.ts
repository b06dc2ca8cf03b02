import { describe, expect, it } from "vitest";
import { z } from "zod";
import { messageOf } from "@/lib/core/errors";

describe("messageOf", () => {
  it("says where a document is wrong instead of printing JSON", () => {
    const failed = z.object({ address: z.string(), servers: z.array(z.number()) }).safeParse({ servers: ["a"] }).error;
    expect(messageOf(failed)).toMatch(/^address is missing; servers\.0: /);
    expect(messageOf(failed)).not.toContain("{");
  });

  it("takes the message of an error and the text of anything else", () => {
    expect(messageOf(new Error("no route to host"))).toBe("no route to host");
    expect(messageOf("plain")).toBe("plain");
  });
});
