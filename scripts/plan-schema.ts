/**
 * Writes the JSON Schema of the plan format for editors: `node --import tsx scripts/plan-schema.ts`.
 * A test fails when docs/plan.schema.json is not what this would write.
 */
import { writeFileSync } from "node:fs";
import { planJsonSchema } from "@/lib/plan/types";

const file = new URL("../docs/plan.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
console.log(`wrote ${file.pathname}`);
