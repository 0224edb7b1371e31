const { ConnectorInstance } = require("../../support/sdk.js");
const { each } = require("./inputs");

each((name, args) => new ConnectorInstance(name, args));
