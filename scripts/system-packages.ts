import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isInstalled, REQUIRED_PACKAGES, type RequiredPackage, TEST_PACKAGES } from "@/lib/practice/packages";
import { childEnv, quietly, withLock } from "./setup.mjs";

export interface SystemPackage {
  name: string;
  /** Whether it is there already. */
  present: () => boolean;
  /** What does not work without it. */
  neededFor: string;
}

const anyOf = (...files: string[]) => files.some((file) => existsSync(file));
const packaged = (entry: RequiredPackage, neededFor: string): SystemPackage => ({ name: entry.name, present: () => isInstalled(entry), neededFor });
/** Debian packages of the practice site. */
export const PRACTICE_PACKAGES: SystemPackage[] = REQUIRED_PACKAGES.map((entry) => packaged(entry, `the practice site (${entry.parts.join(", ")})`));
/** Servers that tests talk to and that are no part of the practice site. */
export const SERVER_PACKAGES: SystemPackage[] = TEST_PACKAGES.map((entry) => packaged(entry, "the tests"));
export const BROWSER_PACKAGES: SystemPackage[] = [
  { name: "chromium", present: () => anyOf("/usr/bin/chromium", "/usr/bin/chromium-browser"), neededFor: "the browser tests" },
  { name: "fonts-liberation", present: () => existsSync("/usr/share/fonts/truetype/liberation"), neededFor: "readable text in the browser tests" },
];

function asRoot(): string[] | null {
  if (process.getuid?.() === 0) return [];
  try {
    execFileSync("sudo", ["-n", "true"], { stdio: "ignore" });
    return ["sudo", "-n"];
  } catch {
    return null;
  }
}

/**
 * Installs the packages that are missing when this user may; otherwise returns them with the command to type.
 * Services that Debian would start with them are kept from starting.
 */
export async function ensureSystemPackages(wanted: SystemPackage[]): Promise<{ missing: SystemPackage[]; hint: string }> {
  const missing = wanted.filter((one) => !one.present());
  const names = missing.map((one) => one.name);
  const hint = `sudo apt-get install -y --no-install-recommends ${names.join(" ")}`;
  if (missing.length === 0) return { missing, hint: "" };
  const prefix = asRoot();
  if (prefix === null || !existsSync("/usr/bin/apt-get")) return { missing, hint };
  const apt = (label: string, args: string[]) => {
    // policy-rc.d of exit 101 keeps packages from starting their services; RUNLEVEL=1 does the same where it is absent.
    const full = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", ...args];
    return quietly(label, full[0] ?? "env", full.slice(1), { env: childEnv() });
  };
  await withLock("system packages", async () => {
    await apt("Updating the list of system packages", ["update"]);
    await apt(`Installing ${names.join(", ")}`, ["install", "-y", "--no-install-recommends", ...names]);
  });
  const still = wanted.filter((one) => !one.present());
  return { missing: still, hint: still.length === 0 ? "" : hint };
}
