import { ExampleStacks } from "../../support/examples";
import { comesAndGoes, goes, withSdk } from "../../support/languages";

const stacks = new ExampleStacks("@pulumi/pulumi");

test.each(withSdk)(goes, (name) => comesAndGoes(stacks, name), 900_000);
