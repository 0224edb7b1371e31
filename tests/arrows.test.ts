import { readdirSync, readFileSync } from "node:fs";
import { posix, resolve } from "node:path";

// From the program's side to the ground: a file imports only from those below it. A new file belongs in here.
const order = [
  "cli",
  "index",
  "connector-instance",
  "connector-instance-args",
  "lookups",
  "capsule",
  "lifecycle",
  "creation",
  "changes",
  "client",
  "http",
  "network",
  "traffic",
  "operation",
  "wire",
  "arguments",
  "schema",
  "secrets",
  "config",
  "fields",
  "ownership",
  "connector-keys",
  "settings",
  "errors",
];

interface Import {
  /** The importing file without its extension, below provider/, such as `cli/adopt`. */
  readonly from: string;
  /** Such a file too, or a package by its name. */
  readonly to: string;
  readonly isOurs: boolean;
  /** Gone once it is compiled. */
  readonly isType: boolean;
  /** Loaded when the program comes to it: `import()` and `require()`. */
  readonly isLate: boolean;
}

const root = resolve(__dirname, "../provider");
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replaceAll("\\", "/").replace(/\.ts$/, ""));

const patterns: [RegExp, late: boolean][] = [
  [/^(?:import|export)\s+(?<what>[^;"()=]*?)\s*from\s*"(?<module>[^"]+)"/gm, false],
  [/^import\s+(?<what>)"(?<module>[^"]+)"/gm, false],
  [/\b(?:import|require)\((?<what>)"(?<module>[^"]+)"\)/g, true],
];

function importsOf(from: string): Import[] {
  const text = readFileSync(resolve(root, `${from}.ts`), "utf8");
  return patterns.flatMap(([pattern, isLate]) =>
    [...text.matchAll(pattern)].map(({ groups: { what = "", module = "" } = {} }) => {
      const isOurs = module.startsWith(".");
      const path = posix.join(posix.dirname(from), module).replace(/\.(js|ts)$/, "");
      // A folder stands for its index.
      const to = !isOurs ? module : files.includes(path) ? path : posix.join(path, "index");
      const names = /^\{([\s\S]*)\}$/
        .exec(what)?.[1]
        ?.split(",")
        .filter((name) => name.trim() !== "");
      const isType = /^type\s/.test(what) || (names ?? [""]).every((name) => /^\s*type\s/.test(name));
      return { from, to, isOurs, isType, isLate };
    }),
  );
}

const imports = files.flatMap(importsOf);
const arrows = (some: (each: Import) => boolean): string[] =>
  imports.filter(some).map(({ from, to }) => `${from} -> ${to}`);
const room = (file: string): string => file.split("/").slice(0, -1).join("/");
const external = (to: string): boolean => !to.startsWith("node:");

test("every import leads to a file that is there, and each kind of import is found", () => {
  expect(arrows(({ isOurs, to }) => isOurs && !files.includes(to))).toEqual([]);
  const found = (from: string, to: string) => imports.find((each) => each.from === from && each.to === to);
  expect(found("index", "connector-instance")).toMatchObject({ isType: false, isLate: false });
  expect(found("lookups", "client")).toMatchObject({ isType: true });
  expect(arrows(({ from, isLate }) => from === "lookups" && isLate)).toContain("lookups -> client");
  expect(found("lifecycle", "@pulumi/pulumi")).toMatchObject({ isType: true });
});

test("every file of provider/ has its place in the order", () => {
  expect(files.filter((file) => room(file) === "").toSorted()).toEqual(order.toSorted());
});

test("arrows only go down", () => {
  const up = arrows(
    ({ from, to, isOurs }) =>
      isOurs && room(from) === "" && room(to) === "" && order.indexOf(to) <= order.indexOf(from),
  );
  expect(up).toEqual([]);
});

test("a program that imports the package loads nothing of ours below the capsule but plain data, and no package but Pulumi", () => {
  const loaded = new Set(["index"]);
  for (const file of loaded)
    for (const { to } of imports.filter(
      (each) => each.from === file && !each.isType && !each.isLate && each.isOurs,
    ))
      loaded.add(to);
  expect([...loaded].toSorted()).toEqual([
    "capsule",
    "connector-instance",
    "connector-keys",
    "fields",
    "index",
    "lookups",
    "ownership",
    "settings",
  ]);
  const packages = arrows(
    ({ from, to, isOurs, isType, isLate }) =>
      loaded.has(from) && !isOurs && !isType && !isLate && external(to),
  );
  expect(packages).toEqual(["connector-instance -> @pulumi/pulumi", "lookups -> @pulumi/pulumi"]);
});

test("the capsule imports types only, and requires the lifecycle by its public name", () => {
  const required = arrows(({ from, isType }) => from === "capsule" && !isType);
  expect([...new Set(required)]).toEqual(["capsule -> pulumi-act365/lifecycle"]);
});

test("only http knows got, and below the capsule nothing runs Pulumi's code", () => {
  expect(arrows(({ to }) => to === "got")).toEqual(["http -> got"]);
  const below = order.slice(order.indexOf("capsule"));
  const isPulumi = (to: string) => to.startsWith("@pulumi/");
  expect(arrows(({ from, to, isType }) => below.includes(from) && isPulumi(to) && !isType)).toEqual([]);
  expect(arrows(({ from, to }) => ["client", "http", "wire"].includes(from) && isPulumi(to))).toEqual([]);
});

test("each room has one door", () => {
  const rooms = new Set(files.map(room));
  rooms.delete("");
  expect([...rooms].toSorted()).toEqual(["cli", "simulator"]);
  const into = imports.filter(({ from, to, isOurs }) => isOurs && room(to) !== "" && room(from) !== room(to));
  expect([...new Set(into.map(({ from }) => from))]).toEqual(["cli"]);
  // The connector's list of keys is the contract's, not ours.
  expect(arrows(({ from, to, isOurs }) => isOurs && room(from) === "simulator" && room(to) === "")).toEqual([
    "simulator/element -> connector-keys",
  ]);
  const cliNeeds = arrows(({ from, to, isOurs }) => isOurs && room(from) === "cli" && room(to) === "");
  expect(
    cliNeeds.filter((arrow) => !/ -> (client|config|errors|fields|ownership|wire)$/.test(arrow)),
  ).toEqual([]);
});
