// A dynamic provider that does nothing, with the smallest text that works, in one object for all resources.
const pulumi = require("@pulumi/pulumi");
const { each } = require("./inputs");

const provider = { create: async (inputs) => ({ id: "1", outs: inputs }) };

class Nothing extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, args);
  }
}

each((name, args) => new Nothing(name, args));
