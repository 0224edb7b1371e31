// A dynamic provider as one writes it by Pulumi's documentation: a class in the program, imports inside its methods.
const pulumi = require("@pulumi/pulumi");
const { each } = require("./inputs");

class InstanceProvider {
  async configure(request) {
    this.baseUrl = request.config.require("act365:baseUrl");
    this.authorization = `User ${request.config.require("act365:userSecret")}, Organization ${request.config.require("act365:organizationSecret")}`;
  }

  async request(method, path, json) {
    const { default: got } = await import("got");
    const headers = { authorization: this.authorization };
    const response = await got(`${this.baseUrl}${path}`, { method, headers, json, retry: { limit: 0 } });
    return response.body ? JSON.parse(response.body) : {};
  }

  async diff(_id, olds, news) {
    const changed = ["apiKey", "developerKey", "name", "tags"].filter(
      (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
    );
    return { changes: changed.length > 0 };
  }

  async create(inputs) {
    const instance = await this.request("POST", "/instances", {
      name: inputs.name,
      element: { key: "actessentials" },
      configuration: { username: inputs.apiKey, password: inputs.developerKey },
      tags: inputs.tags,
    });
    return { id: String(instance.id), outs: { ...inputs, ...instance, tags: inputs.tags } };
  }

  async read(id, props) {
    const instance = await this.request("GET", `/instances/${id}`);
    return { id, props: { ...props, ...instance } };
  }

  async update(id, _olds, news) {
    const instance = await this.request("PATCH", `/instances/${id}`, {
      name: news.name,
      configuration: { username: news.apiKey, password: news.developerKey },
      tags: news.tags,
    });
    return { outs: { ...news, ...instance, tags: news.tags } };
  }

  async delete(id) {
    await this.request("DELETE", `/instances/${id}`);
  }
}

class Instance extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(
      new InstanceProvider(),
      name,
      { ...args, token: undefined, createdDate: undefined },
      { additionalSecretOutputs: ["token"] },
    );
  }
}

each((name, args) => new Instance(name, args));
