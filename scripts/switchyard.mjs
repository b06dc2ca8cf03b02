import { ensureBundle } from "./bundle.mjs";
import { runScript, setup } from "./setup.mjs";

try {
  await setup();
  process.exitCode = await runScript("cli/main.ts", process.argv.slice(2), { SWITCHYARD_BUNDLE: await ensureBundle() });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
