// What every contestant's resources are given: BENCHMARK_COUNT of them, the first one changed when BENCHMARK_CHANGED is set.
const pulumi = require("@pulumi/pulumi");

exports.each = (declare) => {
  for (let index = 0; index < Number(process.env.BENCHMARK_COUNT); index++)
    declare(`instance-${index}`, {
      apiKey: pulumi.secret(`api-key-${index}`),
      developerKey: pulumi.secret(`developer-key-${index}`),
      name: index === 0 && process.env.BENCHMARK_CHANGED ? "changed" : `customer ${index}`,
      tags: ["benchmark"],
    });
};
