/**
 * Writes docs/findings.md from the rules: `node --import tsx scripts/findings-doc.ts`.
 * A test fails when the page is not what this would write.
 */
import { writeFileSync } from "node:fs";
import { findingsPage } from "@/lib/plan/checks/findings-page";

const file = new URL("../docs/findings.md", import.meta.url);
writeFileSync(file, findingsPage());
console.log(`wrote ${file.pathname}`);
