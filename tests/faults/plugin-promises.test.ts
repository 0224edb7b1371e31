// The suites of the promises once more, through the plugin. Some of its own, kill.test.ts among them, go through both doors.
process.env.ACT365_DOOR = "plugin";

describe.each(["failures", "stacks", "leftovers", "replacement"])("through the plugin: %s", (suite) => {
  require(`../engine/${suite}.test`);
});
