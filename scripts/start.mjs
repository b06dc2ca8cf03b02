import { ensureBundle } from "./bundle.mjs";
import { runScript, setup } from "./setup.mjs";

try {
  await setup();
  process.exitCode = await runScript("scripts/supervisor.ts", process.argv.slice(2), { SWITCHYARD_BUNDLE: await ensureBundle() });
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
