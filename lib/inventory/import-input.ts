import { z } from "zod";
import { oneLine } from "./sources/secret-text";
import { sourceName } from "./types";

/** What every import of a file takes. `basis` is that of the preview to apply, `source` the name under which the same file comes again. */
export const importInput = z.object({
  project: z.string().min(1).max(100),
  fileName: z
    .string()
    .default("file")
    .transform((name) => oneLine(name) || "file"),
  text: z.string(),
  source: sourceName.optional(),
  dryRun: z.boolean().default(false),
  basis: z.string().max(100).optional(),
});
