/** The last step of `npm run build`: puts the simulator's HTTP library, with its licences, into the one file that names it. */
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const file = "dist/simulator/http.js";
const licences = ["hono", "@hono/node-server"].map(
  (name) => `${name}:\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}`,
);

await build({
  entryPoints: [file],
  outfile: file,
  allowOverwrite: true,
  bundle: true,
  platform: "node",
  format: "cjs",
  banner: { js: `/*\n${licences.join("\n\n")}\n*/` },
});
