// A door of its own, so that the library is a file of its own in the build.
import "uplot/dist/uPlot.min.css";
export { default as Plot } from "uplot";
