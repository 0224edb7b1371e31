import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "..");

/** The files and packages that a fresh Node has loaded after it required a file of dist/. */
function loadedBy(file: string): { rooms: string[]; packages: string[] } {
  const script = `require(${JSON.stringify(resolve(root, "dist", file))});
    console.log(JSON.stringify(Object.keys(require.cache)));`;
  const files: string[] = JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
  const parts = files.map((each) => each.replaceAll("\\", "/"));
  const found = (pattern: RegExp) =>
    [...new Set(parts.flatMap((each) => pattern.exec(each)?.[1] ?? []))].toSorted();
  return {
    rooms: found(/\/dist\/(.+)\.js$/),
    packages: found(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//).filter((each) => each !== "pulumi-act365"),
  };
}

test("a program that imports the package loads no schemas and no HTTP", () => {
  const { rooms, packages } = loadedBy("index.js");
  expect(rooms.filter((each) => /^(instance|platform|dynamic|native|cli|simulator)\//.test(each))).toEqual(
    [],
  );
  expect(packages).toContain("@pulumi/pulumi");
  expect(packages.filter((each) => /^(zod|got|leven|commander|hono)$/.test(each))).toEqual([]);
});

test("the plugin loads neither Pulumi nor HTTP before something is sent", () => {
  const { rooms, packages } = loadedBy("dynamic/lifecycle.js");
  expect(rooms).toContain("instance/story");
  expect(packages.filter((each) => /^(@pulumi\/pulumi|got|hono|commander)$/.test(each))).toEqual([]);
});

test("the native plugin is ready without Pulumi's main module, schemas and HTTP", () => {
  const { rooms, packages } = loadedBy("native/server.js");
  expect(rooms).toContain("native/schema");
  expect(packages).toContain("@grpc/grpc-js");
  expect(packages.filter((each) => /^(zod|got|leven|hono|commander)$/.test(each))).toEqual([]);
});
