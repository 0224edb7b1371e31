import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");
const textOf = (file: string): string => readFileSync(resolve(root, file), "utf8");

test("CONTRIBUTING's picture names every room of provider/", () => {
  const [, picture = ""] = /^## The rooms\n+```\n(.*?)^```$/ms.exec(textOf("CONTRIBUTING.md")) ?? [];
  const rooms = readdirSync(resolve(root, "provider"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`);
  expect(rooms.filter((name) => !picture.includes(name))).toEqual([]);
});

const pages = ["provider", "plugin"].flatMap((folder) =>
  readdirSync(resolve(root, folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `${folder}/${file}`),
);

test.each(["CONTRIBUTING.md", "README.md", "SECURITY.md", ...pages])(
  "%s leads only to files and scripts that are there",
  (page) => {
    const text = textOf(page);
    const { scripts } = JSON.parse(textOf("package.json"));
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) =>
      resolve(root, page, "..", path),
    );
    const paths = [...text.matchAll(/`((?:provider|tests|examples|\.changeset)\/[\w./-]*)`/g)].map(
      ([, path = ""]) => resolve(root, path),
    );
    expect([...links, ...paths].filter((path) => !existsSync(path))).toEqual([]);
    const runs = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => script);
    expect(runs.filter((script) => !(script in scripts))).toEqual([]);
    const anchors = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, "")
        .replaceAll(" ", "-"),
    );
    expect(anchors.filter((anchor) => !headings.includes(anchor ?? ""))).toEqual([]);
  },
);
