#!/usr/bin/env node
import { program } from "commander";
import { version } from "../../package.json";
import { Act365Error } from "../platform/errors";
import { adoptCommand } from "./adopt";
import { orphansCommand } from "./orphans";
import { reviewCommand } from "./review";
import { simulateCommand } from "./simulate";

program
  .name("pulumi-act365")
  .description("Act! 365 connector instances beside a Pulumi stack")
  .version(version)
  .addCommand(adoptCommand)
  .addCommand(orphansCommand)
  .addCommand(reviewCommand)
  .addCommand(simulateCommand)
  .addHelpText(
    "after",
    "\nEach command's --help lists its exit codes; a wrong option or argument ends with 1.",
  )
  .parseAsync()
  .catch((error: Error) => {
    console.error(`error: ${error instanceof Act365Error ? error.message : error}`);
    process.exitCode = 1;
  });
