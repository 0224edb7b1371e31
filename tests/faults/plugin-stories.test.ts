// The suites of a resource's life once more, through the plugin.
process.env.ACT365_DOOR = "plugin";

describe.each(["identity", "adoption", "secrets", "life", "progress", "states", "questions", "review"])(
  "through the plugin: %s",
  (suite) => {
    require(`../engine/${suite}.test`);
  },
);
