import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkPlan } from "@/lib/plan/checks/check-plan";
import { RULES } from "@/lib/plan/checks/rules";
import { readDocument } from "../read-document";

const folder = path.join(import.meta.dirname, "moves");
/** Families about how a move goes; those about money have documents of their own. */
const FAMILIES = new Set(["cutover-safety", "rollback-and-decommission", "calendar", "backups", "network-and-dns", "configuration", "document-consistency"]);
const MINE = new Set(RULES.filter((rule) => FAMILIES.has(rule.family)).map((rule) => rule.code));

function found(file: string) {
  const { plan, locate } = readDocument(readFileSync(path.join(folder, file), "utf8"), file);
  return checkPlan(plan, locate).filter((finding) => MINE.has(finding.code));
}

const files = (start: string) => readdirSync(folder).filter((file) => file.startsWith(start));

describe.each(files("right-"))("%s, a plan that is right", (file) => {
  it("raises no false alarm", () => {
    expect(found(file).map(({ code, lines, message }) => ({ code, lines, message }))).toEqual([]);
  });
});

/** Code and lines of everything that is wrong in it. */
const WRONG: Record<string, [code: string, lines: number[]][]> = {
  "wrong-ledger.md": [
    ["dns-before-final-sync", [13, 14, 15]],
    ["rollback-target-already-decommissioned", [17, 23]],
    ["rollback-without-reverse-sync", [24, 22, 23, 15]],
    ["claim-vs-schedule", [3, 30, 32]],
    ["test-after-cutover", [20, 13]],
    ["work-in-window-not-in-preparation", [12, 7, 11]],
    ["ttl-step-missing", [32, 33]],
    ["observation-window-missing", [17, 16]],
  ],
  "wrong-portal.md": [
    ["dns-before-final-sync", [9, 10, 11]],
    ["rollback-target-already-decommissioned", [12, 16]],
    ["db-copy-without-freeze-or-compare", [11, 10]],
    ["test-after-cutover", [13, 9]],
    ["observation-window-missing", [12]],
    ["rollback-without-reverse-sync", [16, 15, 11]],
    ["phase-overlap", [5, 8]],
  ],
  "wrong-billetterie.md": [
    ["dns-before-final-sync", [10, 11]],
    ["db-copy-without-freeze-or-compare", [12]],
    ["test-after-cutover", [15, 10]],
    ["rollback-without-reverse-sync", [20, 19, 11]],
    ["duration-conflict", [16, 17]],
    ["phase-overlap", [8, 14]],
  ],
  "wrong-orchard.md": [
    ["dns-vs-environment", [22, 23, 42]],
    ["port-collision", [15, 31]],
    ["port-vs-firewall", [75, 71, 72]],
    ["fallback-same-provider", [44, 43]],
    ["unset-secret", [54]],
    ["config-vs-architecture", [16, 36]],
    ["policy-vs-config", [45, 65]],
    ["policy-vs-config", [60, 46, 66]],
    ["policy-vs-config", [72, 67]],
    ["list-length-conflict", [86, 80]],
    ["numbering-mismatch", [6, 8, 63, 92]],
  ],
  "wrong-clinics.md": [
    ["claim-vs-schedule", [77, 7]],
    ["numbering-mismatch", [11, 19]],
  ],
  "wrong-lager.md": [
    ["dns-before-final-sync", [56, 57, 58]],
    ["same-host-dependency", [108]],
  ],
  "wrong-radio.md": [
    ["dns-before-final-sync", [58, 59, 60]],
    ["claim-vs-schedule", [56, 7]],
  ],
};

describe.each(files("wrong-"))("%s, a plan with contradictions", (file) => {
  it("has each found, with its lines", () => {
    const codes = found(file).map(({ code, lines }) => [code, lines]);
    for (const wrong of WRONG[file] ?? []) expect(codes).toContainEqual(wrong);
  });
});

it("knows what is wrong in every document that is", () => {
  expect(Object.keys(WRONG).sort()).toEqual(files("wrong-").sort());
});
