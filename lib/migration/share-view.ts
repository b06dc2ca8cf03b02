import { z } from "zod";

const percents = { set: z.number(), percent: z.number().nullable(), answers: z.number().nullable() };

/** What the route answers; also its description in the OpenAPI document. Percents are of the new side. */
export const shareView = z.object({
  ways: z.array(
    z.object({
      title: z.string(),
      sentence: z.string(),
      /** At most about 400, oldest first; a stretch without a look has none. */
      points: z.array(z.object({ at: z.iso.datetime(), ...percents })),
      /** Stretches during which one share was set. */
      stages: z.array(z.object({ from: z.iso.datetime(), ...percents })),
    }),
  ),
});
export type ShareView = z.infer<typeof shareView>;
