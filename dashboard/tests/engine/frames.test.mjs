// Frames with ten thousand agents, over a pretended platform and over a real engine.
import "../browser/performance.mjs";
import "./large_floor.mjs";
