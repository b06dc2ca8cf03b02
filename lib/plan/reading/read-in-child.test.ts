import { expect, it } from "vitest";
import { longDocument } from "@/lib/document/testing/long-document";
import { readersAtWork, readInChild } from "./read-in-child";
import { readingOf, readPortable } from "./reading";

const text = longDocument(300_000);

it("reads a long document in another process as it is read in this one, while this one goes on", async () => {
  let ticks = 0;
  const clock = setInterval(() => ticks++, 10);
  const portable = await readInChild(text, "long.md").finally(() => clearInterval(clock));
  expect(ticks).toBeGreaterThan(10);
  expect(portable).toEqual(readPortable(text, "long.md"));
  expect(readingOf(portable).locate("stacks[0]")?.line).toBe(readingOf(readPortable(text, "long.md")).locate("stacks[0]")?.line);
  expect(readersAtWork()).toEqual([]);
}, 240_000);

it("says what to do when reading takes too long or is stopped, and leaves no process", async () => {
  await expect(readInChild(text, "long.md", 50)).rejects.toThrow("Reading took too long; split the document.");
  const reading = readInChild(text, "long.md");
  while (readersAtWork().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const pid of readersAtWork()) process.kill(pid, "SIGKILL");
  await expect(reading).rejects.toThrow("Reading was stopped, or needed too much memory; split the document.");
  expect(readersAtWork()).toEqual([]);
});
