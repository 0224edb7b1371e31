import { ExampleStacks } from "../../support/examples";
import { comesAndGoes, goes } from "../../support/languages";

const stacks = new ExampleStacks("@pulumi/pulumi");

test.each(["python", "go"])(goes, (name) => comesAndGoes(stacks, name), 900_000);
