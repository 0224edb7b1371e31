#!/usr/bin/env node
import { program } from "commander";
import { adoptCommand } from "./cli/adopt";
import { orphansCommand } from "./cli/orphans";
import { reviewCommand } from "./cli/review";
import { Act365Error } from "./errors";
import { simulateCommand } from "./simulator/command";

program
  .name("pulumi-act365")
  .description("Act! 365 connector instances beside a Pulumi stack")
  .addCommand(adoptCommand)
  .addCommand(orphansCommand)
  .addCommand(reviewCommand)
  .addCommand(simulateCommand)
  .parseAsync()
  .catch((error: Error) => {
    console.error(`error: ${error instanceof Act365Error ? error.message : error}`);
    process.exitCode = 1;
  });
