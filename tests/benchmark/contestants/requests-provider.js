let baseUrl;
let headers;

exports.configure = async ({ config }) => {
  baseUrl = config.require("act365:baseUrl");
  headers = {
    authorization: `User ${config.require("act365:userSecret")}, Organization ${config.require("act365:organizationSecret")}`,
    "content-type": "application/json",
  };
};

async function send(method, path, body) {
  const response = await fetch(`${baseUrl}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
}

exports.create = async (inputs) => {
  const tag = `benchmark:${inputs.name}`;
  await send("GET", `/instances?${new URLSearchParams({ "tags[]": tag, pageSize: "200" })}`);
  const { id } = await send("POST", "/instances", {
    name: inputs.name,
    element: { key: "actessentials" },
    configuration: { username: inputs.apiKey, password: inputs.developerKey },
    tags: [...inputs.tags, tag],
  });
  return { id: String(id), outs: inputs };
};

exports.read = async (id, props) => {
  await send("GET", `/instances/${id}`);
  return { id, props };
};

exports.update = async (id, _olds, news) => {
  await send("GET", `/instances/${id}`);
  await send("PATCH", `/instances/${id}`, { name: news.name });
  return { outs: news };
};

exports.delete = async (id) => {
  await send("GET", `/instances/${id}`);
  await send("DELETE", `/instances/${id}`);
};
