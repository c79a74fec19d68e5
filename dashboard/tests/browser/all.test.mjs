// All browser tests in one process, so that they share one browser. Some of them:
//   node --test --test-name-pattern=phone tests/browser/all.test.mjs
import "./first_load.mjs";
import "./live_change.mjs";
import "./connection.mjs";
import "./sign_in.mjs";
import "./agent_table.mjs";
import "./agent_page.mjs";
import "./alert_life.mjs";
import "./keyboard.mjs";
import "./phone.mjs";
import "./accessibility.mjs";
import "./performance.mjs";
