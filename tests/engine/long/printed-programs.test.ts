import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExampleStacks } from "../../support/examples";
import { mustShell, writeAll } from "../../support/foreign";
import { makeSdk, prepare, startLanguageHost, strictly } from "../../support/languages";
import { canaries, changesIn, findsPlugin, leaksIn, Stack, settingsFor } from "../../support/stack";

const stacks = new ExampleStacks("@pulumi/pulumi", "typescript@5", "@types/node@22");

/** The program that `pulumi import` prints, by language: in which file, and how a mistake in it would show. */
const printed = {
  nodejs: {
    file: "index.ts",
    async compile(folder: string) {
      await makeSdk("nodejs", join(folder, "sdk"));
      const paths = { "@pulumi/act365": ["./sdk"] };
      await writeAll(folder, { "tsconfig.json": { compilerOptions: { paths }, files: ["index.ts"] } });
      await mustShell(folder, "npx", "tsc", ...strictly, "-p", ".");
    },
  },
  go: {
    file: "main.go",
    async compile(folder: string) {
      await copyFile(join(stacks.folderOf("go"), "go.mod"), join(folder, "go.mod"));
      await prepare(folder, join(stacks.place, "node_modules"));
      await mustShell(folder, "go", "vet", ".");
    },
  },
  // Which has no compiler.
  python: {
    file: "__main__.py",
    async compile(folder: string, stack: Stack) {
      const file = join(folder, "__main__.py");
      const text = await readFile(file, "utf8");
      const withKeys = text.replace(/(api|developer)_key=""/g, '$1_key=pulumi.Output.secret("new")');
      await writeFile(file, withKeys);
      Object.assign(stack.environment, await prepare(folder, join(stacks.place, "node_modules")));
      expect(changesIn((await stack.preview()).text)).toEqual([
        "~ act365:index:ConnectorInstance: (update)",
        "+ apiKey : [secret]",
        "+ developerKey: [secret]",
        '+ ownershipTag: "pulumi:imported/dev/crm"',
      ]);
    },
  },
} as const;

test.each(["nodejs", "python", "go"] as const)(
  "the program that import prints in %s compiles, and shows no secret",
  async (language) => {
    const { simulator } = stacks;
    const { id } = simulator.add({
      name: "by hand",
      tags: ["sales"],
      configuration: {
        username: canaries.apiKey,
        password: canaries.developerKey,
        "pagination.max": "50",
        "event.notification.enabled": "true",
        "event.notification.callback.url": "https://example.com/hook",
        "event.notification.callback.headers": canaries.headers,
        "event.notification.basic.username": "act",
        "event.notification.basic.password": canaries.password,
        "event.poller.refresh_interval": "30",
        "event.poller.configuration": '{"todos":{"url":"/todos","idField":"id","datesConfiguration":{}}}',
      },
    });
    const folder = join(stacks.place, "imported", language);
    await writeAll(folder, { "Pulumi.yaml": `name: imported\nruntime: ${language}\n${findsPlugin}` });
    const stack = await Stack.at(folder, settingsFor(simulator), { seconds: 600 });
    const { file, compile } = printed[language];
    {
      await using host = await startLanguageHost(language);
      const { environment } = stack;
      Object.assign(environment, host.environment);
      await stack.import(id, "--out", file);
      delete environment.PULUMI_DEBUG_LANGUAGES;
    }
    const program = await readFile(join(folder, file), "utf8");
    expect(leaksIn(stack.printed + program + (await stack.stateText()), simulator)).toEqual([]);
    await compile(folder, stack);
  },
  900_000,
);
