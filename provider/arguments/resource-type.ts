/** The type of the class's resources, as it stands in URNs, states and policies. */
export const DYNAMIC_TYPE = "pulumi-nodejs:dynamic/act365:ConnectorInstance";

/** The type of the native plugin's resources. */
export const NATIVE_TYPE = "act365:index:ConnectorInstance";

export const isConnectorInstance = (type: string): boolean => type === DYNAMIC_TYPE || type === NATIVE_TYPE;

/** The parts of `urn:pulumi:<stack>::<project>::<parents' types$><type>::<name>`; a name may hold "::". */
export function partsOf(urn: string): { stack: string; project: string; type: string; name: string } {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { stack, project, type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/**
 * Whether the engine has made the provider of this name, for a program that makes none: it names it by the plugin's
 * version and by the URL that it comes from, as far as there are any.
 */
export const isDefaultProvider = (name: string): boolean =>
  /^default(_\d+_\d+_\d+[^/]*)?(_[a-z]+_\/.*)?$/.test(name);
