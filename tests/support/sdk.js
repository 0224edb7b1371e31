/** As much of the SDK that Pulumi makes of the plugin's schema as a program in JavaScript needs. */
const pulumi = require("@pulumi/pulumi");
const { schemaOf } = require("../../dist/native/schema.js");

const type = "act365:index:ConnectorInstance";
const { properties, aliases } = schemaOf({ version: "0.0.0" }).resources[type];
const notKnownYet = Object.fromEntries(Object.keys(properties).map((name) => [name, undefined]));
const additionalSecretOutputs = Object.keys(properties).filter((name) => properties[name].secret);

class ConnectorInstance extends pulumi.CustomResource {
  constructor(name, args, options) {
    super(
      type,
      name,
      { ...notKnownYet, ...args },
      pulumi.mergeOptions(options, { aliases, additionalSecretOutputs }),
    );
  }

  static get(name, id, options) {
    return new ConnectorInstance(name, {}, { ...options, id });
  }
}

class Provider extends pulumi.ProviderResource {
  constructor(name, args, options) {
    super("act365", name, args, options);
  }
}

const lookup = (name) => (args, options) =>
  pulumi.runtime.invokeOutput(`act365:index:${name}`, args, options);

module.exports = {
  ConnectorInstance,
  Provider,
  getConnectorInstance: lookup("getConnectorInstance"),
  getConnectorInstances: lookup("getConnectorInstances"),
};
