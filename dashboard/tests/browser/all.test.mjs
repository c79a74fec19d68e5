// All browser tests over a pretended platform. Some of them:
//   node --test --test-name-pattern=phone tests/browser/all.test.mjs
import "./behaviour.test.mjs";
import "./accessibility.test.mjs";
import "./performance.mjs";
