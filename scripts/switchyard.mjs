import { runScript, setup } from "./setup.mjs";

try {
  await setup();
  process.exitCode = await runScript("cli/main.ts", process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
