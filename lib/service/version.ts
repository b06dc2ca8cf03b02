import packageJson from "@/package.json" with { type: "json" };

/** Version of this installation. */
export const VERSION: string = packageJson.version;
