// The SDK for Node.js that Pulumi generates from the plugin's schema, built as `pulumi package add` does.
const { ConnectorInstance } = require("../../../.cache/benchmark/sdk");
const { each } = require("./inputs");

each((name, args) => new ConnectorInstance(name, args));
