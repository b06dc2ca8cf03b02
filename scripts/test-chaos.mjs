import { ensureBundle } from "./bundle.mjs";
import { runScript, setup } from "./setup.mjs";

try {
  await setup();
  process.exitCode = await runScript("worker/faults/chaos/chaos.ts", process.argv.slice(2), { NODE_ENV: "test", SWITCHYARD_BUNDLE: await ensureBundle() });
} catch (error) {
  console.error(error.message);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
