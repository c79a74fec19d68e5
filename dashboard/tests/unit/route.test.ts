import { expect, test } from "vitest";
import { everything } from "../../src/floor/row_filter.ts";
import { atTenant, formatRoute, parseRoute, type Route } from "../../src/shell/route.ts";
import { longestFirst } from "../../src/floor/visible_order.ts";

const plain: Route = { tenant: "acme", view: { name: "floor" }, filter: everything, sorting: longestFirst };

const routes: [string, Route][] = [
  ["#/acme/floor", plain],
  ["#/acme/wall", { ...plain, view: { name: "wall" } }],
  ["#/acme/agents/a%2Fb", { ...plain, view: { name: "agent", agentId: "a/b" } }],
  ["#/a%20b/alerts", { ...plain, tenant: "a b", view: { name: "alerts" } }],
  [
    "#/acme/floor?search=ann+b&state=busy&state=&team=R%26D&reason=lunch&doubt=stale&sort=name&reversed=yes",
    {
      ...plain,
      filter: { search: "ann b", states: ["busy", ""], teams: ["R&D"], reasons: ["lunch"], doubts: ["stale"] },
      sorting: { column: "name", reversed: true },
    },
  ],
];

test.each(routes)("%s is an address and back", (address, route) => {
  expect(parseRoute(address)).toEqual(route);
  expect(formatRoute(route)).toBe(address);
});

test.each(["", "#", "#/", "#//"])("%j names no tenant and shows the floor", (address) => {
  expect(parseRoute(address)).toEqual({ ...plain, tenant: null });
});

test.each(["#/acme/nonsense", "#/acme/agents", "#/acme/floor?sort=shoe&doubt=all"])("%s is the floor", (address) => {
  expect(parseRoute(address)).toEqual(plain);
});

test("an address that can't be decoded is taken as it is", () => {
  expect(parseRoute("#/%zz/floor").tenant).toBe("%zz");
});

test("another tenant shows the same view, but neither an agent nor a filter of the last one", () => {
  const route: Route = { ...plain, view: { name: "agent", agentId: "1" }, filter: { ...everything, search: "x" } };
  expect(atTenant(route, "globex")).toEqual({ ...plain, tenant: "globex" });
  expect(atTenant({ ...plain, view: { name: "alerts" } }, "globex").view.name).toBe("alerts");
});
