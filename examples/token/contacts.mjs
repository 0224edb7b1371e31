// Reads contacts of Act! through an instance: node contacts.mjs
// The environment holds BASE_URL, ACT365_USER_SECRET, ACT365_ORGANIZATION_SECRET and TOKEN.
const { BASE_URL, ACT365_USER_SECRET, ACT365_ORGANIZATION_SECRET, TOKEN } = process.env;

const response = await fetch(`${BASE_URL}/hubs/crm/contacts?pageSize=10`, {
  headers: {
    authorization: `User ${ACT365_USER_SECRET}, Organization ${ACT365_ORGANIZATION_SECRET}, Element ${TOKEN}`,
  },
});
if (!response.ok) throw new Error(`the platform answered ${response.status}`);
for (const { firstName, lastName } of await response.json()) console.log(firstName, lastName);
