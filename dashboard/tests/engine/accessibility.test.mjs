// axe, in a process of its own: it takes as long as everything else.
import "./accessibility.mjs";
