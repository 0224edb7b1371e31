/**
 * The plugin's provider for the model of the engine, which calls as Pulumi's host of dynamic providers does:
 * `npm run explore -- --lifecycle tests/explore/door/lifecycle.js`. Explicit providers stand in for connections.
 */
const { parentTypesIn, resourceNameIn } = require("../../../dist/arguments/ownership");
const { settingNames } = require("../../../dist/settings/names");
const { Provider } = require("../../../dist/native/provider");

let config = { get: () => undefined };
const providers = new Map();
const engine = { tell: () => undefined, warn: () => undefined };

exports.configure = async (request) => {
  config = request.config;
  providers.clear();
};

function settingsOf(connection) {
  const named = connection && JSON.parse(config.get(`act365:${connection}`) ?? "{}");
  return Object.fromEntries(
    settingNames.map((name) => [name, named ? named[name] : config.get(`act365:${name}`)]),
  );
}

function providerOf({ connection }) {
  if (!providers.has(connection)) {
    const provider = new Provider(engine);
    provider.configure(
      `urn:pulumi:Dev::Acme::pulumi:providers:act365::${connection ?? "default"}`,
      settingsOf(connection),
    );
    providers.set(connection, provider);
  }
  return providers.get(connection);
}

/** The engine tells the URN with each call, and its model does not: it outlives a process here. */
globalThis.urnsById ??= new Map();
const urns = globalThis.urnsById;

/** The resource that a tag is of, or that an id was of when a tag was last there. */
function resourceOf({ ownershipTag }, id) {
  if (ownershipTag === undefined) return { urn: urns.get(id) };
  const [project, stack] = ownershipTag.replace(/^pulumi:(@[^/]+\/)?/, "").split("/");
  const types = [parentTypesIn(ownershipTag), "act365:index:ConnectorInstance"].filter(Boolean).join("$");
  const urn = `urn:pulumi:${stack}::${project}::${types}::${resourceNameIn(ownershipTag)}`;
  if (id !== undefined) urns.set(id, urn);
  return { urn };
}

/** Without what is undefined, as a message of the protocol is. */
const sent = (properties) =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));

const own = ({ __provider, connection, ...args }) => args;
/** The class says where a resource lives by an argument; the plugin's state has no place for it. */
const kept = (properties, { connection }) => ({ ...sent(properties), ...(connection && { connection }) });

exports.check = async (olds, news) => {
  const provider = providerOf(news);
  const { ownershipTag, ...args } = own(news);
  const { inputs, problems } = provider.check(resourceOf({ ownershipTag }).urn, own(olds), {
    bag: args,
    secrets: [],
  });
  return { inputs: kept(inputs, news), failures: problems.map((reason) => ({ property: "", reason })) };
};

exports.diff = async (id, olds, news) => {
  const provider = providerOf(news);
  if (olds.connection !== news.connection)
    return { changes: true, replaces: ["provider"], deleteBeforeReplace: true };
  const found = provider.diff(resourceOf(news, id).urn, id, own(olds), own(olds), own(news));
  const replaces = found.filter(({ replaces }) => replaces).map(({ place }) => place);
  return { changes: found.length > 0, replaces, deleteBeforeReplace: true };
};

const partly = (args) => (error) => {
  if (error.id) resourceOf(args, error.id);
  if (error.properties) error.properties = kept(error.properties, args);
  throw error;
};

exports.create = async (news) => {
  const { id, properties } = await providerOf(news)
    .create(resourceOf(news), own(news), false)
    .catch(partly(news));
  resourceOf(news, id);
  return { id, outs: kept(properties, news) };
};

exports.read = async (id, props) => {
  const found = await providerOf(props).read(resourceOf(props, id), id, own(props), own(props));
  if (!found) return {};
  const inputs = found.inputs && kept(found.inputs, props);
  return { id, props: kept(found.properties, props), ...(inputs && { inputs }) };
};

exports.update = async (id, olds, news) => {
  const calls = { state: own(olds), olds: own(olds), news: own(news), preview: false };
  const outs = await providerOf(news).update(resourceOf(news, id), id, calls).catch(partly(news));
  return { outs: kept(outs, news) };
};

exports.delete = async (id, props) =>
  providerOf(props).delete(resourceOf(props, id), id, own(props), own(props));
