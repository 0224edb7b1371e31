// Nothing at all: what starting the engine and a program costs.
require("@pulumi/pulumi");
