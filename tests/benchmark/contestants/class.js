const { ConnectorInstance } = require("pulumi-act365");
const { each } = require("./inputs");

each((name, args) => new ConnectorInstance(name, args));
