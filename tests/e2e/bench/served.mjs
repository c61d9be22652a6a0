// Folders served while something is measured.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("../../../", import.meta.url));

/** Serves a folder of the project on a free port: its address, and what ends it. */
export async function served(folder) {
  const server = spawn("node", ["tools/serve.mjs", folder], { cwd: TOP, env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((resolve, reject) => {
    server.stdout.on("data", (data) => resolve(`${/http:\S+/.exec(data)[0]}/`));
    server.on("exit", (status) => reject(new Error(`tools/serve.mjs ended with ${status}`)));
  });
  return { address, end: () => server.kill() };
}
