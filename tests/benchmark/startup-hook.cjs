// Loaded before what is timed (startup.mts): writes how long each module took by itself, without those that it loads.
const { isBuiltin, Module } = require("node:module");

const own = {};
const open = [];
const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const file = Module._resolveFilename(request, parent, ...rest);
  if (isBuiltin(file) || Module._cache[file]) return load.call(this, request, parent, ...rest);
  const frame = { inner: 0 };
  open.push(frame);
  const start = performance.now();
  try {
    return load.call(this, request, parent, ...rest);
  } finally {
    const took = performance.now() - start;
    open.pop();
    own[file] = (own[file] ?? 0) + took - frame.inner;
    const outer = open.at(-1);
    if (outer) outer.inner += took;
  }
};
process.on("exit", () => process.stdout.write(JSON.stringify(own)));
