/** What the code does for its promises, taken out one thing at a time from what is built. */
export interface Mutation {
  readonly what: string;
  /** Below dist. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const mutations: readonly Mutation[] = [
  {
    what: "create does not look for its tag first",
    file: "instance/create.js",
    from: "if (leftovers.length > 0)",
    to: "if (false)",
  },
  {
    what: "a lost POST is looked for once, without the time to settle",
    file: "instance/create.js",
    from: "if (found.length > 0 || left <= 0)",
    to: "if (true)",
  },
  {
    what: "POST is sent again without looking",
    file: "instance/create.js",
    from: "const made = await madeAfterAll(client, args, error, posted);\n        if (made)",
    to: "const made = undefined;\n        if (made)",
  },
  {
    what: "a 404 in the first moments is believed",
    file: "platform/absence.js",
    from: "if (asked >= seenFrom)",
    to: "if (true)",
  },
  {
    what: "another platform's 404 is believed",
    file: "instance/look.js",
    from: "if (!instance && moved.length > 0)",
    to: "if (false)",
  },
  {
    what: "a page's 404 is believed",
    file: "platform/absence.js",
    from: "error.status === 404 && error.isPlatforms",
    to: "error.status === 404",
  },
  {
    what: "the owner is not looked at before an update",
    file: "instance/story.js",
    from: "(0, owner_1.demandOurs)(instance, [owner, args.ownershipTag]);",
    to: "",
  },
  {
    what: "the owner is not looked at before a delete",
    file: "instance/story.js",
    from: "if ((0, adopt_1.isAnothers)(instance, tag))\n        return false;",
    to: "",
  },
  {
    what: "adopt does not look whether its tag stayed",
    file: "instance/adopt.js",
    from: "if (now && (0, owner_1.carries)(now, args.ownershipTag)) {\n        if (other === undefined)",
    to: "if (now) {",
  },
  {
    what: "tags that the platform changed are not noticed",
    file: "instance/create.js",
    from: "if (lost.length > 0)",
    to: "if (false)",
  },
  {
    what: "an update that failed halfway is not recorded",
    file: "instance/update.js",
    from: "if (!progress.isOurs ||",
    to: "if (true ||",
  },
  {
    what: "DELETE's answer is not asked about when it was lost",
    file: "platform/client.js",
    from: "if (!(0, errors_1.mayHaveWorked)(error))\n                throw error;\n            const isGone = await (0, operation_1.afterwards)(operation_1.lookSeconds, () => this.getInstance(id, origin)).then((found) => found === undefined, () => false)",
    to: "const isGone = await Promise.resolve(true)",
  },
];
