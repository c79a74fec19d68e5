// What the page does, over a platform that does what a test says. In one process, so that the tests share one browser.
import "./first_load.mjs";
import "./live_change.mjs";
import "./connection.mjs";
import "./sign_in.mjs";
import "./agent_table.mjs";
import "./agent_page.mjs";
import "./alert_life.mjs";
import "./keyboard.mjs";
import "./phone.mjs";
