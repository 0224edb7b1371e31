// The floor that sends what the class sends, and does nothing else: what it takes more than the floor is the requests,
// the simulator's work on the same cores included.
const pulumi = require("@pulumi/pulumi");
const { each } = require("./inputs");

const file = JSON.stringify(require.resolve("./requests-provider"));
// As long as the text of the floor, so that the states have the same bytes.
const text = `exports.handler = () => require(${file});`.padEnd(509);
const provider = { create: async () => ({ id: "" }) };

class Requests extends pulumi.dynamic.Resource {
  constructor(name, args) {
    let known;
    const properties = Object.defineProperty({ ...args }, "__provider", {
      enumerable: true,
      get: () => known,
      set() {
        known = text;
      },
    });
    super(provider, name, properties);
  }
}

each((name, args) => new Requests(name, args));
