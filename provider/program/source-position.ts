/** As Pulumi reads a line of a trace: a function without a name has no position there. */
const hasPosition = /\((?!node:).*:\d+:\d+\)$/;

/**
 * Makes stack traces short until the function that it returns is called.
 *
 * For its debugger of leaks Pulumi takes four traces for each property, which would be most of what a program with
 * hundreds of resources does: those get no frames. The one that goes into the state, where a backend of files writes it
 * at each step, asks for all frames: it gets the line of the program that declares the resource, and not our own before
 * it nor those of Node.js and Pulumi behind it.
 *
 * @param file the constructor's.
 */
export function shortenTraces(file: string): () => void {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = 0;
  if (prepareStackTrace)
    Error.prepareStackTrace = (error, sites) => {
      const ours = sites.map((site) => site.getFileName() === file);
      const pulumis = ours.includes(true) ? sites.slice(0, ours.indexOf(true)) : sites;
      const line = sites.slice(ours.lastIndexOf(true) + 1).find((site) => hasPosition.test(String(site)));
      return prepareStackTrace(error, line ? [...pulumis, line] : pulumis);
    };
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
  };
}
