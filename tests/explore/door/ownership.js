/** Where the explorer looks for the tags of the code that it explores. */
module.exports = require("../../../dist/arguments/ownership");
