import { ensureBundle } from "./bundle.mjs";
import { runScript, setup } from "./setup.mjs";

try {
  await setup();
  process.exitCode = await runScript("bench/run.ts", process.argv.slice(2), { NODE_ENV: "test", SWITCHYARD_BUNDLE: await ensureBundle() });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
