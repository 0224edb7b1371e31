/**
 * The only code that stands in users' state, so it stays as it is for ever: the provider is the installed release's
 * `pulumi-act365/lifecycle`. Reached by name when it is called, it serves old states with the code of today. The plugin
 * keeps it too, unread, so that a resource may go back to the class.
 */
export const textInState = 'exports.handler = () => require("pulumi-act365/lifecycle");';
